// Writes docs/commands.md from oclif.manifest.json; with --check fails if the file is not up to date.
import { readFile, writeFile } from 'node:fs/promises';

const FILE = 'docs/commands.md';
const { commands } = JSON.parse(await readFile('oclif.manifest.json', 'utf8'));

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const fill = (text, id = '') =>
  text.replaceAll('<%= config.bin %>', 'skupper').replaceAll('<%= command.id %>', id.replaceAll(':', ' '));

function flagRow(flag) {
  const name = flag.allowNo ? `--[no-]${flag.name}` : `--${flag.name}`;
  const value = flag.type === 'option' ? ` ${flag.helpValue ?? 'VALUE'}${flag.multiple ? '...' : ''}` : '';
  const short = flag.char ? `-${flag.char}, ` : '';
  const standard = flag.default === undefined ? '' : ` [default: ${flag.default}]`;
  return `| \`${short}${name}${value}\` | ${cell(flag.description ?? '')}${standard} |`;
}

function section(id, command) {
  const flags = Object.values(command.flags);
  const own = flags.filter((flag) => flag.helpGroup !== 'GLOBAL');
  const usage = [command.usage ?? []].flat();
  return [
    `## skupper ${id.replaceAll(':', ' ')}`,
    '',
    `${command.summary}. ${command.description ?? ''}`.trim(),
    '',
    '```',
    ...usage.map((line) => `skupper ${fill(line, id)}`),
    '```',
    '',
    'Examples:',
    '',
    '```',
    ...command.examples.map((line) => fill(line)),
    '```',
    '',
    ...(own.length > 0 ? ['| flag | meaning |', '|---|---|', ...own.map(flagRow), ''] : []),
  ];
}

const all = Object.entries(commands).sort(([a], [b]) => (a < b ? -1 : 1));
const globals = Object.values(all[0][1].flags).filter((flag) => flag.helpGroup === 'GLOBAL');
const text = [
  '# Commands',
  '',
  'Generated from the program by `npm run docs`. `mkl` is short for `multikeylistener` everywhere. Aliases: `list`, `ls` and `get` for',
  '`status`, `describe` and `show` for `inspect`, `rm` for `delete`. A NAME can also be written as `mkl/NAME`, `multikeylistener/NAME`,',
  '`MultiKeyListener/NAME` or `multikeylisteners.skupper.io/NAME`.',
  'Exit statuses: [exit-status.md](exit-status.md).',
  '',
  ...all.flatMap(([id, command]) => section(id, command)),
  '## Flags of every command',
  '',
  '| flag | meaning |',
  '|---|---|',
  ...globals.map(flagRow),
  '',
].join('\n');

if (process.argv.includes('--check')) {
  const stored = await readFile(FILE, 'utf8').catch(() => '');
  if (stored !== text) {
    process.stderr.write(`${FILE} is stale; write it anew with: npm run docs\n`);
    process.exit(1);
  }
} else {
  await writeFile(FILE, text);
}
