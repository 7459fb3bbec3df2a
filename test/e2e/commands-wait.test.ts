import type { Status } from '../../src/model/resource.js';
import { describeWith, sharedControlPlane } from '../support/cluster/e2e.js';
import { startController, statusOf, type Script } from '../support/double/fake-controller.js';
import { newCluster, until, type Cluster } from './cluster.js';

const plane = sharedControlPlane();
const CREATE = 'mkl create web 8080 --weighted a=3,b=1';
const document = (name: string): string =>
  JSON.stringify({
    apiVersion: 'skupper.io/v2alpha1',
    kind: 'MultiKeyListener',
    metadata: { name },
    spec: { host: name, port: 80, strategy: { priority: { routingKeys: ['a'] } } },
  });
const SITE = { apiVersion: 'skupper.io/v2alpha1', kind: 'Site', metadata: { name: 'west' }, spec: {} };

describeWith(plane)('waiting on the real API server, for a controller that writes the recorded statuses', () => {
  let cluster: Cluster;
  let controller: { stop(): Promise<void> } | undefined;
  beforeEach(async () => {
    cluster = await newCluster(plane!);
    controller = undefined;
  });
  afterEach(async () => {
    await controller?.stop();
  });
  const control = (script: Script): void => {
    controller = startController(plane!.admin, cluster.namespace, script);
  };
  const createSite = async (): Promise<void> => {
    const { status, body } = await plane!.admin(
      'POST',
      `/apis/skupper.io/v2alpha1/namespaces/${cluster.namespace}/sites`,
      SITE,
    );
    if (status !== 201) throw new Error(JSON.stringify(body));
  };

  test('configured is the default, and is reached while nothing serves yet', async () => {
    control((resource) => [statusOf('configured', resource)]);
    const { status, stdout, stderr } = await cluster.run(`${CREATE} --timeout 20s`);
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'multikeylistener/web created\n' });
    expect(stderr).toMatch(/web is configured \(\d+\.\d s\)/);
    expect(stderr).toContain('not serving yet');
  });

  test('ready is reached after configured, and -o json prints the resource as it is then', async () => {
    control((resource) => [statusOf('configured', resource), statusOf('ready', resource)]);
    const { status, stdout } = await cluster.run(`${CREATE} --wait ready --timeout 20s -o json`);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'MultiKeyListener', status: { status: 'Ready' } });
    const shown = await cluster.run('mkl status --no-headers');
    expect(shown.stdout).toMatch(/^web +Ready +weighted +2\/2 +web +8080 /);
    expect((await cluster.run('mkl status --exit-code')).status).toBe(0);
  });

  test('an Error is exit 7 at once; the resource stays', async () => {
    control((resource) => [statusOf('error', resource)]);
    const { status, stdout, stderr } = await cluster.run(`${CREATE} --timeout 60s`);
    expect({ status, stdout }).toEqual({ status: 7, stdout: 'multikeylistener/web created\n' });
    expect(stderr).toContain('No active site in namespace');
    expect(await cluster.names()).toEqual(['web']);
    expect((await cluster.run('mkl status --exit-code')).status).toBe(7);
  });

  test('of two documents one reports an error: the program ends at once, whatever the other does', async () => {
    control((resource) => (resource.metadata.name === 'bad' ? [statusOf('error', resource)] : []));
    const waiting = cluster.start('mkl create -f - --timeout 50s', {
      stdin: { text: ['bad', 'quiet'].map(document).join('\n---\n') },
    });
    await until('the error is said', () => waiting.stderr().includes('No active site'));
    let ended = false;
    void waiting.result.then(() => (ended = true));
    try {
      await until('the program ends', () => ended);
    } finally {
      waiting.kill('SIGKILL');
    }
    expect((await waiting.result).status).toBe(7);
    expect(await cluster.names()).toEqual(['bad', 'quiet']);
  });

  test('No active site is waited out where a Site has just been created', async () => {
    await createSite();
    control((resource) => [statusOf('error', resource), statusOf('configured', resource)]);
    const { status } = await cluster.run(`${CREATE} --timeout 20s`);
    expect(status).toBe(0);
  });

  test('without a controller it is exit 6 after --timeout, and what was missing is said', async () => {
    const { status, stdout, stderr } = await cluster.run(`${CREATE} --timeout 500ms`);
    expect({ status, stdout }).toEqual({ status: 6, stdout: 'multikeylistener/web created\n' });
    expect(stderr).toContain('not processed by a controller yet');
    expect(await cluster.names()).toEqual(['web']);
  });

  test('after an update the status of the spec before does not count', async () => {
    const old: Status[] = [];
    control((resource) => {
      if (resource.metadata.generation === 1) return [statusOf('ready', resource)];
      // As recorded: the first event still carries the old status.
      old.push(statusOf('ready', resource, 1));
      return [statusOf('ready', resource, 1), statusOf('configured', resource), statusOf('ready', resource)];
    });
    await cluster.run(`${CREATE} --wait ready --timeout 20s`);
    const { status, stdout } = await cluster.run('mkl update web --port 8081 --wait ready --timeout 20s -o json');
    expect(status).toBe(0);
    expect(old).toHaveLength(1);
    const { metadata, status: reached } = JSON.parse(stdout) as { metadata: { generation: number }; status: Status };
    expect(metadata.generation).toBe(2);
    expect(reached.conditions?.find(({ type }) => type === 'Configured')?.observedGeneration).toBe(2);
  });

  test('deleted by somebody else while waited for is exit 3', async () => {
    const waiting = cluster.start(`${CREATE} --timeout 20s`);
    await until('it is created', () => waiting.stdout().includes('created'));
    await plane!.admin('DELETE', cluster.path('web'));
    expect((await waiting.result).status).toBe(3);
  });

  test('Ctrl-C is exit 130; the resource stays', async () => {
    const waiting = cluster.start(`${CREATE} --timeout 20s`);
    await until('it is created', () => waiting.stdout().includes('created'));
    waiting.kill('SIGINT');
    const { status, stderr } = await waiting.result;
    expect({ status, stack: /^\s+at /m.test(stderr) }).toEqual({ status: 130, stack: false });
    expect(await cluster.names()).toEqual(['web']);
  });
});
