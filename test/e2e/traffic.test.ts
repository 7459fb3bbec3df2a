import { createServer, type AddressInfo, type Server } from 'node:net';
import { describeWith, sharedControlPlane } from '../support/cluster/e2e.js';
import { clusterRouter, type ClusterRouter } from '../support/router/cluster-router.js';
import { newCluster, type Cluster } from './cluster.js';

const plane = sharedControlPlane();

describeWith(plane)('traffic on the real API server', () => {
  let cluster: Cluster;
  let routed: ClusterRouter;
  let listener: Server;
  beforeEach(async () => {
    cluster = await newCluster(plane!);
    routed = await clusterRouter(plane!.admin, cluster.namespace);
    routed.router.serve('east', 1);
    routed.router.serve('west', 1);
    routed.router.hold('web', '', 1024, 'weighted', { east: 3, west: 1 });
    listener = createServer();
    await cluster.run('mkl create web 8080 --weighted east=3,west=1 --wait none --no-preflight');
  });
  afterEach(async () => {
    listener.close();
    await routed.stop();
  });

  test('totals and a window come through port-forward', async () => {
    routed.router.give('web', 'east', 300);
    routed.router.give('web', 'west', 100);
    const totals = await cluster.run('mkl traffic');
    expect(totals).toMatchObject({ status: 0, stderr: '' });
    expect(totals.stdout).toMatch(/^web +up +weighted +east +3 +- +75% +75% +300 +300 +- /m);
    expect(totals.stdout).toMatch(/^web +up +weighted +west +1 +- +25% +25% +100 +100 +- /m);
    const window = await cluster.run('mkl traffic web --window 200ms -o json');
    expect(JSON.parse(window.stdout)).toMatchObject({
      windowSeconds: 0.2,
      resources: [{ state: 'up', connections: 0, total: 400, tooFew: true }],
    });
  });

  test('a probe finds a backend that refuses', async () => {
    listener.on('connection', (socket) => {
      socket.on('error', () => undefined);
      routed.router.give('web', 'west', 1);
      socket.end();
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const { port } = listener.address() as AddressInfo;
    routed.kubelet.expose({ namespace: cluster.namespace, pod: routed.pod, port: 1024 }, port);
    const { status, stdout, stderr } = await cluster.run('mkl traffic web --probe 2');
    expect(stdout).toMatch(/^web +west +2 +0 +0 +2 +0 +0$/m);
    expect(stderr).toContain('the backend of west refuses connections');
    expect(status).toBe(7);
  });
});
