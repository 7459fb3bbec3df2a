import { spawnSync, type StdioOptions } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { dataHome } from '../../src/store/system/files/paths.js';
import { isFailure } from '../../src/model/failure.js';
import { environment, PROGRAM } from '../support/program.js';
import { fileOf, newSite } from './site.js';

const perhaps = existsSync('/dev/full') ? test : test.skip;

/** Runs the program with a full disk behind stdout. */
function withFullStdout(env: Record<string, string>, ...args: string[]): { status: number | null; stderr: string } {
  const full = openSync('/dev/full', 'w');
  const stdio: StdioOptions = ['ignore', full, 'pipe'];
  const words = [...PROGRAM.slice(1), 'mkl', ...args];
  const { status, stderr } = spawnSync(PROGRAM[0], words, { env: environment(env), stdio, encoding: 'utf8' });
  closeSync(full);
  return { status, stderr };
}

perhaps('a full disk behind stdout is no fault of the program', async () => {
  const site = newSite();
  await site.run(['mkl', 'create', 'web', '8080', '--weighted', 'x=1']);
  const { status, stderr } = withFullStdout(site.env, 'status');
  site.remove();
  expect(status).toBe(1);
  expect(stderr).toMatch(/^Error: cannot write the output: ENOSPC/);
  expect(stderr).not.toContain('Internal error');
  expect(stderr).not.toContain('written');
});

perhaps('a full disk behind stdout after a write: the error names what was written', () => {
  const site = newSite();
  const create = ['8080', '--weighted', 'x=1', '--no-preflight'];
  const text = withFullStdout(site.env, 'create', 'web', ...create);
  const json = withFullStdout(site.env, 'create', 'api', ...create, '-o', 'json');
  const unchanged = withFullStdout(site.env, 'update', 'web', '--port', '8080');
  const dry = withFullStdout(site.env, 'create', 'other', ...create, '--dry-run', 'client');
  const names = Object.keys(site.files());
  site.remove();
  expect(text.stderr).toContain('web was written and stays.\n');
  expect(JSON.parse(json.stderr)).toMatchObject({ error: { code: 'file-system', written: ['api'] } });
  expect(unchanged.stderr + dry.stderr).not.toContain('was written');
  expect([text, json, unchanged, dry].map(({ status }) => status)).toEqual([1, 1, 1, 1]);
  expect(names).toEqual([fileOf('api'), fileOf('web')]);
});

perhaps('a full disk behind stderr changes neither what is done nor the exit status', async () => {
  const site = newSite();
  const run = (...args: string[]): { status: number | null; stdout: string } => {
    const full = openSync('/dev/full', 'w');
    const { status, stdout } = spawnSync(PROGRAM[0], [...PROGRAM.slice(1), 'mkl', ...args], {
      env: environment(site.env),
      stdio: ['ignore', 'pipe', full],
      encoding: 'utf8',
    });
    closeSync(full);
    return { status, stdout };
  };
  expect(run('create', 'web', '8080', '--weighted', 'x=1')).toEqual({
    status: 0,
    stdout: 'multikeylistener/web created\n',
  });
  expect(run('inspect', 'none')).toEqual({ status: 3, stdout: '' });
  expect(run('status', '-n')).toEqual({ status: 2, stdout: '' });
  site.remove();
});

/** Runs the program from a shell; "$@" is its command line. */
function inShell(script: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const words = ['-c', script, 'sh', ...PROGRAM, 'mkl', ...args];
  return spawnSync('sh', words, { env: environment(), encoding: 'utf8' });
}

const unix = process.platform === 'win32' ? test.skip : test;
const GENERATE = ['generate', 'web', '8080', '--weighted', 'x=1'];

unix.each(['"$@" <&-', '"$@" 2>&-', '"$@" <&- 2>&-'])('closed standard streams: %s', (script) => {
  expect(inShell(script, ...GENERATE)).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('name: web'),
    stderr: '',
  });
});

unix('a closed stdout', () => {
  expect(inShell('"$@" >&-', ...GENERATE)).toMatchObject({ status: 0, stdout: '', stderr: '' });
});

unix('a directory as standard input is named, and is no empty file', () => {
  const { status, stdout } = inShell('"$@" < /', 'validate', '-f', '-');
  expect({ status, stdout }).toEqual({ status: 2, stdout: expect.stringContaining('it is a directory') });
});

unix('a working directory that is gone', () => {
  const gone = 'D=$(mktemp -d); cd "$D"; rmdir "$D"; "$@"';
  expect(inShell(gone, ...GENERATE)).toMatchObject({ status: 0, stdout: expect.stringContaining('name: web') });
  const { status, stderr } = inShell(gone, 'validate', '-f', '.');
  expect(status).not.toBe(0);
  expect(stderr).not.toContain('Internal error');
});

unix('however few files may be open, it ends and blames nobody', () => {
  const limits = Array.from({ length: 8 }, (_, index) => 16 + index);
  for (const limit of limits) {
    const { status, stderr } = inShell(`ulimit -n ${limit}; exec "$@"`, ...GENERATE);
    // Below that Node itself does not start.
    if (stderr.includes('Node.js v') || status === null || status > 128) continue;
    expect({ limit, stderr, status }).toEqual({
      limit,
      stderr: status === 0 ? '' : expect.stringMatching(/^Error: .*(EMFILE|too many)/),
      status: status === 0 ? 0 : 1,
    });
  }
});

test('a user without a home folder is told what to name', () => {
  const host = { uid: 54321, home: undefined, exists: () => false, isDirectory: () => false };
  const home = (env: Record<string, string>): string => dataHome({ env }, host);
  expect(home({ XDG_DATA_HOME: '/data' })).toBe('/data/skupper');
  expect(home({ HOME: '/h' })).toBe('/h/.local/share/skupper');
  let thrown: unknown;
  try {
    home({});
  } catch (error) {
    thrown = error;
  }
  expect(isFailure(thrown, 'file-system') && thrown.hint).toContain('--data-home');
});
