import { weightsOf } from '../../src/model/strategy.js';
import type { MultiKeyListener, Status } from '../../src/model/resource.js';
import { describeWith, sharedControlPlane } from '../support/cluster/e2e.js';
import { startController, statusOf } from '../support/double/fake-controller.js';
import { clusterRouter, type ClusterRouter } from '../support/router/cluster-router.js';
import { newCluster, until, type Cluster } from './cluster.js';

const plane = sharedControlPlane();
// A time to settle that no test would survive: only the router's word can end the wait.
const CHANGE = 'mkl update web --no-preflight --in-place --weighted east=5,west=2 --settle 1h';

describeWith(plane)('update --in-place asks the router on the real API server', () => {
  let cluster: Cluster;
  let routed: ClusterRouter;
  let controller: { stop(): Promise<void> };
  /** What the router does with a strategy that the controller passes on. */
  let use: (resource: MultiKeyListener) => void;
  const hold = ({ spec }: MultiKeyListener): void =>
    routed.router.hold('web', '', 1024, 'weighted', weightsOf(spec.strategy));

  beforeEach(async () => {
    cluster = await newCluster(plane!);
    routed = await clusterRouter(plane!.admin, cluster.namespace);
    routed.router.serve('east', 1);
    routed.router.serve('west', 1);
    use = hold;
    controller = startController(plane!.admin, cluster.namespace, (resource): Status[] => {
      use(resource);
      return [statusOf('ready', resource)];
    });
    await cluster.run('mkl create web 8080 --weighted east=3,west=1 --wait ready --no-preflight');
  });
  afterEach(async () => {
    await controller.stop();
    await routed.stop();
  });

  test('the second write follows as soon as the router uses the first', async () => {
    const { status, stdout, stderr } = await cluster.run(CHANGE);
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'multikeylistener/web updated\n' });
    expect(stderr).toContain('\nstep 1 of 2 done, and the router uses it\n');
    expect((await cluster.get('web')).spec.strategy).toEqual({ weighted: { routingKeys: { east: 5, west: 2 } } });
  });

  test('a router that is slower than the controller is waited for', async () => {
    const kept: MultiKeyListener[] = [];
    use = (resource) => void kept.push(resource);
    const running = cluster.start(CHANGE);
    await until('the router is asked', () =>
      running.stderr().includes('step 1 of 2 done; waiting until the router uses it'),
    );
    expect((await cluster.get('web')).spec.strategy).toEqual({ weighted: { routingKeys: { east: 3, west: 2 } } });
    use = hold;
    hold(kept[0]!);
    expect((await running.result).status).toBe(0);
    expect((await cluster.get('web')).spec.strategy).toEqual({ weighted: { routingKeys: { east: 5, west: 2 } } });
  });

  test('a router that never uses it: exit 6, one write, and the command that completes it', async () => {
    use = () => undefined;
    const { status, stderr } = await cluster.run(`${CHANGE} --timeout 2s`);
    expect(status).toBe(6);
    expect(stderr).toContain('the router does not use the current spec yet');
    expect(stderr).toContain('Complete it with: skupper multikeylistener update web --weighted east=5,west=2');
    expect((await cluster.get('web')).spec.strategy).toEqual({ weighted: { routingKeys: { east: 3, west: 2 } } });
  });

  test('--wait ready and wait --for ready are not reached before the router holds the listener', async () => {
    const kept: MultiKeyListener[] = [];
    use = (resource) => void kept.push(resource);
    routed.router.drop('web');
    const line = 'mkl update web --no-preflight --in-place --weighted east=3,west=2 --wait ready';
    const [writing, waiting] = [cluster.start(line), cluster.start('mkl wait web --for ready --for key=east')];
    await until('both ask the router', () => routed.kubelet.forwarded.length >= 3);
    expect(waiting.stdout()).toBe('');
    expect(writing.stderr()).not.toContain('web is ready');
    await until('the controller knows', async () => kept.length > 0);
    hold(kept[0]!);
    expect(await writing.result).toMatchObject({ status: 0, stderr: expect.stringContaining('web is ready') });
    expect(await waiting.result).toMatchObject({
      status: 0,
      stdout: 'multikeylistener/web ready and key east reachable\n',
    });
  });

  test('a router that cannot be asked: the time to settle passes, and the reason is said', async () => {
    routed.router.fault = 'close';
    const { status, stderr } = await cluster.run(CHANGE.replace('1h', '200ms'));
    expect(status).toBe(0);
    expect(stderr).toContain('step 1 of 2 done; step 2 follows in 0.2 s (the router cannot be queried: ');
  });
});
