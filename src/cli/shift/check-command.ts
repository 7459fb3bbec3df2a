import { spawn } from 'node:child_process';
import process from 'node:process';
import { Failure } from '../../model/failure.js';
import type { StepCheck } from '../../operations/shift/checks.js';

/** The last of its output that is kept, in characters: enough to see why it failed. */
const KEPT = 2000;
/** For the rest of its output after it has ended, in milliseconds. */
const LINGER_MS = 200;

export interface CheckCommand {
  command: string;
  timeoutMs: number;
  /** What the command is told beside the program's own environment. */
  env: Readonly<Record<string, string>>;
  /** Ends the command. */
  signal: AbortSignal;
  /** Takes the output as it comes. */
  output(text: string): void;
}

/**
 * Runs a check of the person's own in `sh`; it has passed when it ends with status 0. Its output is passed on, and whatever it has
 * started ends with it.
 */
export function runCheck({ command, timeoutMs, env, signal, output }: CheckCommand): Promise<StepCheck> {
  return new Promise((resolve) => {
    // A process group of its own, so that what it started can be ended with it.
    const child = spawn('sh', ['-c', command], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let ending: string | undefined;
    const end = (why: string): void => {
      ending ??= why;
      try {
        process.kill(-(child.pid ?? 0), 'SIGKILL');
      } catch {
        // It has ended meanwhile.
      }
    };
    const timer = setTimeout(() => end(`it did not end within ${timeoutMs / 1000} s`), timeoutMs);
    const aborted = (): void => end('interrupted');
    const exiting = (): void => end('interrupted');
    signal.addEventListener('abort', aborted);
    process.on('exit', exiting);
    let last = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output(text);
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
      const how = ending ?? (status === null ? `it was ended by ${killedBy}` : `it ended with status ${status}`);
      const said = last.trim().split('\n').at(-1) ?? '';
      done(false, said === '' ? how : `${how}: ${said}`);
    };
    child.on('close', ended);
    // What it leaves behind may hold its output open for ever.
    child.on('exit', (status, killedBy) => {
      setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
        ended(status, killedBy);
      }, LINGER_MS);
    });
  });
}

/** Throws `usage` where the shell does not know the program that the command begins with. */
export async function requireCommand(command: string, signal: AbortSignal): Promise<void> {
  const [, word] = /^\s*([\w./+-]+)(?=\s|$)/.exec(command) ?? [];
  // Other beginnings are the shell's own to judge.
  if (word === undefined) return;
  const known = await runCheck({
    command: 'command -v "$MKL_WORD" >/dev/null',
    timeoutMs: 10_000,
    env: { MKL_WORD: word },
    signal,
    output: () => undefined,
  });
  if (known.passed) return;
  throw new Failure('usage', `the check command ${JSON.stringify(word)} was not found`, {
    causes: [{ field: '--check', message: 'must be a command that sh can run' }],
    hint: 'Nothing was sent.',
  });
}
