import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { findFiles, type InputFile } from '../../../../src/cli/input/files.js';
import { readText } from '../../../../src/cli/input/read-text.js';
import type { Io } from '../../../../src/cli/terminal/io.js';

const folder = mkdtempSync(path.join(tmpdir(), 'mkl-input-'));
const at = (...parts: string[]): string => path.join(folder, ...parts);
const ioWith = (stdin: unknown): Io => ({ stdin }) as Io;
const io = ioWith(Readable.from([]));
const { signal } = new AbortController();

function put(name: string, text: string | Buffer = 'a: 1\n'): string {
  mkdirSync(path.dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text);
  return at(name);
}

async function find(words: string[], recursive = false): Promise<InputFile[]> {
  const found: InputFile[] = [];
  for await (const file of findFiles(words, { recursive })) found.push(file);
  return found.map((file) => ({ ...file, name: path.relative(folder, file.name) || '.' }));
}

const names = async (...args: Parameters<typeof find>): Promise<string[]> =>
  (await find(args[0], args[1])).map(({ name, why }) => (why === undefined ? name : `${name}: ${why}`));

beforeAll(() => {
  for (const name of ['a.yaml', 'b.YML', 'c.json', 'd.txt', '.hidden.yaml', 'sub/e.yaml', 'sub/deep/f.yml']) {
    put(`tree/${name}`);
  }
  put('tree/sub/.git/g.yaml');
  mkdirSync(at('tree/folder.yaml'));
  symlinkSync('..', at('tree/sub/loop'));
  symlinkSync('a.yaml', at('tree/sub.yaml'));
  symlinkSync('nowhere', at('tree/lost.yaml'));
  symlinkSync('round', at('round'));
  mkdirSync(at('empty'));
  put('odd/[x].yaml');
  put('odd/x.yaml');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('findFiles', () => {
  test('a folder, one level: manifests in order, none hidden, each once', async () => {
    expect(await names([at('tree')])).toEqual(['tree/a.yaml', 'tree/b.YML', 'tree/c.json', 'tree/lost.yaml']);
  });

  test('a URL is a file of its own, once', async () => {
    expect(await find(['https://x.test/a.yaml', 'https://x.test/a.yaml'])).toEqual([
      { name: expect.any(String), named: true, url: true },
    ]);
  });

  test('all levels, and a loop of links ends', async () => {
    expect(await names([at('tree')], true)).toEqual([
      'tree/a.yaml',
      'tree/b.YML',
      'tree/c.json',
      'tree/lost.yaml',
      'tree/sub/e.yaml',
      'tree/sub/deep/f.yml',
    ]);
  });

  test('a file is named, what a folder holds is not; one given twice comes once', async () => {
    const found = await find([at('tree/d.txt'), at('tree/a.yaml'), at('tree'), at('tree/a.yaml'), at('tree/sub.yaml')]);
    expect(found.map(({ name, named }) => `${name} ${named}`)).toEqual([
      'tree/d.txt true',
      'tree/a.yaml true',
      'tree/b.YML false',
      'tree/c.json false',
      'tree/lost.yaml false',
    ]);
  });

  test.each([
    ['*.yaml', ['tree/a.yaml', 'tree/folder.yaml: the directory contains no', 'tree/lost.yaml']],
    ['?.yaml', ['tree/a.yaml']],
    ['[a-b].*', ['tree/a.yaml', 'tree/b.YML']],
    ['[!a].*', ['tree/b.YML', 'tree/c.json', 'tree/d.txt']],
    ['.h*', ['tree/.hidden.yaml']],
    ['*/e.yaml', ['tree/sub/e.yaml']],
    ['**/*.yml', ['tree/sub/deep/f.yml']],
    ['sub/**/?.y*ml', ['tree/sub/e.yaml', 'tree/sub/deep/f.yml']],
    ['*.toml', ['tree/*.toml: no file matches this pattern']],
    ['no/*.yaml', ['tree/no/*.yaml: no file matches this pattern']],
    ['a+b(*).yaml', ['tree/a+b(*).yaml: no file matches this pattern']],
  ])('the pattern %s', async (pattern, expected) => {
    const found = await names([at('tree', pattern)]);
    expect(found.map((name) => name.replace(/(contains no) .*/, '$1').replace(/: no such file.*/, ''))).toEqual(
      expected,
    );
  });

  test('a name with signs of a pattern is a name where it is there', async () => {
    expect(await names([at('odd/[x].yaml')])).toEqual(['odd/[x].yaml']);
    expect(await names([at('odd/[xy].yaml')])).toEqual(['odd/x.yaml']);
  });

  test('several with commas between them, as in kubectl; a name with a comma is a name where it is there', async () => {
    const both = `${at('tree/a.yaml')},${at('tree/sub/*.yaml')}`;
    expect(await names([both])).toEqual(['tree/a.yaml', 'tree/sub/e.yaml']);
    expect(await names([put('odd/x,y.yaml')])).toEqual(['odd/x,y.yaml']);
    expect(await names([`${at('tree/a.yaml')},${at('gone')}`])).toEqual([
      'tree/a.yaml',
      'gone: no such file or directory',
    ]);
  });

  test('an empty name is told as such', async () => {
    expect((await find(['']))[0]).toMatchObject({ why: 'the file name is empty' });
  });

  test.each([
    ['nothing.yaml', /no such file or directory/],
    ['round', /too many levels/],
    ['tree/a.yaml/b', /not a directory/],
    ['empty', /the directory contains no .*--recursive/],
    ['x'.repeat(300), /too long/],
  ])('%s is told and passed over', async (name, why) => {
    const found = await find([at(name), at('tree/a.yaml')]);
    expect(found[0]?.why).toMatch(why);
    expect(found[1]?.name).toBe('tree/a.yaml');
  });
});

describe('readText', () => {
  const read = (name: string): Promise<object> => readText({ name, named: true }, io, signal);

  test('text, with its byte order mark, and nothing', async () => {
    expect(await read(put('bom.yaml', '\ufeffé\r\n'))).toEqual({ text: '\ufeffé\r\n' });
    expect(await read(put('nothing.yaml', ''))).toEqual({ text: '' });
  });

  test('what is no text of ours', async () => {
    truncateSync(put('large.yaml'), 32 * 1024 * 1024 + 1);
    execFileSync('mkfifo', [at('pipe.yaml')]);
    chmodSync(put('secret.yaml'), 0);
    expect(await read(put('le.yaml', Buffer.from('\ufeffa', 'utf16le')))).toEqual({
      why: 'it is UTF-16, not UTF-8; save it as UTF-8',
    });
    expect(await read(put('bad.yaml', Buffer.from([0x61, 0xff])))).toEqual({ why: 'it is not UTF-8 text' });
    expect(await read(at('large.yaml'))).toEqual({ why: 'it is larger than 32 MiB' });
    expect(await read(at('pipe.yaml'))).toEqual({ why: expect.stringMatching(/^it is a named pipe, not a file/) });
    execFileSync('mkfifo', [at('a pipe')]);
    expect(await read(at('a pipe'))).toEqual({ why: expect.stringContaining(`: -f - < '${at('a pipe')}'`) });
    const socket = createServer().listen(at('socket'));
    await once(socket, 'listening');
    expect(await read(at('socket'))).toEqual({ why: 'no such device or address' });
    socket.close();
    expect(await read('/dev/zero')).toEqual({ why: expect.stringMatching(/^it is a device, not a file/) });
    expect(await read(at('tree'))).toEqual({ why: 'it is a directory' });
    expect(await read(at('gone'))).toEqual({ why: 'no such file or directory' });
    if (process.getuid?.() !== 0) expect(await read(at('secret.yaml'))).toEqual({ why: 'permission denied' });
  });

  test('a file of /proc, whose size is said to be 0, changed while it was read', async () => {
    expect(await read('/proc/self/status')).toEqual({
      why: expect.stringMatching(/^it changed while it was being read/),
    });
  });

  test('standard input: read to its end, refused when it is a terminal, bounded', async () => {
    const stdin = { name: '-', named: true };
    expect(await readText(stdin, ioWith(Readable.from([Buffer.from('a'), Buffer.from('b')])), signal)).toEqual({
      text: 'ab',
    });
    await expect(readText(stdin, ioWith({ isTTY: true }), signal)).rejects.toMatchObject({ code: 'usage' });
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(1024 * 1024);
      })(),
    );
    expect(await readText(stdin, ioWith(endless), signal)).toEqual({ why: 'it is larger than 32 MiB' });
  });
});
