import * as fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { skupper, temporaryFolder } from '../support/program.js';

const LINE = ['mkl', 'generate', 'web', '8080', '--weighted', 'east=1', '-o', 'json'];
/** Node keeps compiled code from 22.1 on; before, the program makes no folder at all. */
const [major = 0] = process.versions.node.split('.').map(Number);
const keeps = major >= 22;
const folder = temporaryFolder();
afterAll(() => folder.remove());

let count = 0;
function fresh(): string {
  const base = folder.at(String((count += 1)));
  fs.mkdirSync(base);
  return base;
}
const kept = (base: string): string[] => {
  const code = path.join(base, 'skupper-multikeylistener', 'code');
  return fs.existsSync(code) ? fs.readdirSync(code, { recursive: true, encoding: 'utf8' }) : [];
};

test('compiled code is kept for its owner alone, and runs give the same with and without it', async () => {
  const base = fresh();
  const first = await skupper(LINE, { env: { XDG_CACHE_HOME: base } });
  const second = await skupper(LINE, { env: { XDG_CACHE_HOME: base } });
  const without = await skupper(LINE, { env: { XDG_CACHE_HOME: base, NODE_DISABLE_COMPILE_CACHE: '1' } });
  expect(JSON.parse(first.stdout)).toMatchObject({ metadata: { name: 'web' } });
  expect([second, without]).toEqual([first, first]);
  expect(kept(base).length > 0).toBe(keeps);
  if (keeps) expect(fs.statSync(path.join(base, 'skupper-multikeylistener')).mode & 0o777).toBe(0o700);
});

test.each<[string, (base: string) => Record<string, string | undefined>]>([
  [
    'a folder that others can write to',
    (base) => {
      fs.mkdirSync(path.join(base, 'skupper-multikeylistener'));
      fs.chmodSync(path.join(base, 'skupper-multikeylistener'), 0o777);
      return {};
    },
  ],
  [
    'a link in its place',
    (base) => {
      fs.mkdirSync(path.join(base, 'elsewhere'), { mode: 0o700 });
      fs.symlinkSync(path.join(base, 'elsewhere'), path.join(base, 'skupper-multikeylistener'));
      return {};
    },
  ],
  [
    'a file in its place',
    (base) => {
      fs.writeFileSync(path.join(base, 'skupper-multikeylistener'), '');
      return {};
    },
  ],
  [
    'a cache home that cannot be made',
    (base) => {
      fs.writeFileSync(path.join(base, 'file'), '');
      return { XDG_CACHE_HOME: path.join(base, 'file', 'below') };
    },
  ],
  ['no home at all', () => ({ XDG_CACHE_HOME: undefined, HOME: undefined })],
])('nothing is kept, and all works: %s', async (_title, prepare) => {
  const base = fresh();
  const env = { XDG_CACHE_HOME: base, ...prepare(base) };
  const { status, stdout } = await skupper(LINE, { env });
  expect([status, kept(base)]).toEqual([0, []]);
  expect(JSON.parse(stdout)).toMatchObject({ kind: 'MultiKeyListener' });
  expect(fs.existsSync(path.join(base, 'elsewhere')) ? fs.readdirSync(path.join(base, 'elsewhere')) : []).toEqual([]);
});

test('--debug: stack traces name the sources', async () => {
  const { stderr } = await skupper(['mkl', 'generate', '--debug']);
  expect(stderr).toMatch(/src\/cli\/input\/resource-flags\.ts:\d+/);
});
