import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { LOADERS } from '../../src/commands/load.js';
import { hasTerminal, onTerminal, skupper, environment } from '../support/program.js';

/** What oclif itself prints for these words, at this width. */
function live(words: readonly string[], columns: number): string {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const script = `require('@oclif/core').run(${JSON.stringify(words)}, { root: ${JSON.stringify(root)} })`;
  const env = environment({ OCLIF_COLUMNS: String(columns), NO_COLOR: '1' });
  const { stdout } = spawnSync(process.execPath, ['-e', script], { cwd: root, env, encoding: 'utf8' });
  return stdout;
}

test.each([['--help'], ['mkl --help'], ['multikeylistener create --help'], ['mkl update --help']])(
  'in a pipe %s is what oclif prints at 80 columns',
  async (line) => {
    const { stdout, stderr, status } = await skupper(line.split(' '));
    expect([stdout, stderr, status]).toEqual([live(line.split(' '), 80), '', 0]);
    expect(stdout.length).toBeGreaterThan(300);
  },
);

test.each([
  ['', '--help'],
  ['mkl', 'mkl --help'],
  ['help', '--help'],
  ['help mkl status', 'mkl status --help'],
  ['mkl:status --help', 'mkl status --help'],
  ['mkl status web -h', 'mkl status --help'],
  ['mkl help status', 'mkl status --help'],
  ['mkl status -Ah', 'mkl status --help'],
  ['-n west mkl status --help=true', 'mkl status --help'],
])('%j prints the help of %j', async (line, same) => {
  const words = line === '' ? [] : line.split(' ');
  const [one, other] = await Promise.all([skupper(words), skupper(same.split(' '))]);
  expect(one).toEqual(other);
  expect(one.status).toBe(0);
});

test.each([40, 60, 80, 100, 120, 160])('at %d columns the help of the topic lists every command', (width) => {
  const pages = JSON.parse(readFileSync(new URL(`../../dist/help-${width}.json`, import.meta.url), 'utf8')) as Record<
    string,
    string
  >;
  for (const [id, page] of [
    ['mkl', pages['mkl']],
    ['multikeylistener', pages['multikeylistener']],
  ]) {
    for (const command of Object.keys(LOADERS)) expect(page).toMatch(new RegExp(`${id} ${command}\\s`));
  }
});

test.each([
  'mkl --bogus',
  '--bogus',
  'mkl -n west',
  'mkl staus --help',
  'mkl status --bogus --help',
  'mkl status --help=maybe',
  'mkl --help=maybe',
  'mkl status -n --help',
  'mkl status -- --help',
  '--bogus --help site',
])('%s is a usage error, never help', async (line) => {
  const { status, stdout } = await skupper(line.split(' '));
  expect([status, stdout]).toEqual([2, '']);
});

const perhaps = hasTerminal() ? describe : describe.skip;
perhaps('on a terminal', () => {
  test.each([
    [60, 60],
    [20, 40],
    [79, 60],
    [80, 80],
    [99, 80],
    [110, 100],
    [300, 160],
  ])('of %d columns it is the help for %d, with its headings in bold', async (columns, width) => {
    const { screen, status } = await onTerminal(['mkl', 'create', '--help'], { columns });
    expect(status).toBe(0);
    expect(screen).toContain('\u001b[1mUSAGE');
    const text = stripVTControlCharacters(screen).replaceAll('\r', '');
    expect(text).toBe(live(['mkl', 'create', '--help'], width));
  });

  test.each([
    [{ NO_COLOR: '1' }, []],
    [{ TERM: 'dumb' }, []],
    [{}, ['--no-color']],
  ] as const)('without colours where none are wanted: %j %j', async (env, words) => {
    const { screen } = await onTerminal(['mkl', 'create', '--help', ...words], { env });
    expect(screen).not.toContain('\u001b');
  });
});

test.each(['--version', 'mkl --version'])('%s names the package, its version, the machine and Node', async (line) => {
  const { stdout } = await skupper(line.split(' '));
  expect(stdout).toBe(`skupper-multikeylistener/0.1.0 ${process.platform}-${process.arch} node-${process.version}\n`);
});
