import type { MultiKeyListener } from '../../src/model/resource.js';
import { startControlPlane, type ControlPlane } from '../support/cluster/control-plane.js';
import { removeCrd } from '../support/cluster/control-plane-setup.js';
import { describeWith, sharedControlPlane } from '../support/cluster/e2e.js';
import { statusOf } from '../support/double/fake-controller.js';
import { newCluster, until, type Cluster } from './cluster.js';

describeWith(sharedControlPlane())('a control plane of its own, which goes away and loses its CRDs', () => {
  let plane: ControlPlane;
  let cluster: Cluster;

  beforeAll(async () => {
    const started = await startControlPlane();
    if ('reason' in started) throw new Error(started.reason);
    plane = started;
    cluster = await newCluster(plane);
  }, 120_000);
  afterAll(() => plane.stop());

  /** An API server is ready a moment before it serves custom resources again. */
  const restart = async (): Promise<void> => {
    await plane.startApiServer();
    await until('web is served again', async () => (await cluster.names()).includes('web'));
  };

  test('a wait goes on after the API server was killed and came back', async () => {
    const waiting = cluster.start('mkl create web 8080 --weighted a=3,b=1 --timeout 50s');
    await until('it is created', () => waiting.stdout().includes('created'));
    await plane.killApiServer();
    await restart();
    const resource: MultiKeyListener = await cluster.get('web');
    await cluster.patch('web', { status: statusOf('configured', resource) }, '/status');
    const { status, stderr } = await waiting.result;
    expect(status).toBe(0);
    expect(stderr).toContain('web is configured');
  }, 120_000);

  test('while it is away everything is exit 8 and names the server', async () => {
    await plane.killApiServer();
    const results = await Promise.all(
      ['mkl status', 'mkl create x 80 --priority a', 'mkl delete web'].map((line) => cluster.run(line)),
    );
    await restart();
    for (const { status, stdout, stderr } of results) {
      expect({ status, stdout }).toEqual({ status: 8, stdout: '' });
      expect(stderr).toContain(plane.server);
    }
    expect(await cluster.names()).toEqual(['web']);
  }, 120_000);

  test('without the CRD of Sites a check is left out; without ours it is told what to install', async () => {
    await removeCrd(plane.admin, 'sites');
    const made = await cluster.run('mkl create noted 81 --priority a --wait none');
    expect(made).toMatchObject({ status: 0, stdout: 'multikeylistener/noted created\n' });
    expect(made.stderr).toContain('Not checked: the Site');
    await removeCrd(plane.admin, 'multikeylisteners');
    const older = await cluster.run('mkl status');
    expect({ status: older.status, stdout: older.stdout }).toEqual({ status: 1, stdout: '' });
    expect(older.stderr).toMatch(/2\.2|install/);
  }, 120_000);
});
