import { spawn } from 'node:child_process';
import process from 'node:process';
import { Failure } from '../../model/failure.js';
import type { StepCheck } from '../../operations/shift/checks.js';

/** The last of its output that is kept, in characters: enough to see why it failed. */
const KEPT = 2000;
/** What of its output is passed on, in characters. A command that prints without end must fill neither a log nor the memory. */
const MOST_OUTPUT = 1_000_000;
/** For the rest of its output after it has ended, in milliseconds. */
const LINGER_MS = 200;
/**
 * Runs the command, and beside it a watcher that ends the whole process group when this program is gone, however it ended: its end
 * of descriptor 3 is closed then.
 */
const WATCHED = '{ read -r _ <&3; kill -KILL 0; } >/dev/null 2>&1 & exec 3<&-; exec sh -c "$1"';

export interface CheckCommand {
  command: string;
  timeoutMs: number;
  /** What the command is told beside the program's own environment. */
  env: Readonly<Record<string, string>>;
  /** Ends the command. */
  signal: AbortSignal;
  /** Takes the output as it comes; not more than a million characters of it. */
  output(text: string): void;
}

/**
 * Runs a check of the person's own in `sh`; it has passed when it ends with status 0. Its output is passed on, and whatever it has
 * started ends with it, or with this program.
 */
export function runCheck({ command, timeoutMs, env, signal, output }: CheckCommand): Promise<StepCheck> {
  return new Promise((resolve) => {
    // A process group of its own, so that what it started can be ended with it.
    const child = spawn('sh', ['-c', WATCHED, 'sh', command], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      detached: true,
    });
    let ending: string | undefined;
    const endGroup = (): void => {
      // Group 0 is that of this program.
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended meanwhile.
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
    // The watcher's end may be closed at any moment.
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
      // What has left the group may hold the output open for ever.
      setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
        ended(status, killedBy);
      }, LINGER_MS);
    });
  });
}

/** Throws `usage` where there is no `sh`, or it does not know the program that the command begins with. */
export async function requireCommand(command: string, signal: AbortSignal): Promise<void> {
  // Other beginnings are the shell's own to judge.
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
