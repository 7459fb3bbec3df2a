import { closeSync, fstatSync, type Stats } from 'node:fs';
import process from 'node:process';

/** True for /dev/null, /dev/zero and similar devices: on Linux those with major number 1 (admin-guide/devices.txt of the kernel). */
export function isMemoryDevice({ rdev }: Pick<Stats, 'rdev'>): boolean {
  return process.platform === 'linux' && rdev >> 8 === 1;
}

/** The standard streams whose terminal no longer exists: its window was closed, or its connection broke. */
function deadTerminals(): number[] {
  if (process.platform === 'win32') return [];
  return [0, 1, 2].filter((fd) => {
    try {
      const stat = fstatSync(fd);
      if (!stat.isCharacterDevice() || isMemoryDevice(stat)) return false;
      // Not imported above, because it loads Node's sockets, which most commands do not need.
      return !process.getBuiltinModule('node:tty').isatty(fd);
    } catch {
      return false;
    }
  });
}

/**
 * Ends the program by SIGHUP, without its handlers. `process.exit` is not used, because exit handlers may write to the
 * terminal.
 */
export function endByHangUp(): void {
  process.removeAllListeners('SIGHUP');
  process.kill(process.pid, 'SIGHUP');
}

/** Ends the program by SIGHUP if the error is an EIO and a standard stream's terminal no longer exists. */
export function endIfHungUp(error: unknown): void {
  const { code } = error as Partial<NodeJS.ErrnoException>;
  if (code === 'EIO' && deadTerminals().length > 0) endByHangUp();
}

/** Closes streams whose terminal no longer exists: at exit Node restores the modes of open terminals, and aborts if this fails. */
export function forgetDeadTerminals(): void {
  for (const fd of deadTerminals()) closeSync(fd);
}

/** Ends raw mode; ignores the EIO of a terminal that no longer exists. */
export function endRawMode(stdin: NodeJS.ReadStream): void {
  try {
    stdin.setRawMode(false);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EIO') throw error;
  }
}
