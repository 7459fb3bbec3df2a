import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { fileOf, newSite, type Site } from '../cli/site.js';
import { faulty } from '../support/faults/fs-faults.js';
import { temporaryFolder, type Result } from '../support/program.js';
import { report, type Row } from '../support/verdict/reliability.js';

const rows: Row[] = [];
afterAll(() => report('file-systems', ['in the way', 'command', 'outcome', 'exit status'], rows));
const folder = temporaryFolder();
afterAll(() => folder.remove());

const WEB = `apiVersion: skupper.io/v2alpha1
kind: MultiKeyListener
metadata:
  name: web
  namespace: default
spec:
  host: web
  port: 8080
  strategy:
    priority:
      routingKeys:
      - a
`;
const CREATE = 'create db 1 --priority a';
const UPDATE = 'update web --port 8081';
const DELETE = 'delete web';
const run = (site: Site, line: string, env: Record<string, string> = {}): Promise<Result> =>
  site.run(['mkl', ...line.split(' ')], { env });

let site: Site;
beforeEach(() => {
  site = newSite();
  site.put(WEB, 'input', 'resources', 'MultiKeyListener-web.yaml');
});
afterEach(() => site.remove());
const at = (...parts: string[]): string => path.join(site.home, 'namespaces', 'default', ...parts);

/** Refused with one sentence that names the file system's reason, and nothing is changed, added or left behind. */
function refused(what: string, line: string, result: Result, before: Record<string, string>, why: RegExp): void {
  expect({ what, line, ...result }).toMatchObject({ status: 1, stdout: '', signal: null });
  expect(result.stderr).toMatch(why);
  expect(result.stderr).not.toMatch(/unexpected|internal|\n +at /);
  expect(site.files()).toEqual(before);
  rows.push([what, line.split(' ')[0] ?? '', 'refused, nothing changed', 1]);
}

const REASONS: readonly [code: string, why: RegExp][] = [
  ['ENOSPC', /no space is left/],
  ['EDQUOT', /quota/],
  ['EROFS', /read-only/],
  ['EACCES', /permission denied/],
  ['EIO', /input\/output error/],
];

describe.each(REASONS)('%s', (code, why) => {
  // Where it is met first by each: the folder, the lock, the temporary file.
  test.each(['open', 'handle.writeFile'])('at %s', async (call) => {
    const before = site.files();
    const env = faulty({ below: site.home, only: 'writes', calls: [call], how: 'error', code });
    for (const line of [CREATE, UPDATE, DELETE]) {
      refused(`${code} at ${call}`, line, await run(site, line, env), before, why);
    }
    expect((await run(site, UPDATE)).status).toBe(0);
  });
});

test('ENOSPC for the second write, the temporary file: nothing is left of it, and the lock is given back', async () => {
  const before = site.files();
  // open and write of the lock, then the file.
  const env = faulty({ below: site.home, only: 'writes', at: 5, how: 'error', code: 'ENOSPC' });
  refused('ENOSPC within the file', UPDATE, await run(site, UPDATE, env), before, /no space is left/);
});

test.each([
  ['EXDEV', ['link']],
  ['EPERM', ['link']],
])('%s for every link: written whole, or refused', async (code, calls) => {
  const env = faulty({ below: site.home, calls, how: 'error', code });
  const result = await run(site, CREATE, env);
  // EXDEV goes on for every link: then there is no way, and nothing is written.
  expect(result.status).toBe(code === 'EXDEV' ? 1 : 0);
  expect(Object.keys(site.files()).includes(fileOf('db'))).toBe(code !== 'EXDEV');
  rows.push([
    `${code} for every link`,
    'create',
    code === 'EXDEV' ? 'refused, nothing changed' : 'done',
    result.status ?? '',
  ]);
});

const mount = (...args: string[]): boolean => process.getuid?.() === 0 && spawnSync('mount', args).status === 0;
const canMount = ((): boolean => {
  mkdirSync(folder.at('probe'));
  const could = mount('-t', 'tmpfs', '-o', 'size=64k', 'none', folder.at('probe'));
  if (could) execFileSync('umount', [folder.at('probe')]);
  return could;
})();
const whenMounts = canMount ? test : test.skip;

whenMounts('input/resources is a mount of its own: create and update work', async () => {
  expect(mount('-t', 'tmpfs', '-o', 'size=256k', 'none', at('input', 'resources'))).toBe(true);
  try {
    expect(await run(site, CREATE)).toMatchObject({ status: 0 });
    expect(await run(site, 'update db --port 2')).toMatchObject({ status: 0 });
    expect(Object.keys(site.files())).toEqual([fileOf('db')]);
    rows.push(['input/resources is a mount of its own', 'create, update', 'done', 0]);
  } finally {
    execFileSync('umount', [at('input', 'resources')]);
  }
});

whenMounts('a disk that is really full', async () => {
  const input = at('input');
  expect(mount('-t', 'tmpfs', '-o', 'size=16k', 'none', input)).toBe(true);
  try {
    mkdirSync(path.join(input, 'resources'));
    site.put(WEB, 'input', 'resources', 'MultiKeyListener-web.yaml');
    // The rest of the pages.
    writeFileSync(path.join(input, 'fill'), '');
    spawnSync('dd', ['if=/dev/zero', `of=${path.join(input, 'fill')}`, 'bs=4096', 'count=100']);
    const before = site.files();
    for (const line of [CREATE, UPDATE])
      refused('a full tmpfs', line, await run(site, line), before, /no space is left/);
    rmSync(path.join(input, 'fill'));
    expect((await run(site, UPDATE)).status).toBe(0);
  } finally {
    execFileSync('umount', [input]);
  }
});

whenMounts('a read-only mount', async () => {
  const input = at('input');
  mount('--bind', input, input);
  mount('-o', 'remount,ro,bind', input);
  try {
    const before = site.files();
    for (const line of [CREATE, UPDATE, DELETE, `${CREATE} --dry-run server`])
      refused('a read-only mount', line, await run(site, line), before, /read-only/);
  } finally {
    execFileSync('umount', [input]);
  }
});

const FILE = (): string => path.join(site.home, fileOf('web'));
test.each<[string, () => void, RegExp]>([
  ['a FIFO for the file', () => execFileSync('mkfifo', [FILE()]), /not a regular file/],
  ['a folder for the file', () => mkdirSync(FILE()), /doesn't exist|not a regular file|directory/],
  ['a symbolic link for the file', () => symlinkSync(folder.at('victim'), FILE()), /symbolic link|doesn't exist/],
])('%s: left alone', async (what, plant) => {
  rmSync(FILE());
  writeFileSync(folder.at('victim'), WEB);
  plant();
  for (const line of [UPDATE, DELETE, 'create web 1 --priority a']) {
    const result = await run(site, line);
    expect({ what, line, ok: [1, 3, 5].includes(result.status ?? -1), err: result.stderr }).toMatchObject({ ok: true });
    rows.push([what, line.split(' ')[0] ?? '', 'refused, nothing changed', result.status ?? '']);
  }
  expect(readFileSync(folder.at('victim'), 'utf8')).toBe(WEB);
});

test.each(['.skupper-mkl.lock', '.skupper-mkl.lock.break'])('a FIFO, a link and a folder for %s', async (name) => {
  const lock = at('input', name);
  const plants: [string, () => void][] = [
    ['a FIFO', () => execFileSync('mkfifo', [lock])],
    ['a symbolic link', () => symlinkSync(folder.at('victim-of-lock'), lock)],
    ['a folder', () => mkdirSync(lock)],
  ];
  for (const [what, plant] of plants) {
    plant();
    const result = await run(site, UPDATE);
    expect({ what, status: result.status, err: result.stderr }).toMatchObject({ status: 1 });
    expect(result.stderr).toContain('is not a regular file');
    rows.push([`${what} for ${name}`, 'update', 'refused, nothing changed', 1]);
    rmSync(lock, { recursive: true });
  }
  expect(existsSync(folder.at('victim-of-lock'))).toBe(false);
  expect(readFileSync(FILE(), 'utf8')).toBe(WEB);
});

test('a hard link to another file: that one keeps its text', async () => {
  linkSync(FILE(), folder.at('other-name'));
  expect((await run(site, UPDATE)).status).toBe(0);
  expect(readFileSync(folder.at('other-name'), 'utf8')).toBe(WEB);
  expect(readFileSync(FILE(), 'utf8')).toContain('port: 8081');
  rows.push(['a hard link to another file', 'update', 'done; the other keeps its text', 0]);
});

const BIN = path.resolve('bin/skupper.js');
const asNobody = (line: string): Result => {
  const words = [BIN, 'mkl', ...line.split(' ')];
  const env = { ...site.env, PATH: process.env['PATH'] ?? '', HOME: folder.path };
  const { stdout, stderr, status, signal } = spawnSync(process.execPath, words, {
    env,
    uid: 65534,
    gid: 65534,
    encoding: 'utf8',
  });
  return { stdout, stderr, status, signal };
};
const whenRoot = process.getuid?.() === 0 ? test : test.skip;
whenRoot('without permission: refused, a dry run too', () => {
  for (const part of [folder.path, path.dirname(site.home), site.home]) chmodSync(part, 0o755);
  const before = site.files();
  for (const line of [CREATE, UPDATE, DELETE, `${CREATE} --dry-run server`, `${UPDATE} --dry-run server`])
    refused('no permission', line, asNobody(line), before, /permission denied|belongs to/);
});

test("another user's umask: modes less the umask for a new file, and as they were for an old one", async () => {
  chmodSync(FILE(), 0o604);
  if (process.getuid?.() === 0) chownSync(FILE(), 12345, 12345);
  const before = process.umask(0o077);
  try {
    expect((await run(site, CREATE)).status).toBe(0);
    expect((await run(site, UPDATE)).status).toBe(0);
  } finally {
    process.umask(before);
  }
  const modes = [fileOf('db'), fileOf('web')].map((name) => statSync(path.join(site.home, name)).mode & 0o777);
  expect(modes).toEqual([0o600, 0o604]);
  if (process.getuid?.() === 0) expect(statSync(FILE()).uid).toBe(12345);
  rows.push(['umask 077', 'create, update', 'done; 0600 for a new file, mode and owner of an old one kept', 0]);
});
