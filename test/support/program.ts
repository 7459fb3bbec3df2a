import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const BIN = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..', 'bin', 'skupper.js');
/**
 * The first words of every command line: this Node and the built program, or the lines of SKUPPER_TEST_PROGRAM (another Node, or the
 * single executable: .config/test-nodes.js).
 */
export const PROGRAM: readonly [string, ...string[]] = programOf(process.env['SKUPPER_TEST_PROGRAM']);

function programOf(given: string | undefined): [string, ...string[]] {
  const [first, ...more] = given?.split('\n') ?? [];
  return first ? [first, ...more] : [process.execPath, BIN];
}

/** What Node says of a feature that it will remove one day: a person would see that on stderr, and no test may pass over it. */
function deprecation(said: string): Error | undefined {
  // No pattern: a line may have half a million characters, and the double that answers programs runs in this process.
  const warning = said.split('\n').find((line) => line.includes('DeprecationWarning'));
  return warning === undefined ? undefined : new Error(`Node warns: ${warning}`);
}
const TERMINAL = path.join(path.dirname(fileURLToPath(import.meta.url)), 'emulator', 'terminal.py');

export interface Result {
  stdout: string;
  stderr: string;
  status: number | null;
  signal: NodeJS.Signals | null;
}

export interface RunOptions {
  /** Added to an environment that has a home of its own and nothing of Skupper or kubectl. */
  env?: Record<string, string | undefined>;
  /** Text for standard input, a file to read it from, or a descriptor that is closed; nothing (an empty one) by default. */
  stdin?: { text: string } | { file: string } | 'closed';
  /** The reader of stdout goes away at once, as in `| head -0`. */
  closeStdout?: boolean;
  cwd?: string;
  /** Ends the program; what is caught by it shows as a signal. */
  killAfterMs?: number;
}

/** A folder for the files of one test file, removed by `remove`. */
export function temporaryFolder(): { path: string; at(...parts: string[]): string; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'mkl-test-'));
  return {
    path: folder,
    at: (...parts) => path.join(folder, ...parts),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** An environment in which nothing of the machine's user shines through. */
export function environment(extra: Record<string, string | undefined> = {}): Record<string, string> {
  const home = path.join(tmpdir(), 'mkl-no-home');
  const base: Record<string, string | undefined> = {
    PATH: process.env['PATH'],
    HOME: home,
    XDG_DATA_HOME: path.join(home, 'data'),
    XDG_CONFIG_HOME: path.join(home, 'config'),
    XDG_CACHE_HOME: path.join(home, 'cache'),
    LANG: 'C.UTF-8',
    TERM: 'xterm',
    TZ: 'UTC',
    // A test of candidates is no test of how soon they come.
    SKUPPER_MKL_COMPLETION_TIMEOUT: '300',
    SKUPPER_MKL_ROUTER_TIMEOUT: '30',
    ...extra,
  };
  return Object.fromEntries(Object.entries(base).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Longer than any machine takes: only for what hangs. */
export const HANGS_MS = 180_000;

/** At most so many programs at a time: the machine has two cores. */
const AT_ONCE = 4;
let running = 0;
const waiting: (() => void)[] = [];

async function turn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  running += 1;
  try {
    return await work();
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

/** Runs the built program with these words and waits until it has ended. */
export function skupper(args: readonly string[], options: RunOptions = {}): Promise<Result> {
  return turn(() => started(args, options).result);
}

export interface Running {
  /** All of stderr so far. */
  stderr(): string;
  stdout(): string;
  /** 0 where it could not be started. */
  pid: number;
  kill(signal: NodeJS.Signals): void;
  result: Promise<Result>;
}

/** Starts the built program, for tests that act while it runs. */
export function started(args: readonly string[], options: RunOptions = {}): Running {
  const { env, stdin, closeStdout, cwd, killAfterMs = HANGS_MS } = options;
  const input =
    stdin === 'closed' || stdin === undefined ? 'ignore' : 'file' in stdin ? openSync(stdin.file, 'r') : 'pipe';
  // Only a shell can start a program whose standard input is not even there.
  const [command, words] =
    stdin === 'closed'
      ? ['sh', ['-c', 'exec "$@" <&-', 'sh', ...PROGRAM, ...args]]
      : [PROGRAM[0], [...PROGRAM.slice(1), ...args]];
  const child = spawn(command, words as string[], { env: environment(env), cwd, stdio: [input, 'pipe', 'pipe'] });
  if (typeof input === 'number') closeSync(input);
  const timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  if (closeStdout) child.stdout?.destroy();
  if (stdin !== undefined && stdin !== 'closed' && 'text' in stdin) {
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(stdin.text);
  }
  const result = new Promise<Result>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => {
      clearTimeout(timer);
      const warning = deprecation(stderr);
      if (warning) reject(warning);
      else resolve({ stdout, stderr, status, signal });
    });
  });
  const pid = child.pid ?? 0;
  return { stdout: () => stdout, stderr: () => stderr, pid, kill: (signal) => child.kill(signal), result };
}

/**
 * Tries with more and more time until it was enough, for what has to see something before its own time is over.
 *
 * @param attempt gets the time, such as `6s`; tells whether it saw enough in it
 */
export async function withTime(attempt: (time: string) => Promise<boolean>): Promise<void> {
  for (const seconds of [3, 30, 300]) if (await attempt(`${seconds}s`)) return;
  throw new Error('no time was enough');
}

/** Whether there is what `onTerminal` needs; where CI=true it has to be there. */
export function hasTerminal(): boolean {
  return process.env['CI'] === 'true' || spawnSync('python3', ['-c', 'import pty']).status === 0;
}

/** What is typed once a text has appeared on the terminal. */
export interface Typing {
  after: string;
  type: string;
}

export interface TerminalOptions {
  env?: Record<string, string | undefined>;
  columns?: number;
  typing?: readonly Typing[];
  /** Of the three streams those that are the terminal; the others are pipes. All by default. */
  streams?: readonly ('stdin' | 'stdout' | 'stderr')[];
}

/**
 * Runs the built program on a real pseudo-terminal (python3's pty: Node has
 * none). `screen` is all that came to the terminal, escapes included; stdout and stderr are what came through pipes.
 */
export function onTerminal(
  args: readonly string[],
  options: TerminalOptions = {},
): Promise<Result & { screen: string }> {
  const { env, columns = 80, typing = [], streams = ['stdin', 'stdout', 'stderr'] } = options;
  const task = JSON.stringify({ command: [...PROGRAM, ...args], columns, typing, streams });
  return turn(
    () =>
      new Promise((resolve, reject) => {
        const child = spawn('python3', [TERMINAL], { env: environment(env), stdio: ['pipe', 'pipe', 'pipe'] });
        let out = '';
        let err = '';
        child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')));
        child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString('utf8')));
        child.on('error', reject);
        child.on('close', () => {
          try {
            const { hung, ...result } = JSON.parse(out) as Result & { screen: string; hung: boolean };
            const warning = deprecation(result.screen + result.stderr);
            if (hung) reject(new Error(`${args.join(' ')} did not end: ${result.screen}`));
            else if (warning) reject(warning);
            else resolve(result);
          } catch {
            reject(new Error(`no terminal: ${err || out}`));
          }
        });
        child.stdin.end(task);
      }),
  );
}
