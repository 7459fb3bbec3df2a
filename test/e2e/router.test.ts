import { setTimeout as sleep } from 'node:timers/promises';
import type { Handle, User } from '../support/cluster/control-plane-handle.js';
import { describeWith, sharedControlPlane } from '../support/cluster/e2e.js';
import { skupper, type Result } from '../support/program.js';
import { openStore } from '../support/double/kubernetes-harness.js';
import { allow, clusterRouter, type ClusterRouter } from '../support/router/cluster-router.js';
import type { RouterFact, RouterState } from '../../src/model/router.js';

const shared = sharedControlPlane();
const plane = shared as Handle;
const signal = new AbortController().signal;

describeWith(shared)('routers behind a real API server', () => {
  let namespace: string;
  let cluster: ClusterRouter;
  beforeEach(async () => {
    namespace = await plane.newNamespace();
    cluster = await clusterRouter(plane.admin, namespace);
    cluster.router.serve('east', 2);
    cluster.router.hold('web', '', 1024, 'weighted', { east: 3, west: 1 });
  });
  afterEach(() => cluster.stop());

  async function ask(user: User = 'admin'): Promise<RouterFact<RouterState>> {
    const store = await openStore(await plane.kubeconfig(user, namespace));
    try {
      return await store.routers().state({ network: true, signal });
    } finally {
      store.close();
    }
  }

  test('are asked through the kubelet of their node', async () => {
    cluster.router.give('web', 'east', 7);
    expect(await ask()).toMatchObject({
      known: true,
      value: { routers: ['skupper-router-0'], listeners: [{ name: 'web', up: true, opened: 7 }] },
    });
    expect(cluster.kubelet.forwarded).toEqual([`${namespace}/skupper-router-0:5672`]);
  });

  test('need list on pods, then get on pods/portforward', async () => {
    const refused = 'the router cannot be queried: permission denied: needs';
    expect(await ask('limited')).toEqual({ known: false, why: `${refused} list on pods`, code: 'forbidden' });
    await allow(plane.admin, namespace, 'pods', ['list']);
    await settled(
      async () => (await ask('limited')) as { why?: string },
      `${refused} get and create on pods/portforward`,
    );
    await allow(plane.admin, namespace, 'pods/portforward', ['get', 'create']);
    await settled(async () => (await ask('limited')) as { why?: string }, undefined);
  });

  test('measure the shares that inspect --router shows', async () => {
    cluster.router.serve('west', 1);
    cluster.router.give('web', 'east', 740);
    cluster.router.give('web', 'west', 260);
    const env = { KUBECONFIG: await plane.kubeconfig('admin', namespace) };
    const run = (line: string): Promise<Result> => skupper(line.split(' '), { env });
    await run('mkl create web 8080 --weighted east=3,west=1 --no-preflight --wait none');
    const { status, stdout } = await run('mkl inspect web --router');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ +east +3 +yes +75 % +74 % +skupper-router-0 \(2\)$/m);
    expect(stdout).toMatch(/^ +west +1 +yes +25 % +26 % +skupper-router-0 \(1\)$/m);
    const before = cluster.kubelet.forwarded.length;
    expect((await run('mkl inspect web')).stdout).not.toContain('MEASURED');
    expect(cluster.kubelet.forwarded).toHaveLength(before);
  });

  test('whose kubelet is not there are a fact with the words of the API server', async () => {
    await cluster.kubelet.close();
    expect(await ask()).toMatchObject({ known: false, why: expect.stringMatching(/error dialing backend|refused/) });
  });

  test('that their kubelet no longer has', async () => {
    cluster.kubelet.gone.add(`${namespace}/skupper-router-0`);
    expect(await ask()).toEqual({
      known: false,
      why: 'router pod skupper-router-0 no longer exists',
      code: 'unreachable',
    });
  });

  test('that nobody listens as', async () => {
    await cluster.router.close();
    expect(await ask()).toMatchObject({
      known: false,
      why: expect.stringContaining('the kubelet cannot reach the port: error forwarding port 5672'),
    });
  });

  /** New rights take a moment to be known to the server. */
  async function settled(read: () => Promise<{ why?: string }>, why: string | undefined): Promise<void> {
    for (let tries = 0; tries < 100 && (await read()).why !== why; tries++) await sleep(50);
    expect((await read()).why).toBe(why);
  }
});
