import { spawn } from 'node:child_process';
import process from 'node:process';
import { Failure } from '../../model/failure.js';
import type { StepCheck } from '../../operations/shift/checks.js';

/** The end of the output that is kept to report why the command failed, in characters. */
const KEPT = 2000;
/** The largest output that is passed on, in characters: a command that prints endlessly must not fill a log or the memory. */
const MOST_OUTPUT = 1_000_000;
/** The time to read the rest of the output after the command has ended, in milliseconds. */
const LINGER_MS = 200;
/**
 * Runs the command next to a watcher that reads from descriptor 3. However this program ends, its end of the descriptor is
 * closed then, and the watcher kills the whole process group.
 */
const WATCHED = '{ read -r _ <&3; kill -KILL 0; } >/dev/null 2>&1 & exec 3<&-; exec sh -c "$1"';

export interface CheckCommand {
  command: string;
  timeoutMs: number;
  /** Environment variables for the command, in addition to the program's own. */
  env: Readonly<Record<string, string>>;
  /** Ends the command. */
  signal: AbortSignal;
  /** Gets the output as it arrives, at most MOST_OUTPUT characters. */
  output(text: string): void;
}

/**
 * Runs the user's check command with `sh`. The check passes if the command ends with status 0. All processes of the command's
 * group are killed when it ends, times out or is aborted, or when this program ends.
 */
export function runCheck({ command, timeoutMs, env, signal, output }: CheckCommand): Promise<StepCheck> {
  return new Promise((resolve) => {
    // `detached` makes a process group, so that the command's own child processes can be killed with it.
    const child = spawn('sh', ['-c', WATCHED, 'sh', command], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      detached: true,
    });
    let ending: string | undefined;
    const endGroup = (): void => {
      // Without a pid the command was not started, and a signal to group 0 would reach this program.
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // The group has already ended.
      }
    };
    const end = (why: string): void => {
      ending ??= why;
      endGroup();
    };
    const timer = setTimeout(() => end(`it did not end within ${timeoutMs / 1000} s`), timeoutMs);
    const aborted = (): void => end('interrupted');
    const exiting = (): void => end('interrupted');
    signal.addEventListener('abort', aborted);
    process.on('exit', exiting);
    if (signal.aborted) aborted();
    // The watcher can close its end of the descriptor at any moment.
    child.stdio[3]?.on('error', () => undefined);
    let last = '';
    let left = MOST_OUTPUT;
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        if (left > 0) output(text.slice(0, left));
        if (left > 0 && left <= text.length) output('\n(the rest of its output is left out)\n');
        left -= text.length;
        last = (last + text).slice(-KEPT);
      });
    const done = (passed: boolean, why?: string): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
      process.off('exit', exiting);
      resolve({ name: 'command', passed, ...(why === undefined ? {} : { why }) });
    };
    child.on('error', (error) => done(false, error.message));
    const ended = (status: number | null, killedBy: string | null): void => {
      if (status === 0 && ending === undefined) return done(true);
      const how = ending ?? (status === null ? `it was killed by ${killedBy}` : `it ended with status ${status}`);
      const said = last.trim().split('\n').at(-1) ?? '';
      done(false, said === '' ? how : `${how}: ${said}`);
    };
    child.on('close', ended);
    child.on('exit', (status, killedBy) => {
      endGroup();
      child.stdio[3]?.destroy();
      // A process that has left the group can keep the output open forever.
      setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
        ended(status, killedBy);
      }, LINGER_MS);
    });
  });
}

/** Throws `usage` if `sh` cannot be run, or does not find the program that the command begins with. */
export async function requireCommand(command: string, signal: AbortSignal): Promise<void> {
  // A command that begins with shell syntax (a variable, a quote) is not checked.
  const [, word] = /^\s*([\w./+-]+)(?=\s|$)/.exec(command) ?? [];
  const run = (look: string): Promise<StepCheck> =>
    runCheck({ command: look, timeoutMs: 10_000, env: { MKL_WORD: word ?? '' }, signal, output: () => undefined });
  const causes = [{ field: '--check', message: 'must be a command that sh can run' }];
  const hint = 'Nothing was sent.';
  if (word !== undefined && (await run('command -v "$MKL_WORD" >/dev/null')).passed) return;
  const shell = await run(':');
  if (!shell.passed && !signal.aborted)
    throw new Failure('usage', `the check command cannot be run with sh: ${shell.why ?? ''}`, { causes, hint });
  if (word !== undefined && !signal.aborted)
    throw new Failure('usage', `the check command ${JSON.stringify(word)} was not found`, { causes, hint });
}
