import { hasTerminal, onTerminal, type Result } from '../support/program.js';
import { fileOf, newSite, type Site } from './site.js';

let site: Site;
beforeEach(() => {
  site = newSite();
});
afterEach(() => site.remove());

interface Parts {
  port?: number;
  labels?: string;
  spec?: string;
  strategy?: string;
  namespace?: string;
}
const WEIGHTED = 'weighted: { routingKeys: { east: 3, west: 1 } }';
const manifest = (name: string, parts: Parts = {}): string => {
  const { port = 80, labels = '{}', spec = '', strategy = WEIGHTED, namespace } = parts;
  return `apiVersion: skupper.io/v2alpha1
kind: MultiKeyListener
metadata: { name: ${name}, labels: ${labels}${namespace === undefined ? '' : `, namespace: ${namespace}`} }
spec: { host: 127.0.0.1, port: ${port}, strategy: { ${strategy} }${spec} }
`;
};
const apply = (documents: readonly string[], more = ''): Promise<Result> => {
  const file = site.file('given.yaml', documents.join('---\n'));
  return site.run(['mkl', 'apply', '-f', file, ...more.split(' ').filter(Boolean)]);
};
const A = manifest('a', { labels: '{ app: shop }' });
const B = manifest('b', { port: 81, labels: '{ app: shop }' });

describe('apply on a system site', () => {
  test('created, updated, unchanged; the reload is told once, and only when something changed', async () => {
    const first = await apply([A, B]);
    expect(first).toMatchObject({ status: 0, stdout: 'multikeylistener/a created\nmultikeylistener/b created\n' });
    expect(first.stderr.match(/skupper system reload/g)).toHaveLength(1);
    const before = site.files();
    const second = await apply([B, A]);
    expect(second).toMatchObject({ status: 0, stdout: 'multikeylistener/b unchanged\nmultikeylistener/a unchanged\n' });
    expect([second.stderr, site.files()]).toEqual(['2 unchanged.\n', before]);
    expect((await apply([manifest('a', { port: 82, labels: '{ app: shop }' }), B])).stdout).toBe(
      'multikeylistener/a updated\nmultikeylistener/b unchanged\n',
    );
    expect(site.files()[fileOf('a')]).toContain('  port: 82\n');
  });

  test('the spec is that of the file, to the last setting; labels and unknown fields stay', async () => {
    await apply([manifest('a', { labels: '{ a: "1" }', spec: ', observer: auto, settings: { a: "1", b: "2" }' })]);
    const path = fileOf('a')
      .replace(/^namespaces.default./, '')
      .split('/');
    site.put(`${site.files()[fileOf('a')]}  futureField: 1\n`, ...path);
    expect((await apply([manifest('a', { labels: '{ b: "2" }', spec: ', settings: { b: "3" }' })])).status).toBe(0);
    const text = site.files()[fileOf('a')] ?? '';
    for (const line of ['    a: "1"', '    b: "2"', '  futureField: 1', '    b: "3"'])
      expect(text.split('\n')).toContain(line);
    expect(text).not.toMatch(/observer|settings:\n {4}a/);
  });

  test('a changed strategy is refused, and nothing of the other documents is written', async () => {
    await apply([A]);
    const before = site.files();
    const changed = manifest('a', {
      labels: '{ app: shop }',
      strategy: 'weighted: { routingKeys: { east: 5, west: 1 } }',
    });
    const refused = await apply([B, changed]);
    expect({ status: refused.status, stdout: refused.stdout }).toEqual({ status: 2, stdout: '' });
    expect(refused.stderr).toMatch(/spec\.strategy.*--in-place.*--recreate/s);
    expect(site.files()).toEqual(before);
    expect((await apply([B, changed], '--in-place')).stdout).toBe(
      'multikeylistener/b created\nmultikeylistener/a updated\n',
    );
    const other = manifest('a', { labels: '{ app: shop }', strategy: 'priority: { routingKeys: [east] }' });
    expect((await apply([other], '--in-place')).status).toBe(2);
    expect((await apply([other], '--recreate')).stdout).toBe('multikeylistener/a recreated\n');
    expect(site.files()[fileOf('a')]).toContain('    priority:\n');
  });

  test('every wrong document and every refusal is told at once, and nothing is written', async () => {
    await apply([A]);
    const before = site.files();
    const wrong = await apply([B, manifest('c', { port: 0 }), manifest('Bad', { port: 82 })]);
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toMatch(/given\.yaml:9:32: spec\.port.*given\.yaml:13:19: metadata\.name/s);
    const two = manifest('a', { strategy: 'priority: { routingKeys: [x] }' });
    const elsewhere = await apply([B, two, manifest('c', { port: 83 })], '-n west');
    expect(elsewhere.status).toBe(0);
    expect((await apply([B, two])).status).toBe(2);
    const twice = await apply([B, manifest('b', { port: 90, namespace: 'default' })]);
    expect(twice.status).toBe(2);
    expect(twice.stderr).toContain('given.yaml:8:19: metadata.name: "b" is already defined in');
    expect(Object.fromEntries(Object.entries(site.files()).filter(([name]) => !name.includes('west')))).toEqual(before);
  });

  test('--prune with --yes, in the namespaces of the files only; without it nothing at all is written', async () => {
    await apply([A, B, manifest('c', { port: 82 })]);
    await apply([A, B], '-n west');
    const before = site.files();
    const refused = await apply([manifest('new', { port: 83 }), A], '--prune -l app=shop');
    expect({ status: refused.status, stdout: refused.stdout }).toEqual({ status: 2, stdout: '' });
    expect(refused.stderr).toContain('would delete b');
    expect(site.files()).toEqual(before);
    const { status, stdout } = await apply([A], '--prune -l app=shop --yes');
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: 'multikeylistener/a unchanged\nmultikeylistener/b deleted\n',
    });
    const { [fileOf('b')]: gone, ...rest } = before;
    expect(gone).toBeDefined();
    expect(site.files()).toEqual(rest);
    for (const flags of ['--prune', '-l ,', '--prune -l ,'])
      expect([flags, (await apply([A], flags)).status]).toEqual([flags, 2]);
  });

  test('-l applies only the documents with these labels, and a file keeps what it contains without them', async () => {
    const some = await apply([A, manifest('c', { port: 82 })], '-l app=shop');
    expect(some).toMatchObject({ status: 0, stdout: 'multikeylistener/a created\n' });
    expect(some.stderr).toContain('1 document without these labels skipped.\n');
    expect(site.files()[fileOf('c')]).toBeUndefined();
    await apply([B]);
    const before = site.files();
    const kept = await apply([manifest('a', { port: 90 }), manifest('b')], '-l app=shop --prune --yes');
    expect(kept).toMatchObject({ status: 0, stdout: '' });
    expect(site.files()).toEqual(before);
  });

  test('dry runs write nothing; with --diff a difference is 9, also one of --prune alone', async () => {
    await apply([A, B]);
    const before = site.files();
    const rows: [string[], string, number][] = [
      [[A, B], '--dry-run server --diff', 0],
      [[A, B], '--dry-run client --diff', 0],
      [[manifest('a', { port: 90 })], '--dry-run server', 0],
      [[manifest('a', { port: 90 })], '--dry-run server --diff', 9],
      [[manifest('a', { port: 90 })], '--dry-run client --diff', 9],
      [[manifest('new', { port: 90 })], '--dry-run client --diff', 9],
      [[A], '--prune -l app=shop --dry-run server --diff', 9],
    ];
    for (const [documents, flags, exit] of rows)
      expect([flags, (await apply(documents, flags)).status]).toEqual([flags, exit]);
    expect(site.files()).toEqual(before);
  });

  test('folders, with --recursive to the bottom; other kinds are counted; no file at all is exit 2', async () => {
    site.put(A, '..', '..', 'deploy', 'a.yaml');
    site.put(B, '..', '..', 'deploy', 'deep', 'b.yaml');
    site.put('apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\n', '..', '..', 'deploy', 'map.yaml');
    const folder = `${site.home}/deploy`;
    const flat = await site.run(['mkl', 'apply', '-f', folder]);
    expect(flat).toMatchObject({ status: 0, stdout: 'multikeylistener/a created\n' });
    expect(flat.stderr).toContain('1 document of other kinds skipped.');
    const deep = await site.run(['mkl', 'apply', '-R', '-f', folder]);
    expect(deep.stdout).toBe('multikeylistener/a unchanged\nmultikeylistener/b created\n');
    for (const args of [['apply'], ['apply', '-f', `${folder}/none`], ['apply', '-f', '-']])
      expect([args, (await site.run(['mkl', ...args])).status]).toEqual([args, 2]);
  });

  test('a kind that is nearly ours is a slip, not another kind', async () => {
    const { status, stderr } = await apply([A.replace('MultiKeyListener', 'MultikeyListener')]);
    expect(status).toBe(2);
    expect(stderr).toContain('kind');
    expect(site.files()).toEqual({});
  });

  test('what can not be checked around one of them stops all', async () => {
    await apply([manifest('taken', { port: 90 })]);
    const before = site.files();
    const { status, stderr } = await apply([A, manifest('late', { port: 90 })]);
    expect(status).toBe(2);
    expect(stderr).toContain('host-port-taken');
    expect(site.files()).toEqual(before);
    expect((await apply([A, manifest('late', { port: 90 })], '--force')).status).toBe(0);
  });
});

(hasTerminal() ? describe : describe.skip)('on a terminal', () => {
  test('--prune is asked about; no writes nothing', async () => {
    await apply([A, B]);
    const before = site.files();
    const args = ['mkl', 'apply', '-f', site.file('a.yaml', A), '--prune', '-l', 'app=shop'];
    const no = await onTerminal(args, { env: site.env, typing: [{ after: 'Delete', type: 'n\r' }] });
    expect([no.status, site.files()]).toEqual([0, before]);
    const yes = await onTerminal(args, { env: site.env, typing: [{ after: 'Delete', type: 'y\r' }] });
    expect([yes.status, Object.keys(site.files())]).toEqual([0, [fileOf('a')]]);
  });
});
