import { hasTerminal, onTerminal, type TerminalOptions } from '../support/program.js';
import { fileOf, newSite } from './site.js';

const ESCAPE = /\u001b\[[0-9;?]*[A-Za-z]/g;
const plain = (screen: string): string => screen.replace(ESCAPE, '');

if (hasTerminal()) describe('on a terminal', terminalTests);
else {
  test('there is no python3 to make a terminal with: nothing of this file is tested here', () => {
    expect(process.env['CI']).not.toBe('true');
  });
}

function terminalTests(): void {
  const site = newSite();
  const run = (line: string, options: TerminalOptions = {}): ReturnType<typeof onTerminal> =>
    onTerminal(line.split(' '), { ...options, env: { ...site.env, ...options.env } });

  beforeAll(async () => {
    await site.run(['mkl', 'create', 'web', '8080', '--weighted', 'east=3,west=1']);
  });
  afterAll(() => site.remove());

  test('a table with signs, colours and messages', async () => {
    const { status, screen } = await run('mkl status');
    expect(status).toBe(0);
    expect(plain(screen)).toContain('○ Pending  weighted');
    expect(plain(screen)).toContain('└ not applied yet; run skupper system reload');
    expect(screen).toContain('\u001b[33m');
    expect(screen).toContain('\u001b[1mweb\u001b[22m');
  });

  test.each<[string, string, TerminalOptions]>([
    ['--no-color', 'mkl status --no-color', {}],
    ['NO_COLOR', 'mkl status', { env: { NO_COLOR: '1' } }],
    ['TERM=dumb', 'mkl status', { env: { TERM: 'dumb' } }],
  ])('no colour with %s, and the table stays', async (_title, line, options) => {
    const { status, screen } = await run(line, options);
    expect(status).toBe(0);
    expect(screen).not.toContain('\u001b[');
    expect(screen).toMatch(/[○o] Pending/);
  });

  test('ASCII without a UTF-8 locale', async () => {
    const { screen } = await run('mkl status', { env: { LC_ALL: 'C' } });
    expect(plain(screen)).toMatch(/^[\r\n\x20-\x7e]*$/);
    expect(plain(screen)).toContain('o Pending');
  });

  test('each stream by itself: stdout in a pipe is plain while errors on the terminal are red', async () => {
    const [piped, file] = await Promise.all([
      run('mkl status web nope', { streams: ['stdin', 'stderr'] }),
      run('mkl status web', { streams: ['stdout'] }),
    ]);
    expect(piped.status).toBe(3);
    expect(piped.stdout).toMatch(/^NAME.*\nweb +Pending /);
    expect(piped.stdout).not.toContain('\u001b');
    expect(piped.screen).toContain('\u001b[31mError:');
    expect(file.screen).toContain('\u001b[');
  });

  test('cut to the width', async () => {
    await site.run(['mkl', 'create', 'n'.repeat(60), '81', '--weighted', 'a=1']);
    const { screen } = await run('mkl status', { columns: 60 });
    for (const line of plain(screen).split('\r\n')) expect(line.length).toBeLessThanOrEqual(60);
    await site.run(['mkl', 'delete', 'n'.repeat(60)]);
  });

  test('what is missing is asked for, with the default shown, each answer judged at once', async () => {
    const { status, screen } = await run('mkl create --weighted east=1,west=1', {
      typing: [
        { after: 'Name of the resource:', type: 'Bad_Name\r' },
        { after: 'metadata.name', type: '\u0015asked\r' },
        { after: 'Port of the listener:', type: '\u00159000\r' },
      ],
    });
    expect({ status, screen: status === 0 ? '' : screen }).toEqual({ status: 0, screen: '' });
    expect(plain(screen)).toContain('8080');
    expect(plain(screen)).toContain('0.0.0.0');
    expect(plain(screen)).toContain('multikeylistener/asked created');
    expect(site.files()[fileOf('asked')]).toContain('  port: 9000\n');
    await site.run(['mkl', 'delete', 'asked']);
  });

  test('an empty answer takes the default port', async () => {
    const { status } = await run('mkl create taken --weighted a=1 --host 127.0.0.1 --force', {
      typing: [{ after: 'Port of the listener:', type: '\r' }],
    });
    expect(status).toBe(0);
    expect(site.files()[fileOf('taken')]).toContain('  port: 8080\n');
    await site.run(['mkl', 'delete', 'taken']);
  });

  test('only stdout is data: the questions are on stderr', async () => {
    const { status, stdout } = await run('mkl create --weighted a=1 -o name', {
      streams: ['stdin', 'stderr'],
      typing: [
        { after: 'Name of the resource:', type: 'piped\r' },
        { after: 'Port of the listener:', type: '\u00159001\r' },
      ],
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'multikeylistener/piped\n' });
    await site.run(['mkl', 'delete', 'piped']);
  });

  test('Ctrl-C at a question: 130, and nothing left behind', async () => {
    const before = site.files();
    const { status, screen } = await run('mkl create --weighted east=1,west=1', {
      typing: [{ after: 'Name of the resource:', type: 'half\u0003' }],
    });
    expect(status).toBe(130);
    expect(plain(screen)).toContain('interrupted');
    expect(plain(screen)).not.toMatch(/^\s+at /m);
    // The cursor that the question hid is shown again.
    expect(screen.lastIndexOf('\u001b[?25h')).toBeGreaterThanOrEqual(screen.lastIndexOf('\u001b[?25l'));
    expect(site.files()).toEqual(before);
  });

  test.each(['--no-input', 'CI'])('with %s nothing is asked', async (how) => {
    const [flag, env] = how === 'CI' ? ['', { CI: 'true' }] : [' --no-input', {}];
    const { status, screen } = await run(`mkl create --weighted east=1,west=1${flag}`, { env });
    expect(status).toBe(2);
    expect(plain(screen)).toContain('NAME and PORT are missing');
  });

  test('a person is asked before --all: no keeps everything, yes deletes', async () => {
    const before = site.files();
    const no = await run('mkl delete --all', { typing: [{ after: 'Delete', type: '\r' }] });
    expect(no.status).toBe(0);
    expect(plain(no.screen)).toContain('Nothing was deleted');
    expect(site.files()).toEqual(before);
    const left = await run('mkl delete --all', { typing: [{ after: 'Delete', type: '\u0003' }] });
    expect(left.status).toBe(130);
    expect(site.files()).toEqual(before);
    const yes = await run('mkl delete --all', { typing: [{ after: 'Delete', type: 'y\r' }] });
    expect(yes.status).toBe(0);
    expect(site.files()).toEqual({});
  });

  test('-f - on a terminal is a usage error, not a program that hangs', async () => {
    const { status, screen } = await run('mkl create -f -');
    expect(status).toBe(2);
    expect(plain(screen)).toContain('which is a terminal');
  });
}
