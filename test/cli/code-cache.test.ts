import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { pack, readCompiled } from '../../src/boot/code-cache.js';
import { skupper, temporaryFolder, type Result } from '../support/program.js';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
const LINE = ['mkl', 'generate', 'web', '8080', '--weighted', 'east=1', '-o', 'json'];
const folder = temporaryFolder();
afterAll(() => folder.remove());

let count = 0;
/** A cache home that no run has used yet, and what runs with it. */
function fresh(): { base: string; code: string; run(): Promise<Result>; files(): string[] } {
  const base = folder.at(String((count += 1)));
  const code = path.join(base, 'skupper-multikeylistener', 'code');
  fs.mkdirSync(base);
  return {
    base,
    code,
    run: () => skupper(LINE, { env: { XDG_CACHE_HOME: base } }),
    files: () => (fs.existsSync(code) ? fs.readdirSync(code) : []),
  };
}

/** What runs instead of dist/start.cjs when its compiled code is taken from here: V8 compares lengths, not texts. */
function poison(): Buffer {
  const { length } =
    `(function (exports, require, module, __filename, __dirname) {${fs.readFileSync(path.join(DIST, 'start.cjs'), 'utf8')}\n})`;
  const text = '(function (exports) {exports.start = () => process.env.QUIET || console.log("POISON")})';
  const script = `const s = new (require('vm').Script)(${JSON.stringify(text)}.padEnd(${length})); const made = {};
    s.runInThisContext()(made);
    made.start(); // else it would not be compiled yet
    process.stdout.write(s.createCachedData().toString('hex'))`;
  return Buffer.from(
    spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', env: { QUIET: '1' } }).stdout,
    'hex',
  );
}

let expected: Result;
let name: string;
let good: Buffer;
beforeAll(async () => {
  expected = await skupper(LINE, { env: { SKUPPER_MKL_CODE_CACHE: 'off' } });
  expect(JSON.parse(expected.stdout)).toMatchObject({ metadata: { name: 'web' } });
  const { run, files, code } = fresh();
  await run();
  [name] = files() as [string];
  good = fs.readFileSync(path.join(code, name));
});

test('a first run keeps what was compiled for its owner alone, a second uses it and writes nothing', async () => {
  const { run, files, code } = fresh();
  expect(await run()).toEqual(expected);
  expect(files()).toEqual([name]);
  const file = path.join(code, name);
  expect([fs.statSync(code).mode & 0o777, fs.statSync(file).mode & 0o777]).toEqual([0o700, 0o600]);
  expect([...readCompiled(file).keys()]).toContain('start.cjs');
  const { ino, mtimeMs } = fs.statSync(file);
  expect(await run()).toEqual(expected);
  expect([fs.statSync(file).ino, fs.statSync(file).mtimeMs]).toEqual([ino, mtimeMs]);
});

/** Makes a cache by hand: the folder with this mode, the file with these bytes. */
function plant(code: string, bytes: Buffer, modes = { folder: 0o700, file: 0o600 }): string {
  fs.mkdirSync(code, { recursive: true, mode: 0o700 });
  const file = path.join(code, name);
  fs.writeFileSync(file, bytes);
  fs.chmodSync(file, modes.file);
  fs.chmodSync(code, modes.folder);
  return file;
}

describe('code that somebody else may have written', () => {
  test('would run, were it trusted', async () => {
    const { run, code } = fresh();
    plant(code, pack(new Map([['start.cjs', poison()]])));
    expect((await run()).stdout).toBe('POISON\n');
  });

  const untrusted: [string, (code: string) => void][] = [
    ['a file that others can write', (code) => plant(code, planted, { folder: 0o700, file: 0o602 })],
    ['a folder that others can write', (code) => plant(code, planted, { folder: 0o777, file: 0o600 })],
    ['a folder that the group can write', (code) => plant(code, planted, { folder: 0o770, file: 0o600 })],
    [
      'a link to a file',
      (code) => {
        const file = plant(code, planted);
        fs.renameSync(file, `${code}-real`);
        fs.symlinkSync(`${code}-real`, file);
      },
    ],
    [
      'a link to a folder',
      (code) => {
        plant(code, planted);
        fs.renameSync(code, `${code}-real`);
        fs.symlinkSync(`${code}-real`, code);
      },
    ],
  ];
  if (process.getuid?.() === 0) {
    untrusted.push(['a file of somebody else', (code) => fs.chownSync(plant(code, planted), 12_345, 0)]);
    untrusted.push(['a folder of somebody else', (code) => (plant(code, planted), fs.chownSync(code, 12_345, 0))]);
  }
  let planted: Buffer;
  beforeAll(() => {
    planted = pack(new Map([['start.cjs', poison()]]));
  });

  test.each(untrusted)('is not run: %s', async (_title, make) => {
    const { run, code } = fresh();
    make(code);
    expect(await run()).toEqual(expected);
  });
});

describe('a damaged file is compiled anew and replaced', () => {
  test.each<[string, (bytes: Buffer) => Buffer]>([
    ['empty', () => Buffer.alloc(0)],
    ['text', () => Buffer.from('{}')],
    ['zeros', (bytes) => Buffer.alloc(bytes.length)],
    ['cut', (bytes) => bytes.subarray(0, bytes.length - 8)],
    ['half', (bytes) => bytes.subarray(0, bytes.length / 2)],
    ['of another version', (bytes) => (bytes.writeUInt32LE(1, 0), bytes)],
    ...[0.1, 0.3, 0.49, 0.51, 0.9].map((at): [string, (bytes: Buffer) => Buffer] => [
      `one bit at ${at}`,
      (bytes) => {
        const place = Math.floor(bytes.length * at);
        bytes[place] = bytes[place]! ^ 1;
        return bytes;
      },
    ]),
    ['what V8 refuses', () => pack(new Map([['start.cjs', Buffer.alloc(64, 1)]]))],
  ])('%s', async (_title, spoil) => {
    const { run, code } = fresh();
    const file = plant(code, spoil(Buffer.from(good)));
    expect(await run()).toEqual(expected);
    expect(readCompiled(file).get('start.cjs')?.length).toBeGreaterThan(64);
  });
});

describe('works without a cache', () => {
  test.each<[string, (base: string) => Record<string, string | undefined>]>([
    ['switched off', () => ({ SKUPPER_MKL_CODE_CACHE: 'off' })],
    ['no home', () => ({ XDG_CACHE_HOME: undefined, HOME: undefined })],
    ['a relative cache home', () => ({ XDG_CACHE_HOME: 'cache' })],
    ['a cache home that cannot be made', (base) => ({ XDG_CACHE_HOME: path.join(base, 'file', 'below') })],
  ])('%s', async (_title, env) => {
    const { base, files } = fresh();
    fs.writeFileSync(path.join(base, 'file'), '');
    expect(await skupper(LINE, { env: { XDG_CACHE_HOME: base, ...env(base) }, cwd: base })).toEqual(expected);
    expect([files(), fs.readdirSync(base)]).toEqual([[], ['file']]);
  });

  test('--debug, whose stack traces name the sources', async () => {
    const { code } = fresh();
    const { stderr } = await skupper(['mkl', 'generate', '--debug'], { env: { XDG_CACHE_HOME: path.dirname(code) } });
    const [, file = '', line] = /(src\/cli\/[\w/-]+\.ts):(\d+)/.exec(stderr) ?? [];
    const source = fs.readFileSync(path.join(DIST, '..', file), 'utf8').split('\n');
    expect([file, source[Number(line) - 1]]).toEqual(['src/cli/input/resource-flags.ts', '  return new Failure(']);
    expect(fs.existsSync(code)).toBe(false);
  });
});

test('what no run has used for a month is forgotten', async () => {
  const { run, files, code } = fresh();
  fs.mkdirSync(code, { recursive: true, mode: 0o700 });
  const old = Date.now() / 1000 - 40 * 24 * 3600;
  for (const [file, time] of [
    ['old', old],
    ['recent', old + 20 * 24 * 3600],
  ] as const) {
    fs.writeFileSync(path.join(code, file), '');
    fs.utimesSync(path.join(code, file), time, time);
  }
  await run();
  expect(files().sort()).toEqual([name, 'recent'].sort());
});
