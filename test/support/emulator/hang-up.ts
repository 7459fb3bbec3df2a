import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { environment, PROGRAM } from '../program.js';

const HERE = path.dirname(fileURLToPath(import.meta.url));

export interface HangUp {
  env: Record<string, string | undefined>;
  /** The terminal goes away when this has appeared on it. */
  after: string;
  /** Whether it is the program's controlling terminal, so that the kernel sends SIGHUP. */
  controlling: boolean;
  /** The streams that are files and not the terminal. */
  files?: Partial<Record<'stdin' | 'stdout' | 'stderr', string>>;
}

/** Runs the built program on a terminal that goes away, and tells how it ended. */
export function hangUp(
  args: readonly string[],
  { env, files = {}, ...task }: HangUp,
): Promise<{ seen: string; status: number; signal: string | null }> {
  return new Promise((resolve, reject) => {
    const child = spawn('python3', [path.join(HERE, 'hang-up.py')], {
      env: environment(env),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.on('error', reject);
    child.on('close', () => resolve(JSON.parse(out) as { seen: string; status: number; signal: string | null }));
    child.stdin.end(JSON.stringify({ command: [...PROGRAM, ...args], files, ...task }));
  });
}
