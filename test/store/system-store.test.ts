import { existsSync } from 'node:fs';
import { chmod, lstat, mkdir, readFile, readdir, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';

import {
  BACKEND,
  applied,
  change,
  code,
  listener,
  systemSite,
  type SystemSite,
} from '../support/system/system-site.js';

const FILE = ['input', 'resources', 'MultiKeyListener-backend.yaml'] as const;
const RUNTIME = ['runtime', 'resources', 'MultiKeyListener-backend.yaml'] as const;

let site: SystemSite;
let store: Awaited<ReturnType<SystemSite['open']>>;

beforeEach(async () => {
  site = await systemSite();
  store = await site.open();
});
afterEach(() => site.remove());

describe('create', () => {
  test("writes Skupper's own bytes, and nothing else in a watched folder", async () => {
    const created = await store.create(listener('backend'));
    expect(await site.read(...FILE)).toBe(BACKEND);
    expect(Buffer.byteLength(BACKEND)).toBe(208);
    expect(await readdir(site.path('input', 'resources'))).toEqual(['MultiKeyListener-backend.yaml']);
    expect(await readdir(site.path('input'))).toEqual(['resources']);
    expect(created).toEqual(await store.get('backend'));
    expect(created.metadata.namespace).toBe('default');
    expect(created.status).toEqual({ local: { applied: 'NotApplied' } });
  });

  test('leaves out empty values and what belongs to a server; host and port always stay', async () => {
    const metadata = {
      uid: 'u',
      resourceVersion: '1',
      generation: 3,
      creationTimestamp: null,
      labels: {},
      annotations: {},
    };
    const spec = { tlsCredentials: '', requireClientCert: false, settings: {}, host: '', port: 0 };
    await store.create({ ...listener('backend', spec, metadata), status: { status: 'Ready' } });
    const text = BACKEND.replace('host: 0.0.0.0', 'host: ""').replace('port: 9092', 'port: 0');
    expect(await site.read(...FILE)).toBe(text);
  });

  test('keeps labels with empty values and quotes what YAML 1.1 would misread', async () => {
    await store.create(
      listener('backend', { strategy: { weighted: { routingKeys: { on: 1, '010': 2 } } } }, { labels: { a: '' } }),
    );
    const text = await site.read(...FILE);
    expect(text).toContain('  labels:\n    a: ""\n');
    expect(text).toContain('      routingKeys:\n        "010": 2\n        "on": 1\n');
  });

  test.each([
    ['the file exists', FILE, BACKEND],
    ['another file holds the name', ['input', 'resources', 'deep', 'all.yml'], `a: 1\n---\n${BACKEND}`],
    ['the file exists and is damaged', FILE, '{'],
    ['the file exists and is empty', FILE, ''],
  ])('is refused when %s', async (_title, path, text) => {
    await site.write(text, ...path);
    expect(await code(store.create(listener('backend')))).toBe('already-exists');
    expect(await site.read(...path)).toBe(text);
  });

  test('is refused over a symbolic link, dangling or not, and over a folder', async () => {
    await mkdir(site.path('input', 'resources'), { recursive: true });
    await symlink('/nowhere/at/all', site.path(...FILE));
    expect(await code(store.create(listener('backend')))).toBe('already-exists');
    expect((await lstat(site.path(...FILE))).isSymbolicLink()).toBe(true);
    await mkdir(site.path('input', 'resources', 'MultiKeyListener-folder.yaml'));
    expect(await code(store.create(listener('folder')))).toBe('already-exists');
  });

  test.each(['../evil', 'a/b', 'a.b', 'A', '', '-a', 'a'.repeat(64)])('refuses the name %j', async (name) => {
    expect(await code(store.create(listener(name)))).toBe('invalid');
    expect(existsSync(site.path())).toBe(false);
  });

  test('of one name at the same time succeeds once', async () => {
    const stores = await Promise.all(Array.from({ length: 12 }, () => site.open()));
    const codes = await Promise.all(
      stores.map((each, index) => code(each.create(listener('backend', { port: 1000 + index })))),
    );
    expect(codes.filter((each) => each === 'none')).toHaveLength(1);
    expect(codes.filter((each) => each === 'already-exists')).toHaveLength(11);
  });

  test('a dry run checks and writes nothing, not even a folder', async () => {
    const dry = await store.create(listener('backend'), { dryRun: true });
    expect(existsSync(join(site.home, 'namespaces'))).toBe(false);
    expect(dry).toEqual(await store.create(listener('backend')));
    expect(await code(store.create(listener('backend'), { dryRun: true }))).toBe('already-exists');
  });
});

describe('patch', () => {
  test('changes what it names and keeps everything else, known or not', async () => {
    const odd = (port: number, more: string): string =>
      `apiVersion: skupper.io/v2alpha1\nextra:\n  deep: "on"\nkind: MultiKeyListener\nmetadata:\n  custom: x\n  labels:\n    a: b\n` +
      `  name: backend\nspec:\n  host: h\n  later:\n  - 1\n${more}  port: ${port}\n  strategy:\n    priority:\n      routingKeys:\n      - a\n`;
    await site.write(odd(9092, ''), ...FILE);
    const after = await change(store, 'backend', { spec: { port: 8080, observer: 'none' } });
    expect(await site.read(...FILE)).toBe(odd(8080, '  observer: none\n'));
    expect(after).toEqual(await store.get('backend'));
  });

  test('that clears a field removes it; one that changes nothing writes nothing', async () => {
    await store.create(listener('backend', { tlsCredentials: 'tls', requireClientCert: true, settings: { a: 'b' } }));
    await change(store, 'backend', { spec: { tlsCredentials: '', requireClientCert: false, settings: { a: null } } });
    expect(await site.read(...FILE)).toBe(BACKEND);
    const before = await stat(site.path(...FILE), { bigint: true });
    await change(store, 'backend', { spec: { port: 9092, observer: '' } });
    const after = await stat(site.path(...FILE), { bigint: true });
    expect([after.ino, after.mtimeNs]).toEqual([before.ino, before.mtimeNs]);
  });

  test('is a conflict for another version, and leaves the file alone', async () => {
    const { metadata } = await store.create(listener('backend'));
    await change(store, 'backend', { spec: { port: 1 } });
    const old = { resourceVersion: metadata.resourceVersion ?? '' };
    expect(await code(store.patch('backend', { spec: { port: 2 } }, old))).toBe('conflict');
    expect((await store.get('backend')).spec.port).toBe(1);
    const now = (await store.get('backend')).metadata.resourceVersion ?? '';
    expect(await code(store.patch('backend', {}, { resourceVersion: now, uid: 'other' }))).toBe('conflict');
  });

  test('a status written meanwhile is no conflict', async () => {
    const { metadata } = await store.create(listener('backend'));
    await site.write(applied(BACKEND), ...RUNTIME);
    await store.patch('backend', { spec: { port: 1 } }, { resourceVersion: metadata.resourceVersion ?? '' });
    expect((await store.get('backend')).spec.port).toBe(1);
  });

  test("keeps the file's mode and its other documents byte for byte", async () => {
    const other =
      '# mine\nkind: Connector\napiVersion: skupper.io/v2alpha1\nmetadata: {name: c}\nspec: {port: 010} # octal\n';
    await site.write(`${other}---\n# goes\n${BACKEND}---\n${other}`, 'input', 'resources', 'all.yaml');
    await chmod(site.path('input', 'resources', 'all.yaml'), 0o640);
    await change(store, 'backend', { spec: { port: 1 } });
    expect(await site.read('input', 'resources', 'all.yaml')).toBe(
      `${other}---\n${BACKEND.replace('9092', '1')}---\n${other}`,
    );
    expect((await stat(site.path('input', 'resources', 'all.yaml'))).mode & 0o777).toBe(0o640);
  });

  test.each(['yaml', 'json'])(
    'what it does not name keeps its very text: numbers that would be rounded (%s)',
    async (kind) => {
      const numbers = '[9007199254740993, 1.10, -12345678901234567890, 1e400, 0.1000000000000000055511151231257827]';
      const words = kind === 'json' ? '["on", "010"]' : '[on, 010, "010", 0x1f, 1_000, 2020-01-01, ~, yes]';
      const text = `{"apiVersion": "skupper.io/v2alpha1", "kind": "MultiKeyListener", "metadata": {"name": "backend"},
  "spec": {"host": "h", "port": 1, "strategy": {"priority": {"routingKeys": ["a"]}}, "numbers": ${numbers}, "words": ${words}}}\n`;
      const file = ['input', 'resources', `MultiKeyListener-backend.${kind}`];
      await site.write(text, ...file);
      const store = await site.open();
      await change(store, 'backend', { spec: { port: 2 } });
      const written = (await site.read(...file)).replace(/\s+/g, ' ');
      const flat = (list: string): string =>
        list
          .replace(/^\[|\]$/g, '')
          .split(', ')
          .join(kind === 'json' ? ', ' : ' - ');
      expect(written).toContain(flat(numbers));
      expect(written).toContain(flat(words));
      expect(written).toMatch(/"?port"?: 2/);
    },
  );

  test('several keys that YAML 1.1 reads as other values do not prevent a change', async () => {
    const text = BACKEND.replace(/strategy:[^]*/, 'strategy: {weighted: {routingKeys: {on: 1, 010: 2, 0x1f: 3}}}\n');
    await site.write(text, ...FILE);
    await change(store, 'backend', { spec: { port: 1 } });
    const { port, strategy } = (await store.get('backend')).spec;
    expect({ port, ...strategy }).toEqual({ port: 1, weighted: { routingKeys: { true: 1, '8': 2, '31': 3 } } });
  });

  test('a .json file stays JSON', async () => {
    await site.write(JSON.stringify(listener('backend')), 'input', 'resources', 'MultiKeyListener-backend.json');
    await change(store, 'backend', { spec: { port: 1 } });
    const text = await site.read('input', 'resources', 'MultiKeyListener-backend.json');
    expect(JSON.parse(text)).toEqual(listener('backend', { port: 1 }));
  });

  test.each([
    ['a name', { metadata: { name: 'other' } }],
    ['a namespace', { metadata: { namespace: 'other' } }],
    ['a kind', { kind: 'Listener' }],
    ['a port that is text', { spec: { port: '1' } }],
    ['no spec', { spec: null }],
  ])('refuses %s', async (_title, patch) => {
    await store.create(listener('backend'));
    expect(await code(change(store, 'backend', patch))).toBe('invalid');
    expect(await site.read(...FILE)).toBe(BACKEND);
  });

  test('a dry run answers as the write would', async () => {
    const { metadata } = await store.create(listener('backend'));
    const options = { resourceVersion: metadata.resourceVersion ?? '' };
    const dry = await store.patch('backend', { spec: { port: 1 } }, { ...options, dryRun: true });
    expect(await site.read(...FILE)).toBe(BACKEND);
    expect(await store.patch('backend', { spec: { port: 1 } }, options)).toEqual(dry);
  });

  test('never follows a symbolic link', async () => {
    const real = await site.write(BACKEND, 'elsewhere.yaml');
    await mkdir(site.path('input', 'resources'), { recursive: true });
    await symlink(real, site.path(...FILE));
    expect(await code(change(store, 'backend', { spec: { port: 1 } }))).toBe('file-system');
    expect(await code(store.delete('backend'))).toBe('file-system');
    expect(await readFile(real, 'utf8')).toBe(BACKEND);
  });

  test('is refused for a resource described twice, which delete removes wholly', async () => {
    await site.write(BACKEND, ...FILE);
    await site.write(`${BACKEND.replace('9092', '1')}---\na: b\n`, 'input', 'resources', 'z.yaml');
    expect((await store.get('backend')).spec.port).toBe(1);
    expect(store.warnings.map((each) => each.code)).toEqual(['damaged-file']);
    expect(await code(change(store, 'backend', { spec: { port: 2 } }))).toBe('damaged-file');
    await store.delete('backend');
    expect(await code(store.get('backend'))).toBe('not-found');
    expect(await site.read('input', 'resources', 'z.yaml')).toBe('---\na: b\n');
  });
});

describe('delete', () => {
  test('unlinks the file, and only the document of a file with several', async () => {
    await store.create(listener('backend'));
    expect(await store.delete('backend')).toEqual({ gone: true });
    expect(await readdir(site.path('input', 'resources'))).toEqual([]);
    await site.write(`# head\n---\n${BACKEND}---\nb: 2\n`, 'input', 'resources', 'all.yml');
    await store.delete('backend');
    expect(await site.read('input', 'resources', 'all.yml')).toBe('# head\n---\nb: 2\n');
  });

  test('with preconditions leaves another one alone; a dry run all', async () => {
    const { metadata } = await store.create(listener('backend'));
    expect(await code(store.delete('backend', { resourceVersion: 'x' }))).toBe('conflict');
    expect(await code(store.delete('backend', { uid: 'x' }))).toBe('conflict');
    await store.delete('backend', { dryRun: true });
    expect(await site.read(...FILE)).toBe(BACKEND);
    await store.delete('backend', { resourceVersion: metadata.resourceVersion ?? '' });
    expect(await code(store.delete('backend'))).toBe('not-found');
  });

  test('of what only the runtime holds is not-found', async () => {
    await site.write(applied(BACKEND), ...RUNTIME);
    expect(await code(store.delete('backend'))).toBe('not-found');
    expect(await code(change(store, 'backend', {}))).toBe('not-found');
    await mkdir(site.path('input'));
    expect(await code(store.delete('backend'))).toBe('not-found');
  });

  test('removes a document whose fields are of wrong types', async () => {
    await site.write(BACKEND.replace('9092', 'x'), ...FILE);
    expect(await code(store.get('backend'))).toBe('damaged-file');
    expect(await store.delete('backend')).toEqual({ gone: true });
  });
});
