import { spawn } from 'node:child_process';

/** What one whole process costs. */
export interface Cost {
  /** Wall time and processor time, in seconds; the latter hardly minds a busy machine. */
  seconds: number;
  cpu: number;
  /** Peak resident memory in MiB. */
  memory: number;
  /** Seconds until the first line stood on its stdout; NaN without one. */
  firstLine: number;
}

/** A row of a benchmark's table: ours against the other's, in one run. */
export interface Comparison {
  work: string;
  /** What the ratios must stay below. */
  goal: { ratio: number; memoryRatio: number };
  ours: Cost;
  other: Cost;
  ratio: number;
  memoryRatio: number;
}

// Only who waits for a process is told its peak memory, and Node does not pass it on.
const WAITER = `
import os, sys, time
started = time.time()
reader, writer = os.pipe()
child = os.fork()
if child == 0:
    os.dup2(writer, 1); os.close(reader); os.close(writer); os.execvp(sys.argv[1], sys.argv[1:])
os.close(writer)
first = float('nan')
while True:
    piece = os.read(reader, 1 << 16)
    if not piece: break
    if first != first and b'\\n' in piece: first = time.time() - started
_, status, usage = os.wait4(child, 0)
print(time.time() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, first, os.waitstatus_to_exitcode(status))
`;

/**
 * Runs a program whose output is read and thrown away.
 *
 * @throws Error when it does not exit with 0
 */
export async function costOf(command: readonly string[], env: Readonly<Record<string, string>>): Promise<Cost> {
  const child = spawn('python3', ['-c', WAITER, ...command], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  await new Promise((resolve) => child.once('close', resolve));
  const [seconds = NaN, cpu = NaN, memory = NaN, firstLine = NaN, status] = text.trim().split(' ').map(Number);
  if (status !== 0) throw new Error(`${command.join(' ')}: exit ${status}`);
  return { seconds, cpu, memory, firstLine };
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

/** Runs both in turns; the medians, and the ratios of each pair's times. */
export async function compare(
  work: string,
  goal: Comparison['goal'],
  [ours, other]: readonly [() => Promise<Cost>, () => Promise<Cost>],
  rounds: number,
): Promise<Comparison> {
  const pairs: { ours: Cost; other: Cost }[] = [];
  for (let round = 0; round < rounds; round += 1) pairs.push({ ours: await ours(), other: await other() });
  const middle = (who: 'ours' | 'other'): Cost => {
    const of = (what: keyof Cost): number => median(pairs.map((pair) => pair[who][what]));
    return { seconds: of('seconds'), cpu: of('cpu'), memory: of('memory'), firstLine: of('firstLine') };
  };
  return {
    work,
    goal,
    ours: middle('ours'),
    other: middle('other'),
    ratio: median(pairs.map((pair) => pair.ours.seconds / pair.other.seconds)),
    memoryRatio: median(pairs.map((pair) => pair.ours.memory / pair.other.memory)),
  };
}

/** The row as text. */
export function comparisonLine({ work, goal, ours, other, ratio, memoryRatio }: Comparison): string {
  const cost = ({ seconds, cpu, memory }: Cost): string =>
    `${seconds.toFixed(2)} s (${cpu.toFixed(2)} s cpu), ${memory.toFixed(0)} MiB`;
  const verdict = (value: number, most: number): string =>
    `${value.toFixed(2)} (at most ${most}${value > most ? ', MISSED' : ''})`;
  return `${work}: ${cost(ours)} | ${cost(other)} | time ${verdict(ratio, goal.ratio)}, memory ${verdict(memoryRatio, goal.memoryRatio)}`;
}
