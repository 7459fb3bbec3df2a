import { randomUUID } from 'node:crypto';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

import fc from 'fast-check';

import { parseDocuments, rewrite, type Data } from '../../src/store/system/files/documents.js';
import { dataHome, namespacePaths, type Host } from '../../src/store/system/files/paths.js';
import { withLock } from '../../src/store/system/files/lock.js';
import { createFile, replaceFile } from '../../src/store/system/files/write-file.js';
import { dumpYaml } from '../../src/yaml/dump.js';
import { loadYaml } from '../../src/yaml/load.js';
import { change, code, listener, systemSite, type SystemSite } from '../support/system/system-site.js';

const DEAD_PID = 2 ** 22 + 1;
let site: SystemSite;
beforeEach(async () => {
  site = await systemSite();
  await mkdir(site.path('input'), { recursive: true });
});
afterEach(() => site.remove());

describe('the data home', () => {
  const env = { HOME: '/home/u' };
  test.each<[string, Record<string, string>, Partial<Host> & { files?: string[]; flag?: string }, string]>([
    ['root', env, { uid: 0 }, '/var/lib/skupper'],
    ['a user', env, {}, '/home/u/.local/share/skupper'],
    ['a user without HOME', {}, {}, '/home/os/.local/share/skupper'],
    ['XDG_DATA_HOME', { ...env, XDG_DATA_HOME: '/x' }, {}, '/x/skupper'],
    ['an empty XDG_DATA_HOME', { ...env, XDG_DATA_HOME: '' }, {}, '/home/u/.local/share/skupper'],
    ['a relative XDG_DATA_HOME', { ...env, XDG_DATA_HOME: 'x' }, {}, '/home/u/.local/share/skupper'],
    ['podman with /output', env, { uid: 0, files: ['/run/.containerenv', '/output'] }, '/output'],
    ['docker with /output', env, { files: ['/.dockerenv', '/output'] }, '/output'],
    ['a container without /output', env, { uid: 0, files: ['/.dockerenv'] }, '/var/lib/skupper'],
    ['/output outside a container', env, { uid: 0, files: ['/output'] }, '/var/lib/skupper'],
    ['our variable', { ...env, SKUPPER_MKL_DATA_HOME: '/v' }, { files: ['/.dockerenv', '/output'] }, '/v'],
    ['our flag before the variable', { ...env, SKUPPER_MKL_DATA_HOME: '/v' }, { flag: '/f' }, '/f'],
    ['a relative flag', env, { flag: 'f' }, resolve('f')],
    ['an empty flag', env, { uid: 0, flag: '' }, '/var/lib/skupper'],
  ])('of %s', (_title, variables, { files = [], flag, uid = 1000 }, expected) => {
    const has = (path: string): boolean => files.includes(path);
    const host: Host = { uid, home: '/home/os', exists: has, isDirectory: has };
    expect(dataHome({ env: variables, dataHome: flag }, host)).toBe(expected);
  });
});

describe('documents of a file', () => {
  const marked = 'a: 1\n--- # first\n# none\n--- {b: |\n  2\n  }\n...\nc: "x\n  --- y"\n---\r\nd: 4';

  test('joined are the file', () => {
    const documents = parseDocuments('a: 1\n--- # x\n# none\n---\n{b: 2}\n...\n---\nc: |\n  ---\n---\r\nd: 4', 'f');
    expect(documents.map((each) => each.value)).toEqual([{ a: 1 }, undefined, { b: 2 }, { c: '---\n' }, { d: 4 }]);
    expect(documents.map((each) => each.text).join('')).toBe(
      'a: 1\n--- # x\n# none\n---\n{b: 2}\n...\n---\nc: |\n  ---\n---\r\nd: 4',
    );
    expect(() => parseDocuments(marked, 'f')).toThrow(/^f is not valid YAML: line 4, column 5/);
    expect(() => parseDocuments('a: 1\n...\nb: 2\n', 'f')).toThrow(/^f is not valid YAML: line 3, column 1/);
  });

  test("are those the reader of the whole file finds, and a change leaves the others' data", () => {
    const value = fc.dictionary(
      fc.constantFrom('a', 'b', 'on', '1'),
      fc.oneof(fc.string(), fc.integer(), fc.constant('x\n---\ny')),
      {
        minKeys: 1,
        noNullPrototype: true,
      },
    );
    const separator = fc.constantFrom('---\n', '--- # c\n', '---\n# c\n', '...\n---\n', '---\r\n');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(value, separator), { minLength: 1, maxLength: 4 }),
        fc.nat(3),
        fc.option(value),
        (list, at, next) => {
          const text = list.map(([each, mark], index) => (index > 0 ? mark : '') + dumpYaml(each)).join('');
          const documents = parseDocuments(text, 'f').filter((each) => each.value !== undefined);
          expect(documents.map((each) => each.value)).toEqual(loadYaml(text));
          const target = documents[at % documents.length]!;
          const after = rewrite(
            parseDocumentsOf(documents, text),
            new Map([[target, (next ?? undefined) as Data | undefined]]),
          );
          const expected = documents.flatMap((each) => (each !== target ? [each.value] : next === null ? [] : [next]));
          expect(after === undefined ? [] : loadYaml(after)).toEqual(expected);
        },
      ),
      { numRuns: 1000 },
    );
  });

  /** All documents of the text, the given ones as the same objects. */
  function parseDocumentsOf(known: ReturnType<typeof parseDocuments>, text: string) {
    const rest = [...known];
    return parseDocuments(text, 'f').map((each) => (each.value === undefined ? each : rest.shift()!));
  }
});

describe('writing', () => {
  const paths = () => namespacePaths(site.home, 'default');

  test('uses 0775 and 0666 less the umask', async () => {
    const before = process.umask(0o027);
    try {
      await (await site.open('masked')).create(listener('backend'));
    } finally {
      process.umask(before);
    }
    const mode = async (...parts: string[]): Promise<number> =>
      (await stat(join(site.home, 'namespaces', 'masked', ...parts))).mode & 0o7777;
    expect(await mode('input', 'resources')).toBe(0o750);
    expect(await mode('input', 'resources', 'MultiKeyListener-backend.yaml')).toBe(0o640);
  });

  test('removes the temporary files of the dead, and no others', async () => {
    const names = [
      `.skupper-mkl-${DEAD_PID}-0a.tmp`,
      `.skupper-mkl-${process.pid}-0b.tmp`,
      '.other.tmp',
      `.skupper-mkl-${process.pid}-0c.tmp`,
    ];
    for (const name of names) await writeFile(site.path('input', name), '');
    const old = new Date(Date.now() - 3_600_000);
    for (const name of names.slice(2)) await utimes(site.path('input', name), old, old);
    await (await site.open()).create(listener('backend'));
    expect((await readdir(site.path('input'))).sort()).toEqual(
      [`.skupper-mkl-${process.pid}-0b.tmp`, '.other.tmp', 'resources'].sort(),
    );
  });

  test('leaves a file alone that somebody else changed meanwhile', async () => {
    const path = await site.write('theirs', 'input', 'resources', 'x.yaml');
    expect(await code(replaceFile(paths().input, path, 'ours', 'before'))).toBe('conflict');
    expect(await site.read('input', 'resources', 'x.yaml')).toBe('theirs');
    expect(await readdir(site.path('input'))).toEqual(['resources']);
  });

  const shared = '/dev/shm';
  const whenOther = existsSync(shared) ? test : test.skip;
  whenOther('is exclusive too where no link can be made', async () => {
    const other = await mkdtemp(join(shared, 'mkl-system-'));
    try {
      await createFile(other, site.path('new.yaml'), 'a');
      expect(await site.read('new.yaml')).toBe('a');
      expect(await code(createFile(other, site.path('new.yaml'), 'b'))).toBe('already-exists');
      expect(await site.read('new.yaml')).toBe('a');
      expect(await readdir(other)).toEqual([]);
    } finally {
      await rm(other, { recursive: true });
    }
  });

  test('names the path and the reason when it fails', async () => {
    await expect(createFile(site.path('input'), site.path('no', 'such', 'x.yaml'), 'a')).rejects.toMatchObject({
      code: 'file-system',
      message: expect.stringMatching(/no\/such\/x\.yaml cannot be written: it does not exist$/),
    });
    expect(await readdir(site.path('input'))).toEqual([]);
  });
});

describe('the lock', () => {
  const lock = () => site.path('input', '.skupper-mkl.lock');

  test('is broken when its holder is dead or it is very old, and not before', async () => {
    const old = new Date(Date.now() - 3_000);
    await writeFile(lock(), `${DEAD_PID} ${hostname()} ${randomUUID()}`);
    await utimes(lock(), old, old);
    expect(await withLock(site.path('input'), undefined, async () => 'held')).toBe('held');
    // Killed before it had written who it is.
    await writeFile(lock(), '');
    await utimes(lock(), old, old);
    await writeFile(`${lock()}.break`, '1');
    await utimes(`${lock()}.break`, new Date(0), new Date(0));
    expect(await withLock(site.path('input'), undefined, async () => 'held')).toBe('held');
    expect(await readdir(site.path('input'))).toEqual([]);
    await writeFile(lock(), `${process.pid} ${hostname()} ${randomUUID()}`);
    await utimes(lock(), old, old);
    const stop = AbortSignal.timeout(200);
    expect(await code(withLock(site.path('input'), stop, async () => 'held'))).toBe('interrupted');
  });

  test('is given back after a failure', async () => {
    const failing = withLock(site.path('input'), undefined, async () => Promise.reject(new Error('x')));
    await expect(failing).rejects.toThrow('x');
    expect(await readdir(site.path('input'))).toEqual([]);
  });

  test('keeps every one of many patches of one process', async () => {
    const store = await site.open();
    await store.create(listener('backend'));
    const patch = async (index: number): Promise<void> => {
      const result = await code(change(store, 'backend', { spec: { settings: { [`s${index}`]: 'x' } } }));
      if (result === 'conflict') return patch(index);
      expect(result).toBe('none');
    };
    await Promise.all(Array.from({ length: 16 }, (_, index) => patch(index)));
    expect(Object.keys((await store.get('backend')).spec.settings ?? {})).toHaveLength(16);
  });

  test('keeps every one of many patches of several processes', async () => {
    const store = await site.open();
    await store.create(listener('backend'));
    const run = promisify(execFile);
    const script = resolve('test/support/system/system-writer.ts');
    const writer = (prefix: string) =>
      run(process.execPath, ['--import', 'tsx', script, site.home, 'backend', prefix, '15']);
    await Promise.all(['a', 'b', 'c'].map(writer));
    expect(Object.keys((await store.get('backend')).metadata.labels ?? {})).toHaveLength(45);
    expect(await readdir(site.path('input'))).toEqual(['resources']);
  });
});
