import type { Row } from '../support/verdict/reliability.js';

/** Works on all of them, so many at a time. */
export async function inTurns<T>(
  all: readonly T[],
  atOnce: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < all.length; index = next++) {
      const item = all[index];
      if (item !== undefined) await work(item, index);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** Rows that differ only in their command become one; the command stands in the third column. */
export function grouped(rows: readonly { row: Row; command: string }[]): Row[] {
  const groups = new Map<string, { row: Row; commands: string[] }>();
  for (const { row, command } of rows) {
    const id = JSON.stringify(row);
    const group = groups.get(id) ?? { row, commands: [] };
    group.commands.push(command);
    groups.set(id, group);
  }
  const order = ({ row }: { row: Row }): string => `${row[1]} ${row[0]} ${row[5]}`;
  const sorted = [...groups.values()].sort((one, other) => (order(one) < order(other) ? -1 : 1));
  return sorted.map(({ row, commands }) => row.map((cell, index) => (index === 2 ? commands.sort().join(', ') : cell)));
}
