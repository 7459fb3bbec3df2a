import type { MultiKeyListener, Status } from '../../src/model/resource.js';
import { weightsOf } from '../../src/model/strategy.js';
import { describeWith, sharedControlPlane } from '../support/cluster/e2e.js';
import { startController, statusOf } from '../support/double/fake-controller.js';
import { clusterRouter, type ClusterRouter } from '../support/router/cluster-router.js';
import { newCluster, type Cluster } from './cluster.js';

const plane = sharedControlPlane();
const SHIFT = ['mkl', 'shift', 'web', '--to', 'west=100', '--steps', '2', '--yes'];

describeWith(plane)('shift on the real API server, with a router that can be asked', () => {
  let cluster: Cluster;
  let routed: ClusterRouter;
  let controller: { stop(): Promise<void> };
  let met: Record<string, number>[];

  beforeEach(async () => {
    cluster = await newCluster(plane!);
    routed = await clusterRouter(plane!.admin, cluster.namespace);
    for (const key of ['east', 'west']) routed.router.serve(key, 1);
    met = [];
    controller = startController(plane!.admin, cluster.namespace, (resource: MultiKeyListener): Status[] => {
      const weights = weightsOf(resource.spec.strategy);
      met.push(weights);
      routed.router.hold('web', '', 1024, 'weighted', weights);
      return [statusOf('ready', resource)];
    });
    await cluster.run('mkl create web 8080 --weighted east=1 --wait ready --no-preflight');
    met.length = 0;
  });
  afterEach(async () => {
    await controller.stop();
    await routed.stop();
  });

  const strategy = async (): Promise<unknown> => (await cluster.get('web')).spec.strategy;

  test('completes: each step is in use by the router before its checks', async () => {
    const { status, stdout } = await cluster.run([...SHIFT, '--every', '1ms', '-o', 'json']);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; checks?: { name: string; passed?: boolean }[] });
    expect(events.map(({ type }) => type)).toEqual([
      ...['writing', 'written', 'waiting', 'measured', 'checked'],
      ...['writing', 'written', 'waiting', 'measured', 'checked', 'finished'],
    ]);
    expect(events.find(({ type }) => type === 'checked')?.checks).toEqual([
      { name: 'reachable', passed: true },
      { name: 'status', passed: true },
      { name: 'router', passed: true },
      { name: 'measured', why: 'too few connections to judge (0)' },
    ]);
    expect({ status, met, strategy: await strategy() }).toEqual({
      status: 0,
      met: [{ east: 1, west: 1 }, { west: 1 }],
      strategy: { weighted: { routingKeys: { west: 1 } } },
    });
  });

  test('is turned back where the measured shares cannot be chance', async () => {
    const clients = setInterval(() => {
      if (met.at(-1)?.['east'] !== 1 || met.at(-1)?.['west'] !== 1) return;
      routed.router.give('web', 'east', 1900);
      routed.router.give('web', 'west', 100);
    }, 10);
    const { status, stderr } = await cluster.run([...SHIFT, '--every', '1s']);
    clearInterval(clients);
    expect(stderr).toMatch(/the check measured failed: routing key \w+ got \d+\.\d % of \d+ connections, not 50\.0 %/);
    expect({ status, strategy: await strategy() }).toEqual({
      status: 7,
      strategy: { weighted: { routingKeys: { east: 1 } } },
    });
  });

  test('is turned back by a check, and by a key that is lost', async () => {
    const checked = await cluster.run([...SHIFT, '--every', '1ms', '--check', 'test $STEP -lt 2']);
    expect([checked.status, await strategy()]).toEqual([7, { weighted: { routingKeys: { east: 1 } } }]);
    routed.router.serve('west', 0);
    const lost = await cluster.run([...SHIFT, '--every', '1ms', '--force']);
    expect(lost.stderr).toContain('the check reachable failed: routing key west cannot be reached');
    expect([lost.status, await strategy()]).toEqual([7, { weighted: { routingKeys: { east: 1 } } }]);
  });
});
