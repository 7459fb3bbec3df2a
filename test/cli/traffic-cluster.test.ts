import { createServer, type AddressInfo, type Server } from 'node:net';
import { ApiDouble } from '../support/double/api-double.js';
import { skupper, type Result } from '../support/program.js';
import type { RouterDouble } from '../support/router/router-double.js';
import { routerBehind, routerPod } from '../support/router/router-pods.js';

let double: ApiDouble;
let routers: RouterDouble[];
let listener: Server;
beforeEach(async () => {
  double = await ApiDouble.start();
  routers = [];
  listener = createServer();
  for (const namespace of ['west', 'north']) {
    double.storage.namespaces.add(namespace);
    double.storage.create('multikeylisteners', namespace, {
      apiVersion: 'skupper.io/v2alpha1',
      kind: 'MultiKeyListener',
      metadata: { name: 'web' },
      spec: { host: 'web', port: 8080, strategy: { weighted: { routingKeys: { east: 3, west: 1 } } } },
    } as never);
  }
});
afterEach(async () => {
  listener.close();
  await Promise.all(routers.map((router) => router.close()));
  await double.stop();
});

async function pod(name: string, namespace = 'west'): Promise<RouterDouble> {
  double.storage.create('pods', namespace, routerPod({ name, namespace }) as never);
  const router = await routerBehind(double.kubelet, { name, namespace });
  routers.push(router);
  router.hold('web', '', 1024, 'weighted', { east: 3, west: 1 });
  for (const key of ['east', 'west']) router.serve(key, 1);
  return router;
}

async function run(line: string, token = 'admin-token'): Promise<Result> {
  const KUBECONFIG = await double.kubeconfig({ namespace: 'west', token });
  return skupper(['mkl', 'traffic', ...line.split(' ')], { env: { KUBECONFIG } });
}

test('the counters of two router pods add up, over one port-forward each', async () => {
  const [one, two] = [await pod('skupper-router-0'), await pod('skupper-router-2-0')];
  one.give('web', 'east', 300);
  two.give('web', 'east', 301);
  two.give('web', 'west', 200);
  const { status, stdout } = await run('web --window 300ms');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^web +up +weighted +east +3 +- +75% +- +0 +601 +0\.0 /m);
  expect(stdout).toMatch(/^web +up +weighted +west +1 +- +25% +- +0 +200 /m);
  expect(double.kubelet.forwarded).toHaveLength(2);
});

test('a namespace without a router is a row with its reason beside those that answer', async () => {
  (await pod('skupper-router-0')).give('web', 'east', 3);
  const { status, stdout, stderr } = await run('-A --no-headers');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^north +web +unknown +weighted +- .*\nwest +web +up +weighted +east /);
  expect(stderr).toContain('Not measured: namespace north (namespace north has no router pod)');
});

test('without the right: exit 4, and which permissions it needs', async () => {
  await pod('skupper-router-0');
  const { status, stdout, stderr } = await run('web', 'unforwarding-token');
  expect([status, stdout]).toEqual([4, '']);
  expect(stderr).toContain('get and create on pods/portforward');
});

test('without a router pod: exit 8', async () => {
  expect(await run('web -o json')).toMatchObject({ status: 8, stdout: '' });
});

test('a probe goes through the port of the listener in the router pod', async () => {
  const router = await pod('skupper-router-0');
  listener.on('connection', (socket) => {
    socket.on('error', () => undefined);
    router.give('web', 'west', 1);
    socket.write('hello');
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  double.kubelet.expose({ namespace: 'west', pod: 'skupper-router-0', port: 1024 }, port);
  const { status, stdout, stderr } = await run('web --probe 2');
  expect(stderr).toBe('Opening 2 connections to web:8080.\n');
  expect(stdout).toMatch(/^web +west +2 +2 +0 +0 +0 +0$/m);
  expect(status).toBe(0);
});

test('a probe of a port on which the router does not listen, although it says so', async () => {
  await pod('skupper-router-0');
  const { status, stdout } = await run('web --probe 1');
  expect(stdout).toMatch(/^web +- +1 +0 +0 +0 +1 +0$/m);
  expect(status).toBe(7);
});
