import { closeSync, fstatSync, type Stats } from 'node:fs';
import process from 'node:process';

/** Whether it is /dev/null or its like, the only character devices of a script: on Linux those with major number 1. */
export function isMemoryDevice({ rdev }: Pick<Stats, 'rdev'>): boolean {
  return process.platform === 'linux' && rdev >> 8 === 1;
}

/** The standard streams that are a terminal which has gone away: its window was closed, or the connection to it broke. */
function deadTerminals(): number[] {
  if (process.platform === 'win32') return [];
  return [0, 1, 2].filter((fd) => {
    try {
      const stat = fstatSync(fd);
      if (!stat.isCharacterDevice() || isMemoryDevice(stat)) return false;
      // Not imported above: Node loads its sockets with it, which most commands do without.
      return !process.getBuiltinModule('node:tty').isatty(fd);
    } catch {
      return false;
    }
  });
}

/**
 * Ends the program as a hang-up of its terminal does, whatever handlers there are. Not by way of `exit`: what runs there may
 * write to the terminal.
 */
export function endByHangUp(): void {
  process.removeAllListeners('SIGHUP');
  process.kill(process.pid, 'SIGHUP');
}

/** Ends the program so where an error is only what a terminal that has gone away leads to. */
export function endIfHungUp(error: unknown): void {
  const { code } = error as Partial<NodeJS.ErrnoException>;
  if (code === 'EIO' && deadTerminals().length > 0) endByHangUp();
}

/** While it exits Node sets the modes of the terminals that it began with, and aborts where it cannot. Closed ones it leaves alone. */
export function forgetDeadTerminals(): void {
  for (const fd of deadTerminals()) closeSync(fd);
}

/** Ends raw mode; a terminal that has gone away has no mode. */
export function endRawMode(stdin: NodeJS.ReadStream): void {
  try {
    stdin.setRawMode(false);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EIO') throw error;
  }
}
