import { load } from 'js-yaml';
import type { StoreEvent } from '../../src/store/store.js';
import { describeWith, sharedControlPlane } from '../support/cluster/e2e.js';
import { openStore } from '../support/double/kubernetes-harness.js';
import { skupper } from '../support/program.js';
import { newCluster, until, type Cluster } from './cluster.js';

const plane = sharedControlPlane();
const CREATE = 'mkl create web 8080 --weighted east=3,west=1 --wait none';

describeWith(plane)('writing to the real API server', () => {
  let cluster: Cluster;
  beforeEach(async () => {
    cluster = await newCluster(plane!);
  });

  test('create stores what was asked for; again it is a conflict', async () => {
    const made = await cluster.run(`${CREATE} --observer auto --setting k=v --label l=1 --annotation n=2`);
    expect(made).toMatchObject({ status: 0, stdout: 'multikeylistener/web created\n' });
    const { metadata, spec } = await cluster.get('web');
    expect(metadata).toMatchObject({ labels: { l: '1' }, annotations: { n: '2' }, generation: 1 });
    expect(spec).toEqual({
      host: 'web',
      port: 8080,
      observer: 'auto',
      settings: { k: 'v' },
      strategy: { weighted: { routingKeys: { east: 3, west: 1 } } },
    });
    const again = await cluster.run('mkl create web 1 --weighted a=1 --wait none --no-preflight');
    expect(again).toMatchObject({ status: 5, stdout: '' });
    expect(again.stderr).toContain('exists');
    expect((await cluster.get('web')).metadata.generation).toBe(1);
  });

  test('without rights it is 403, with a wrong token 401: both exit 4, told apart, with the context and the server', async () => {
    const wrong = await plane!.kubeconfig('admin', cluster.namespace, { token: 'wrong' });
    const [forbidden, unknown] = await Promise.all([
      cluster.run(CREATE, 'nobody'),
      skupper(CREATE.split(' '), { env: { KUBECONFIG: wrong } }),
    ]);
    expect([forbidden.status, unknown.status]).toEqual([4, 4]);
    for (const text of ['nobody', 'create', 'multikeylisteners', plane!.server])
      expect(forbidden.stderr).toContain(text);
    expect(unknown.stderr).toContain(plane!.server);
    expect(unknown.stderr).not.toContain('forbidden');
    expect(await cluster.names()).toEqual([]);
  });

  test('a certificate that is not trusted is exit 8 and says so', async () => {
    const other = await plane!.kubeconfig('admin', cluster.namespace, { ca: await foreignCertificate() });
    const { status, stderr } = await skupper(['mkl', 'status'], { env: { KUBECONFIG: other } });
    expect(status).toBe(8);
    expect(stderr).toMatch(/TLS|certificate/);
  });

  test('update changes what is named; what it already is, is unchanged', async () => {
    await cluster.run(`${CREATE} --label keep=1 --setting k=v`);
    const updated = await cluster.run('mkl update web --port 8081 --host web2 --setting k- --label a=b --wait none');
    expect(updated).toMatchObject({ status: 0, stdout: 'multikeylistener/web updated\n' });
    const now = await cluster.get('web');
    expect(now.spec).toMatchObject({ port: 8081, host: 'web2' });
    expect(now.spec.settings ?? {}).toEqual({});
    expect(now.metadata.labels).toEqual({ keep: '1', a: 'b' });
    const same = await cluster.run('mkl update web --port 8081 --weighted west=1,east=3 --wait none');
    expect(same).toMatchObject({ status: 0, stdout: 'multikeylistener/web unchanged\n' });
    expect((await cluster.get('web')).metadata.resourceVersion).toBe(now.metadata.resourceVersion);
  });

  test('a refused change of the strategy sends nothing', async () => {
    await cluster.run(CREATE);
    const before = await cluster.get('web');
    const seen: StoreEvent[] = [];
    const stop = new AbortController();
    const watching = (async () => {
      const store = await openStore(cluster.kubeconfig);
      for await (const event of store.watch({ since: before.metadata.resourceVersion }, stop.signal)) seen.push(event);
    })();
    const lines = [
      'mkl update web --weighted east=5,west=1',
      'mkl update web --weighted east=5,west=1 --port 1',
      'mkl update web --priority east,west',
      'mkl update web --priority east,west --in-place',
    ];
    for (const line of lines) {
      const { status, stdout, stderr } = await cluster.run(line);
      expect({ line, status, stdout }).toEqual({ line, status: 2, stdout: '' });
      expect(stderr).toContain('spec.strategy');
      expect(stderr).toContain('--recreate');
    }
    const after = await cluster.get('web');
    expect(after).toEqual(before);
    // Whatever was sent would have come before this one.
    await cluster.run('mkl create marker 81 --weighted a=1 --wait none --no-preflight');
    const names = (): string[] => seen.flatMap((event) => ('object' in event ? [event.object.metadata.name] : []));
    await until('the marker is seen', () => names().includes('marker'));
    stop.abort();
    await watching;
    expect(names()).toEqual(['marker']);
  });

  test('in place: one kind; anew: another kind, with labels, annotations and settings kept', async () => {
    await cluster.run(`${CREATE} --label l=1 --annotation n=2 --setting k=v`);
    const { uid } = (await cluster.get('web')).metadata;
    const inPlace = await cluster.run('mkl update web --weighted east=5,west=1 --in-place --one-step --wait none');
    expect(inPlace).toMatchObject({ status: 0, stdout: 'multikeylistener/web updated\n' });
    expect(await cluster.get('web')).toMatchObject({
      metadata: { uid, generation: 2 },
      spec: { strategy: { weighted: { routingKeys: { east: 5, west: 1 } } } },
    });
    const anew = await cluster.run('mkl update web --priority east,west --recreate --wait none');
    expect(anew).toMatchObject({ status: 0, stdout: 'multikeylistener/web recreated\n' });
    const now = await cluster.get('web');
    expect(now.metadata.uid).not.toBe(uid);
    expect(now).toMatchObject({
      metadata: { labels: { l: '1' }, annotations: { n: '2' } },
      spec: { settings: { k: 'v' }, port: 8080, strategy: { priority: { routingKeys: ['east', 'west'] } } },
    });
    expect(now.spec.strategy).not.toHaveProperty('weighted');
  });

  test('dry runs: server asks it and stores nothing, client does not ask', async () => {
    const [server, client, denied] = await Promise.all([
      cluster.run('mkl create web 8080 --weighted a=1 --dry-run server -o json'),
      cluster.run('mkl create web 8080 --weighted a=1 --dry-run client -o json'),
      cluster.run('mkl create web 8080 --weighted a=1 --dry-run server', 'nobody'),
    ]);
    expect([server.status, client.status, denied.status]).toEqual([0, 0, 4]);
    expect((JSON.parse(server.stdout) as { metadata: { uid?: string } }).metadata.uid).toEqual(expect.any(String));
    expect((JSON.parse(client.stdout) as { metadata: { uid?: string } }).metadata.uid).toBeUndefined();
    expect(await cluster.names()).toEqual([]);
    await cluster.run(CREATE);
    const before = await cluster.get('web');
    const differs = await cluster.run('mkl update web --port 1 --dry-run server --diff');
    expect(differs.status).toBe(9);
    expect((await cluster.run('mkl update web --priority a --recreate --dry-run server')).stdout).toBe(
      'multikeylistener/web recreated (dry run)\n',
    );
    expect((await cluster.run('mkl delete web --dry-run server')).stdout).toBe(
      'multikeylistener/web deleted (dry run)\n',
    );
    expect(await cluster.get('web')).toEqual(before);
  });

  test('two updates of different fields at the same time both stay; so do ten labels', async () => {
    await cluster.run(CREATE);
    const lines = ['--port 8081', '--host web2', ...Array.from({ length: 4 }, (_, index) => `--label l${index}=x`)];
    const results = await Promise.all(
      lines.map((line) => cluster.run(`mkl update web ${line} --wait none --no-preflight`)),
    );
    expect(results.map(({ status, stderr }) => [status, status === 0 ? '' : stderr])).toEqual(lines.map(() => [0, '']));
    const { spec, metadata } = await cluster.get('web');
    expect(spec).toMatchObject({ port: 8081, host: 'web2' });
    expect(Object.keys(metadata.labels ?? {})).toHaveLength(4);
  });

  test('delete waits for a finalizer: timeout is exit 6, its end is exit 0', async () => {
    await cluster.run(CREATE);
    await cluster.patch('web', { metadata: { finalizers: ['test.example/hold'] } });
    const late = await cluster.run('mkl delete web --timeout 500ms');
    expect(late.status).toBe(6);
    expect(late.stderr).toContain('not gone after 0.5 s');
    expect((await cluster.get('web')).metadata.deletionTimestamp).toEqual(expect.any(String));
    const waiting = cluster.start('mkl delete web --timeout 20s');
    await cluster.patch('web', { metadata: { finalizers: null } });
    const { status, stdout, stderr } = await waiting.result;
    // It may be gone before the second delete arrives.
    if (status === 3) expect(stderr).toContain('web');
    else expect({ status, stdout }).toEqual({ status: 0, stdout: 'multikeylistener/web deleted\n' });
    expect(await cluster.names()).toEqual([]);
  });

  test('what is not there is exit 3, of each command', async () => {
    const lines = ['mkl status x', 'mkl inspect x', 'mkl update x --port 1', 'mkl delete x'];
    const results = await Promise.all(lines.map((line) => cluster.run(line)));
    expect(results.map(({ status }) => status)).toEqual([3, 3, 3, 3]);
    const elsewhere = await cluster.run(
      'mkl create web 80 --weighted a=1 -n no-such-namespace --wait none --no-preflight',
    );
    expect(elsewhere.status).toBe(3);
    expect(elsewhere.stderr).toContain('no-such-namespace');
  });

  test('what is printed as YAML is what is stored', async () => {
    const made = await cluster.run(`${CREATE} -o yaml`);
    const stored = await cluster.get('web');
    const { managedFields, ...metadata } = stored.metadata;
    expect(managedFields).toBeDefined();
    expect(load(made.stdout)).toEqual({ ...stored, metadata });
  });
});

/** A certificate that signed nothing here: the control plane's own, of another run, would do as well. */
async function foreignCertificate(): Promise<string> {
  const { rootCertificates } = await import('node:tls');
  return rootCertificates[0] ?? '';
}
