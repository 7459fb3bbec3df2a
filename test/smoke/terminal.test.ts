import { hasTerminal, onTerminal, type TerminalOptions } from '../support/program.js';
import { newSite, runAll } from '../cli/site.js';

const ESCAPE = /\u001b\[[0-9;?]*[A-Za-z]/;
const DATA = [
  'create new 90 --weighted x=1 --dry-run server -o json',
  'update a --port 91 --dry-run server -o yaml',
  'apply -f FILE --dry-run server -o json',
  'apply -f FILE --dry-run server -o name',
  'delete a b --dry-run server -o name',
  'status -o json',
  'status a -o yaml',
  'status -o name',
  'inspect a -o json',
  'inspect a -o yaml',
  'generate new 90 --weighted x=1',
  'generate new 90 --weighted x=1 -o json',
  'validate FILE -o json',
  'validate FILE -o github',
  'wait a --for create -o json',
];
/** What a person sees, of every command, good and bad. */
const HUMAN = [
  'create new 90 --weighted x=1 --dry-run server',
  'create new 0 --weighted x',
  'update a --port 91 --diff --dry-run server',
  'update a --weighted x=2',
  'apply -f FILE --diff --dry-run server',
  'delete a --dry-run server',
  'status',
  'status -o wide',
  'status gone',
  'inspect a',
  'inspect b --without x',
  'validate FILE',
  'wait a --for create',
  'wait a --for ready --timeout 100ms',
];

if (hasTerminal()) describe('the contract on a terminal', terminalTests);
else {
  test('there is no python3 to make a terminal with: nothing of this file is tested here', () => {
    expect(process.env['CI']).not.toBe('true');
  });
}

function terminalTests(): void {
  const site = newSite();
  let file: string;
  const words = (line: string): string[] => ['mkl', ...line.split(' ').map((word) => (word === 'FILE' ? file : word))];
  const terminal = (line: string, options: TerminalOptions = {}): ReturnType<typeof onTerminal> =>
    onTerminal(words(line), { ...options, env: { ...site.env, ...options.env } });
  const shown = async (env: Record<string, string>, more = ''): Promise<[string, string][]> => {
    const results = await runAll(HUMAN.map((line) => [line, () => terminal(line + more, { env })]));
    return [...results].map(([line, { screen }]) => [line, screen]);
  };

  beforeAll(async () => {
    await site.run(['mkl', 'create', 'a', '81', '--weighted', 'x=1']);
    await site.run(['mkl', 'create', 'b', '82', '--priority', 'x,y']);
    file = site.file('one.yaml', (await site.run(['mkl', 'generate', 'one', '90', '--weighted', 'x=1'])).stdout);
  });
  afterAll(() => site.remove());

  test('data is the same bytes with and without one', async () => {
    const results = await runAll(
      DATA.map((line) => [
        line,
        async () => [await site.run(words(line)), await terminal(line, { streams: ['stdout'] })] as const,
      ]),
    );
    for (const [line, [piped, { status, screen }]] of results) {
      expect([line, status, screen.replaceAll('\r\n', '\n')]).toEqual([line, piped.status, piped.stdout]);
    }
  });

  test('what a person sees is more than that: this is what the next ones take away', async () => {
    const screens = await shown({});
    expect(screens.filter(([, screen]) => ESCAPE.test(screen)).length).toBeGreaterThan(8);
    expect(screens.filter(([, screen]) => /[^\p{ASCII}]/u.test(screen)).length).toBeGreaterThan(3);
  });

  test.each<[string, Record<string, string>, string]>([
    ['NO_COLOR', { NO_COLOR: '1' }, ''],
    ['--no-color', {}, ' --no-color'],
    ['TERM=dumb', { TERM: 'dumb' }, ''],
  ])('no escape sequence with %s', async (_title, env, more) => {
    for (const [line, screen] of await shown(env, more)) expect([line, ESCAPE.exec(screen)]).toEqual([line, null]);
  });

  test.each<Record<string, string>>([{ LC_ALL: 'C' }, { LC_ALL: 'de_DE.ISO-8859-1' }, { TERM: 'dumb' }])(
    'ASCII alone with %j',
    async (env) => {
      for (const [line, screen] of await shown(env))
        expect([line, /[^\p{ASCII}]+/u.exec(screen)]).toEqual([line, null]);
    },
  );

  test('no escape sequence in a pipe, and the same bytes in every locale', async () => {
    const env = { FORCE_COLOR: '3', CLICOLOR_FORCE: '1', COLORTERM: 'truecolor', LC_ALL: 'C' };
    const results = await runAll(
      HUMAN.map((line) => [line, () => Promise.all([site.run(words(line), { env }), site.run(words(line))])]),
    );
    for (const [line, [forced, plain]] of results) {
      expect([line, ESCAPE.exec(forced.stdout + forced.stderr)]).toEqual([line, null]);
      expect([line, forced.stdout]).toEqual([line, plain.stdout]);
    }
  });

  test.each([
    ['CI', '', { CI: 'true' }],
    ['--no-input', ' --no-input', {}],
    ['TERM=dumb', '', { TERM: 'dumb' }],
  ])('with %s a deletion that would be asked about is refused', async (_title, more, env) => {
    const before = site.files();
    const prune = await terminal(`apply -f FILE --prune -l !none${more}`, { env: env as Record<string, string> });
    const all = await terminal(`delete --all${more}`, { env: env as Record<string, string> });
    expect([prune.status, all.status]).toEqual([2, 2]);
    expect(prune.screen).toContain('--yes');
    expect(site.files()).toEqual(before);
  });
}
