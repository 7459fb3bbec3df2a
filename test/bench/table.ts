import type { Cost } from './interleaved.js';

/** One line of the table: ours beside another's, in one run. */
export interface Row {
  work: string;
  /** What it is compared with. */
  beside: string;
  ours: Cost;
  other: Cost;
  /** The most that ours may be of the other's wall time. */
  goal?: number;
  /** The most that ours may be of the other's memory. */
  memoryGoal?: number;
}

/** A figure that is no time: `3.9 MB`, and whether it is good enough. */
export interface Fact {
  work: string;
  value: string;
  goal: string;
  met: boolean;
}

const seconds = (value: number): string => `${value.toFixed(3)} s`;
const mark = (ratio: number, goal: number | undefined): string =>
  goal === undefined ? ratio.toFixed(2) : `${ratio.toFixed(2)} ${ratio <= goal ? '≤' : '>'} ${goal}`;

/** The table as Markdown: wall time, processor time and memory, each as a ratio beside its goal. */
export function table(rows: readonly Row[], facts: readonly Fact[]): string {
  const lines = rows.map(({ work, beside, ours, other, goal, memoryGoal }) => [
    work,
    seconds(ours.wall),
    `${beside} ${seconds(other.wall)}`,
    mark(ours.wall / other.wall, goal),
    (ours.cpu / other.cpu).toFixed(2),
    `${ours.memory.toFixed(0)} / ${other.memory.toFixed(0)} MiB`,
    mark(ours.memory / other.memory, memoryGoal),
  ]);
  const head = ['work', 'ours', 'beside', 'ratio', 'ratio of CPU', 'memory', 'ratio of memory'];
  const other = facts.map(({ work, value, goal, met }) => [work, value, goal, met ? 'met' : 'missed']);
  return [
    markdown([head, ...lines]),
    ...(other.length > 0 ? ['', markdown([['work', 'measured', 'goal', ''], ...other])] : []),
  ].join('\n');
}

function markdown([head = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
