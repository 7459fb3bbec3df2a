import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** One command that is timed as a whole process; `{i}` in a word is the number of the round, 0 for the one not counted. */
export interface Case {
  command: readonly string[];
  env?: Record<string, string>;
  /** The exit status it must have; 0 unless given. */
  status?: number;
}

/** Medians over the rounds. */
export interface Cost {
  /** Seconds from start to end. */
  wall: number;
  /** Seconds of processor time: less troubled by a busy machine. */
  cpu: number;
  /** Peak resident memory in MiB. */
  memory: number;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? NaN;

/**
 * Runs the cases in turn, A B C A B C …, so that a change in the machine's speed meets them all.
 *
 * @throws Error when a run ends with another exit status than it should
 */
export async function interleaved<Name extends string>(
  cases: Record<Name, Case>,
  rounds: number,
): Promise<Record<Name, Cost>> {
  const names = Object.keys(cases) as Name[];
  const listed = names.map((name) => ({ command: cases[name].command, env: cases[name].env ?? {} }));
  const results = await run({ rounds, cases: listed });
  return Object.fromEntries(
    names.map((name, index) => {
      const runs = results[index] ?? [];
      const wrong = runs.find(([, , , status]) => status !== (cases[name].status ?? 0));
      if (wrong) throw new Error(`${name} ended with exit status ${wrong[3]}: ${cases[name].command.join(' ')}`);
      const of = (column: number): number => median(runs.map((each) => each[column] ?? NaN));
      return [name, { wall: of(0), cpu: of(1), memory: of(2) }];
    }),
  ) as Record<Name, Cost>;
}

function run(task: object): Promise<number[][][]> {
  return new Promise((resolve, reject) => {
    const child = spawn('python3', [fileURLToPath(new URL('interleaved.py', import.meta.url))], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.on('error', reject);
    child.on('close', (status) => (status === 0 ? resolve(JSON.parse(text)) : reject(new Error(`status ${status}`))));
    child.stdin.end(JSON.stringify(task));
  });
}
