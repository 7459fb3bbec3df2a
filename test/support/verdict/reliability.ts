import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/** True under `npm run test:long`: everything is tried in full; otherwise in a form short enough for every change. */
export const LONG = process.env['TEST_LONG'] === '1';

/** How many cases (or how long) to try: the first in `.ci/run`, the second in `npm run test:long`. */
export const tries = (short: number, long: number): number => (LONG ? long : short);

/** One row of a table of test/reliability/RESULTS.md: the cells, in the order of the report's columns. */
export type Row = readonly (string | number)[];

/**
 * Keeps what a suite tried and what came of it, for test/reliability/RESULTS.md: `npm run reliability` writes the table between the
 * marks `<!-- report:NAME -->` and `<!-- end:NAME -->`. Does nothing unless RELIABILITY_REPORTS names a folder.
 *
 * @param name the mark, and the file's name: lower case letters and dashes
 * @param columns the table's head
 * @param rows its body, in a stable order
 */
export function report(name: string, columns: readonly string[], rows: readonly Row[]): void {
  const folder = process.env['RELIABILITY_REPORTS'];
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${name}.json`), JSON.stringify({ name, long: LONG, columns, rows }, null, 1));
}
