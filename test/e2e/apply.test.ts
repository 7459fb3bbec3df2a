import { writeFileSync } from 'node:fs';
import { describeWith, sharedControlPlane } from '../support/cluster/e2e.js';
import { startController, statusOf } from '../support/double/fake-controller.js';
import { temporaryFolder } from '../support/program.js';
import { newCluster, until, type Cluster } from './cluster.js';

const plane = sharedControlPlane();

describeWith(plane)('apply on the real API server', () => {
  const folder = temporaryFolder();
  let cluster: Cluster;
  let files = 0;
  beforeEach(async () => {
    cluster = await newCluster(plane!);
  });
  afterAll(() => folder.remove());

  interface Parts {
    metadata?: object;
    spec?: object;
  }
  const manifest = (name: string, { metadata = {}, spec = {} }: Parts = {}): object => ({
    apiVersion: 'skupper.io/v2alpha1',
    kind: 'MultiKeyListener',
    metadata: { name, ...metadata },
    spec: { host: name, port: 80, strategy: { weighted: { routingKeys: { east: 3, west: 1 } } }, ...spec },
  });
  const file = (...documents: object[]): string => {
    const path = folder.at(`${(files += 1)}.yaml`);
    writeFileSync(path, documents.map((each) => JSON.stringify(each)).join('\n---\n'));
    return path;
  };
  const apply = (path: string, more = '--wait none'): ReturnType<Cluster['run']> =>
    cluster.run(`mkl apply -f ${path} ${more}`.trim());
  /** Creates or changes one as kubectl would. */
  const theirs = async (name: string, patch: object): Promise<void> => {
    const path = `${cluster.path(name)}?fieldManager=kubectl-edit`;
    const { status, body } = await plane!.admin('PATCH', path, patch, 'application/merge-patch+json');
    if (status !== 200) throw new Error(JSON.stringify(body));
  };
  const priority = { strategy: { priority: { routingKeys: ['east'] } } };

  test('created, updated or unchanged, one line each, in the order of the files', async () => {
    const first = await apply(file(manifest('web'), { kind: 'Site', metadata: { name: 'x' } }, manifest('db')));
    expect(first).toMatchObject({ status: 0, stdout: 'multikeylistener/web created\nmultikeylistener/db created\n' });
    expect(first.stderr).toContain('1 document of other kinds skipped.');
    const before = await cluster.get('web');
    const turned = { strategy: { weighted: { routingKeys: { west: 1, east: 3 } } } };
    const documents = [manifest('new'), manifest('db', { spec: { port: 81 } }), manifest('web', { spec: turned })];
    const second = await apply(file(...documents));
    expect(second).toMatchObject({
      status: 0,
      stdout: 'multikeylistener/new created\nmultikeylistener/db updated\nmultikeylistener/web unchanged\n',
    });
    expect((await cluster.get('web')).metadata.resourceVersion).toBe(before.metadata.resourceVersion);
    expect((await apply(file(...documents))).stdout.match(/ unchanged\n/g)).toHaveLength(3);
  });

  test('what others set is kept, what we no longer name goes, and the third time nothing changes', async () => {
    const full = manifest('web', {
      metadata: { labels: { ours: '1' }, annotations: { ours: '1' } },
      spec: { observer: 'auto', settings: { ours: '1' } },
    });
    await apply(file(full));
    await theirs('web', {
      metadata: { labels: { theirs: '2' }, annotations: { theirs: '2' } },
      spec: { tlsCredentials: 'their-tls', settings: { theirs: '2' } },
    });
    expect((await apply(file(full))).stdout).toBe('multikeylistener/web unchanged\n');
    const bare = file(manifest('web'));
    expect((await apply(bare, '--wait none --no-preflight')).stdout).toBe('multikeylistener/web updated\n');
    const { metadata, spec } = await cluster.get('web');
    expect([metadata.labels, metadata.annotations]).toEqual([{ theirs: '2' }, { theirs: '2' }]);
    expect(spec).toMatchObject({ tlsCredentials: 'their-tls', settings: { theirs: '2' } });
    expect(spec).not.toHaveProperty('observer');
    expect((await apply(bare)).stdout).toBe('multikeylistener/web unchanged\n');
  });

  test('a map of which nothing is ours any more is left to those who fill it', async () => {
    await apply(file(manifest('web', { metadata: { labels: { a: '1' } }, spec: { settings: { a: '1' } } })));
    await theirs('web', { metadata: { labels: { a: null, b: '2' } }, spec: { settings: { a: null, b: '2' } } });
    expect((await apply(file(manifest('web')))).stdout).toBe('multikeylistener/web unchanged\n');
    expect(await cluster.get('web')).toMatchObject({
      metadata: { labels: { b: '2' } },
      spec: { settings: { b: '2' } },
    });
    await apply(file(manifest('only', { spec: { port: 81, settings: { a: '1' } } })));
    const empty = file(manifest('only', { spec: { port: 81 } }));
    expect((await apply(empty)).stdout).toBe('multikeylistener/only updated\n');
    expect((await apply(empty)).stdout).toBe('multikeylistener/only unchanged\n');
  });

  test('a changed strategy is refused before anything is sent; --in-place and --recreate allow it', async () => {
    await apply(file(manifest('web'), manifest('db')));
    const weights = { strategy: { weighted: { routingKeys: { east: 5, west: 1 } } } };
    const both = file(manifest('new'), manifest('web', { spec: weights }), manifest('db', { spec: priority }));
    const refused = await apply(both);
    expect({ status: refused.status, stdout: refused.stdout }).toEqual({ status: 2, stdout: '' });
    for (const part of ['web', 'db', '--in-place', '--recreate']) expect(refused.stderr).toContain(part);
    expect((await apply(both, '--in-place')).status).toBe(2);
    expect(await cluster.names()).toEqual(['db', 'web']);
    const inPlace = await apply(file(manifest('web', { spec: weights })), '--in-place --one-step --wait none');
    expect(inPlace.stdout).toBe('multikeylistener/web updated\n');
    const { uid } = (await cluster.get('db')).metadata;
    const anew = await apply(both, '--recreate --wait none');
    expect(anew.stdout).toBe(
      'multikeylistener/new created\nmultikeylistener/web unchanged\nmultikeylistener/db recreated\n',
    );
    const db = await cluster.get('db');
    expect(db.metadata.uid).not.toBe(uid);
    expect(db.spec.strategy).toEqual(priority.strategy);
  });

  test('--in-place is done in two writes here too', async () => {
    const controller = startController(plane!.admin, cluster.namespace, (each) => [statusOf('ready', each)]);
    try {
      const both = { strategy: { weighted: { routingKeys: { east: 5, west: 2 } } } };
      await apply(file(manifest('web')), '--wait ready --timeout 20s');
      const { status, stderr } = await apply(
        file(manifest('web', { metadata: { labels: { a: 'b' } }, spec: both })),
        '--in-place --settle 10ms --timeout 20s',
      );
      expect(status).toBe(0);
      expect(stderr).toContain('step 1 of 2 done');
      expect(await cluster.get('web')).toMatchObject({
        metadata: { generation: 3, labels: { a: 'b' } },
        spec: both,
      });
    } finally {
      await controller.stop();
    }
  });

  test('--prune deletes, with --yes, what the files of a namespace no longer hold, there and nowhere else', async () => {
    const other = await newCluster(plane!);
    const labels = { metadata: { labels: { app: 'shop' } } };
    const [a, b] = [manifest('a', labels), manifest('b', labels)];
    await Promise.all([apply(file(a, b, manifest('c'))), other.run(`mkl apply -f ${file(a, b)} --wait none`)]);
    const prune = '--prune -l app=shop --wait none';
    const refused = await apply(file(manifest('new'), a), prune);
    expect({ status: refused.status, stdout: refused.stdout }).toEqual({ status: 2, stdout: '' });
    expect(refused.stderr).toContain('would delete b');
    const looked = await apply(file(a), `${prune} --dry-run server`);
    expect(looked.stdout).toBe('multikeylistener/a unchanged (dry run)\nmultikeylistener/b deleted (dry run)\n');
    expect(await cluster.names()).toEqual(['a', 'b', 'c']);
    const done = await apply(file(a), `${prune} --yes`);
    expect(done).toMatchObject({
      status: 0,
      stdout: 'multikeylistener/a unchanged\nmultikeylistener/b deleted\n',
    });
    expect([await cluster.names(), await other.names()]).toEqual([
      ['a', 'c'],
      ['a', 'b'],
    ]);
    expect((await apply(file(a), '--prune')).status).toBe(2);
  });

  test('one document names the namespace and one does not: it is the same place, for --prune and for twins', async () => {
    const labels = { labels: { app: 'shop' } };
    const here = { ...labels, namespace: cluster.namespace };
    const path = file(manifest('a', { metadata: labels }), manifest('b', { metadata: here }));
    const { status, stdout } = await apply(path, '--prune -l app=shop --yes --wait none');
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: 'multikeylistener/a created\nmultikeylistener/b created\n',
    });
    expect(await cluster.names()).toEqual(['a', 'b']);
    const twins = file(manifest('new'), manifest('x', { metadata: labels }), manifest('x', { metadata: here }));
    const refused = await apply(twins);
    expect(refused).toMatchObject({ status: 2, stdout: '' });
    expect(refused.stderr).toContain('two documents');
    expect((await apply(file(manifest('y'), manifest('y')))).status).toBe(2);
    expect(await cluster.names()).toEqual(['a', 'b']);
  });

  test('a namespace in the file other than -n: an error that names both', async () => {
    const path = file(manifest('a'), manifest('b', { metadata: { namespace: 'elsewhere' } }));
    const { status, stderr } = await apply(path, `-n ${cluster.namespace}`);
    expect(status).toBe(2);
    expect(stderr).toContain(`metadata.namespace: is elsewhere, but --namespace is ${cluster.namespace}`);
    expect(await cluster.names()).toEqual([]);
  });

  test('--diff with --dry-run server: 0 without, 9 with a difference, and nothing is written', async () => {
    await apply(file(manifest('web')));
    const before = await cluster.get('web');
    const same = await apply(file(manifest('web')), '--dry-run server --diff');
    expect(same).toMatchObject({ status: 0, stdout: 'multikeylistener/web unchanged (dry run)\n' });
    const differs = await apply(
      file(manifest('web', { spec: { port: 81 } }), manifest('new')),
      '--dry-run server --diff',
    );
    expect(differs.status).toBe(9);
    for (const line of ['-  port: 80\n+  port: 81\n', '--- /dev/null\n', '+  name: new\n', 'new created (dry run)\n'])
      expect(differs.stdout).toContain(line);
    expect((await apply(file(manifest('web', { spec: { port: 81 } })), '--dry-run server')).status).toBe(0);
    expect(await cluster.get('web')).toEqual(before);
    expect(await cluster.names()).toEqual(['web']);
    const shown = await apply(file(manifest('web', { spec: { port: 81 } })), '--diff --wait none');
    expect(shown).toMatchObject({ status: 0, stdout: expect.stringContaining('+  port: 81\n') });
  });

  test('what fails halfway: what was done, what failed and what was not tried', async () => {
    const labels = (name: string): object => ({ metadata: { namespace: name } });
    const documents = [manifest('a'), manifest('b', labels('no-such-namespace')), manifest('c'), manifest('d')];
    const { status, stdout, stderr } = await apply(file(...documents), '--wait none --no-preflight');
    expect({ status, stdout }).toEqual({ status: 3, stdout: 'multikeylistener/a created\n' });
    expect(stderr).toMatch(/b: was not written\n.*done: a\n.*not tried: c, d/s);
    expect(await cluster.names()).toEqual(['a']);
  });

  test('one that is waited for in vain is said when all are written', async () => {
    const running = cluster.start(`mkl apply -f ${file(manifest('a'), manifest('b'))} --timeout 50s -o json`);
    await until('both are written', async () => (await cluster.names()).length === 2);
    await cluster.patch('b', { status: statusOf('error', await cluster.get('b')) }, '/status');
    const { status, stdout, stderr } = await running.result;
    expect({ status, stdout }).toEqual({ status: 7, stdout: '' });
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'resource-error', exitCode: 7 } });
  });
});
