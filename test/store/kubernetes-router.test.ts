import { impatiently } from '../support/router/impatient.js';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { RouterFact, RouterListener, RouterState } from '../../src/model/router.js';
import type { Store } from '../../src/store/store.js';
import { ApiDouble } from '../support/double/api-double.js';
import { openStore } from '../support/double/kubernetes-harness.js';
import type { RouterDouble } from '../support/router/router-double.js';
import { routerBehind, routerPod, type PodOptions } from '../support/router/router-pods.js';

const signal = new AbortController().signal;
let double: ApiDouble;
let store: Store;
const routers: RouterDouble[] = [];

beforeEach(async () => {
  double = await ApiDouble.start();
  double.storage.namespaces.add('west');
  store = await openStore(await double.kubeconfig({ namespace: 'west' }));
});
afterEach(async () => {
  store.close();
  await Promise.all(routers.splice(0).map((router) => router.close()));
  await double.stop();
});

async function pod(options: PodOptions = {}): Promise<RouterDouble> {
  double.storage.create('pods', 'west', routerPod(options) as never);
  const router = await routerBehind(double.kubelet, options);
  routers.push(router);
  router.serve('east', 2);
  router.hold('web', '', 1024, 'weighted', { east: 3, west: 1 });
  return router;
}

async function ask(of = store): Promise<RouterFact<RouterState>> {
  return of.routers().state({ network: false, signal });
}

async function why(of = store): Promise<string> {
  const fact = await ask(of);
  return fact.known ? 'it is known' : fact.why;
}

describe('the routers of a namespace', () => {
  it('are asked through the API server, over one connection for all readings', async () => {
    const router = await pod();
    expect(await ask()).toMatchObject({
      known: true,
      value: { routers: ['skupper-router-0'], listeners: [{ name: 'web', port: 1024, up: true }] },
    });
    router.give('web', 'east', 3);
    expect(await ask()).toMatchObject({ value: { listeners: [{ opened: 3 }] } });
    expect(double.kubelet.forwarded).toEqual(['west/skupper-router-0:5672']);
    expect(double.requests.find(({ url }) => url.includes('portforward'))).toMatchObject({
      method: 'GET',
      token: 'admin-token',
    });
  });

  it('are two with high availability, whose counters add up', async () => {
    const one = await pod();
    const other = await pod({ name: 'skupper-router-2-0' });
    one.give('web', 'east', 3);
    other.give('web', 'east', 4);
    expect(await ask()).toMatchObject({
      value: { routers: ['skupper-router-0', 'skupper-router-2-0'], listeners: [{ opened: 7 }] },
    });
  });

  it('are those that are Ready', async () => {
    await pod();
    await pod({ name: 'skupper-router-2-0', ready: false });
    expect(await ask()).toMatchObject({ value: { routers: ['skupper-router-0'] } });
  });

  it('are asked for the facts of resources where that is wanted', async () => {
    await pod();
    const web = await store.create({
      apiVersion: 'skupper.io/v2alpha1',
      kind: 'MultiKeyListener',
      metadata: { name: 'web' },
      spec: { host: 'web', port: 8080, strategy: { weighted: { routingKeys: { east: 3, west: 1 } } } },
    });
    expect(await store.facts(web)).not.toHaveProperty('router');
    expect(await store.facts(web, { router: true })).toMatchObject({ router: { known: true } });
    expect(await store.factsOfAll([web, web], { router: true, allNamespaces: true })).toMatchObject([
      { router: { known: true } },
      { router: { known: true } },
    ]);
  });

  it('are found again after one was replaced', async () => {
    await pod();
    await ask();
    double.storage.delete('pods', 'west', 'skupper-router-0');
    await routers[0]?.close();
    await pod({ name: 'skupper-router-1' });
    expect(await ask()).toMatchObject({ value: { routers: ['skupper-router-1'] } });
  });
});

describe('routers that cannot be asked leave a fact with the reason', () => {
  it('no router pod', async () => {
    expect(await ask()).toEqual({
      known: false,
      why: 'namespace west has no router pod',
      running: false,
      code: 'unreachable',
    });
  });

  it('a pod that is not Ready', async () => {
    await pod({ ready: false });
    expect(await why()).toBe('router pod skupper-router-0 is not Ready (containers with unready status: [router])');
  });

  it.each([
    ['limited-token', 'list on pods'],
    ['unforwarding-token', 'get and create on pods/portforward'],
  ])('a missing right: %s', async (token, right) => {
    await pod();
    const limited = await openStore(await double.kubeconfig({ namespace: 'west', token }));
    expect(await why(limited)).toBe(`the router cannot be queried: permission denied: needs ${right}`);
  });

  it('a pod that its kubelet no longer has', async () => {
    await pod();
    double.kubelet.gone.add('west/skupper-router-0');
    expect(await why()).toBe('router pod skupper-router-0 no longer exists');
  });

  it('a port that nobody listens on, in the words of the kubelet', async () => {
    const router = await pod();
    await router.close();
    expect(await why()).toMatch(
      /^the router cannot be queried: the kubelet cannot reach the port: error forwarding port 5672 to pod .*ECONNREFUSED/,
    );
  });

  it('a router that hangs, within its time', async () => {
    const router = await pod();
    router.fault = 'hang';
    expect(await impatiently(why)).toBe('the router cannot be queried: the router did not answer in time');
  });

  it('an API server that hangs', async () => {
    await pod();
    double.faults.push({ kind: 'hang', times: 9, when: ({ url }) => url.includes('portforward') });
    expect(await impatiently(why)).toBe('the router cannot be queried: the router did not answer in time');
  });

  it.each([
    ['huge', 'its answer is too large'],
    ['half', 'the router sent an incomplete answer'],
    ['close', 'the router closed the connection'],
    ['error-400', 'No such entity type'],
  ] as const)('an answer that is %s', async (fault, words) => {
    const router = await pod();
    router.fault = fault;
    expect(await why()).toContain(words);
  });

  it('one of two that does not answer: a part of the counters would be wrong', async () => {
    await pod();
    const other = await pod({ name: 'skupper-router-2-0' });
    other.fault = 'close';
    expect(await why()).toContain('the router cannot be queried');
  });

  it('a port that is no AMQP', async () => {
    await pod();
    const server = createServer((socket) =>
      socket.on('error', () => undefined).end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    double.kubelet.expose({ namespace: 'west', pod: 'skupper-router-0', port: 5672 }, port);
    expect(await why()).toContain('the program that listens there is not a router');
    server.close();
  });
});

describe('a connection to a listener', () => {
  const listener = { name: 'web', port: 1024 } as RouterListener;

  it('is forwarded to its port in the router pod', async () => {
    await pod();
    const server = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    double.kubelet.expose(
      { namespace: 'west', pod: 'skupper-router-0', port: 1024 },
      (server.address() as AddressInfo).port,
    );
    const stream = await store.routers().dial(listener, signal);
    stream.write('hello');
    expect(String((await once(stream, 'data'))[0])).toBe('hello');
    stream.end();
    await once(stream, 'close');
    server.close();
  });

  it('is forwarded to the Ready router pods in turn', async () => {
    const names = ['skupper-router-0', 'skupper-router-2-0', 'skupper-router-3-0'];
    for (const name of names) await pod({ name, ready: name !== 'skupper-router-2-0' });
    for (let times = 0; times < 3; times += 1) {
      const stream = await store.routers().dial(listener, signal);
      stream.on('error', () => undefined).destroy();
    }
    const asked = double.requests
      .filter(({ url }) => url.includes('portforward'))
      .map(({ url }) => url.split('/').at(-2));
    expect(asked).toEqual(['skupper-router-0', 'skupper-router-3-0', 'skupper-router-0']);
  });

  it('that nobody listens on ends with the words of the kubelet', async () => {
    await pod();
    const stream = await store.routers().dial(listener, signal);
    stream.resume();
    await expect(once(stream, 'close')).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('error forwarding port 1024'),
    });
  });

  it('is unreachable where no router pod is Ready', async () => {
    await expect(store.routers().dial(listener, signal)).rejects.toMatchObject({
      code: 'unreachable',
      message: 'namespace west has no router pod',
    });
  });

  it('is forbidden without the right', async () => {
    await pod();
    const limited = await openStore(await double.kubeconfig({ namespace: 'west', token: 'unforwarding-token' }));
    await expect(limited.routers().dial(listener, signal)).rejects.toMatchObject({ code: 'forbidden' });
  });
});
