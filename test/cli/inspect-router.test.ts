import { IMPATIENT } from '../support/router/impatient.js';
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { ApiDouble } from '../support/double/api-double.js';
import { skupper, type Result } from '../support/program.js';
import type { RouterDouble } from '../support/router/router-double.js';
import { routerBehind, routerPod, ROUTER_PORT } from '../support/router/router-pods.js';
import { condition, resource, weighted } from '../unit/fixtures.js';

const schema = JSON.parse(
  readFileSync(new URL('../../docs/schemas/inspect.schema.json', import.meta.url), 'utf8'),
) as object;
const conforms = new Ajv().compile(schema);

let double: ApiDouble;
let router: RouterDouble;
beforeEach(async () => {
  double = await ApiDouble.start();
  double.storage.namespaces.add('west');
  const weights = { east: 3, west: 1 };
  const status = {
    status: 'Ready',
    message: 'OK',
    conditions: [condition('Configured', 1)],
    strategy: { weighted: { routingKeysReachable: weights } },
  };
  const created = double.storage.create(
    'multikeylisteners',
    'west',
    resource({ spec: { strategy: weighted(weights) } }) as never,
  );
  double.storage.update('multikeylisteners', { ...created, status } as never, created, { status: true });
  double.storage.create('pods', 'west', routerPod() as never);
  double.storage.create('services', 'west', {
    metadata: { name: 'web', annotations: { 'internal.skupper.io/controlled': 'true' } },
    spec: { clusterIP: '10.0.0.1', ports: [{ name: 'multiaddress-web', port: 8080 }] },
  } as never);
  router = await routerBehind(double.kubelet);
  router.serve('east', 2, 'east-site');
  router.serve('west', 1, 'west-site');
  router.hold('web', '', 1024, 'weighted', weights);
  router.give('web', 'east', 740);
  router.give('web', 'west', 260);
});
afterEach(async () => {
  await router.close();
  await double.stop();
});

async function run(line: string, token = 'admin-token'): Promise<Result> {
  const env = {
    KUBECONFIG: await double.kubeconfig({ namespace: 'west', token }),
    ...(router.fault === 'hang' && IMPATIENT),
  };
  return skupper(['mkl', ...line.split(' ')], { env });
}

test('the measured share stands beside the expected one', async () => {
  const { status, stdout } = await run('inspect web --router');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^ +ROUTING KEY +WEIGHT +REACHABLE +SHARE +MEASURED +SERVED BY$/m);
  expect(stdout).toMatch(/^ +east +3 +yes +75 % +74 % /m);
  expect(stdout).toMatch(/^ +west +1 +yes +25 % +26 % /m);
});

test('the JSON has it by the schema, and null where the router was not asked', async () => {
  const keys = async (line: string): Promise<object[]> => {
    const document = JSON.parse((await run(line)).stdout) as { routingKeys: object[] };
    expect(conforms(document) ? [] : conforms.errors).toEqual([]);
    return document.routingKeys;
  };
  expect(await keys('inspect web --router -o json')).toMatchObject([
    { key: 'east', share: 0.75, measured: 0.74, connections: 740 },
    { key: 'west', share: 0.25, measured: 0.26, connections: 260 },
  ]);
  expect(double.kubelet.forwarded).toHaveLength(1);
  expect(await keys('inspect web -o json')).toMatchObject([
    { key: 'east', measured: null, connections: null },
    { key: 'west', measured: null, connections: null },
  ]);
  expect(double.kubelet.forwarded).toHaveLength(1);
  expect(double.requests.filter(({ url }) => url.includes('/pods'))).toHaveLength(2);
});

test('several are inspected over one connection', async () => {
  double.storage.create('multikeylisteners', 'west', resource({ metadata: { name: 'db' } }) as never);
  expect((await run('inspect web db --router')).stdout).toContain('74 %');
  expect(double.kubelet.forwarded).toEqual([`west/skupper-router-0:${ROUTER_PORT}`]);
});

test('what the router does otherwise than the spec says is found', async () => {
  router.hold('web', '', 1024, 'weighted', { east: 1, west: 1 });
  expect((await run('inspect web --router')).stdout).toContain('router-values-differ');
  const listener = { operStatus: 'down', connectionMsg: 'Address already in use' };
  Object.assign(router.entity('tcpListener', 'multiAddress/web'), listener);
  const { stdout } = await run('inspect web --router');
  expect(stdout).toMatch(/^web: not serving: .*Address already in use/);
  expect(stdout).toContain('listen-failed');
});

test.each([
  [
    'a missing right',
    () => undefined,
    'unforwarding-token',
    'permission denied: needs get and create on pods/portforward',
  ],
  ['a router that hangs', () => (router.fault = 'hang'), 'admin-token', 'the router did not answer in time'],
  ['a message of 50 MB', () => (router.fault = 'huge'), 'admin-token', 'its answer is too large'],
  [
    'a pod that is gone',
    () => double.kubelet.gone.add('west/skupper-router-0'),
    'admin-token',
    'router pod skupper-router-0 no longer exists',
  ],
])('%s is a note, and the rest is shown', async (_, act, token, why) => {
  act();
  const { status, stdout } = await run('inspect web --router', token);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^ +east +3 +yes +75 % /m);
  expect(stdout).not.toContain('MEASURED');
  expect(stdout).toContain('Not checked: the router (');
  expect(stdout).toContain(why);
});
