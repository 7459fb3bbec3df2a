// Writes the tables of test/reliability/RESULTS.md from the reports that the tests left in a folder:
// RELIABILITY_REPORTS=DIR npm run test:long && npm run reliability -- DIR
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

const FILE = 'test/reliability/RESULTS.md';
const folder = process.argv[2];
if (!folder) {
  process.stderr.write('Usage: npm run reliability -- DIR (the folder that RELIABILITY_REPORTS named)\n');
  process.exit(2);
}

const cell = (value) => String(value).replaceAll('|', '\\|').replaceAll('\n', ' ');
const line = (cells) => `| ${cells.map(cell).join(' | ')} |`;

let text = await readFile(FILE, 'utf8');
for (const file of (await readdir(folder)).filter((name) => name.endsWith('.json')).sort()) {
  const { name, long, columns, rows } = JSON.parse(await readFile(path.join(folder, file), 'utf8'));
  const [open, close] = [`<!-- report:${name} -->`, `<!-- end:${name} -->`];
  const [start, end] = [text.indexOf(open), text.indexOf(close)];
  if (start < 0 || end < start) {
    process.stderr.write(`${FILE} has no place for the report ${name}: add ${open} and ${close}\n`);
    process.exitCode = 1;
    continue;
  }
  const form = long ? '' : '\nThis is the short form, as in `.ci/run`.\n';
  const table = [line(columns), `|${'---|'.repeat(columns.length)}`, ...rows.map(line)].join('\n');
  text = `${text.slice(0, start + open.length)}\n${form}\n${table}\n\n${text.slice(end)}`;
}
await writeFile(FILE, text);
