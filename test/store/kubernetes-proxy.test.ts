import { createServer, type Server } from 'node:http';
import { connect as connectTo, type AddressInfo } from 'node:net';
import { proxyFor } from '../../src/util/proxy.js';
import { ApiDouble } from '../support/double/api-double.js';
import { writeKubeconfig } from '../support/cluster/kubeconfig.js';
import { routerBehind, routerPod } from '../support/router/router-pods.js';
import { openStore } from '../support/double/kubernetes-harness.js';

describe('a proxy', () => {
  const proxy = (server: string, env: Record<string, string>): string | undefined => proxyFor(new URL(server), env);
  const both = { HTTPS_PROXY: 'http://proxy:3128', HTTP_PROXY: 'plain:8080' };

  test('by the scheme of the server, never for loopback', () => {
    expect(proxy('https://api.example.com:6443', both)).toBe('http://proxy:3128');
    expect(proxy('http://api.example.com', both)).toBe('http://plain:8080');
    expect(proxy('https://api.example.com', { https_proxy: 'http://lower:1' })).toBe('http://lower:1');
    expect(proxy('https://api.example.com', { ALL_PROXY: 'http://all:1' })).toBeUndefined();
    for (const host of ['localhost', '127.0.0.1', '127.1.2.3', '[::1]'])
      expect(proxy(`https://${host}:6443`, both)).toBeUndefined();
  });

  test.each([
    ['*', 'https://a.example.com', true],
    ['example.com', 'https://a.example.com', true],
    ['example.com', 'https://example.com', true],
    ['.example.com', 'https://example.com', false],
    ['*.example.com', 'https://a.example.com', true],
    ['ample.com', 'https://example.com', false],
    ['example.com:6443', 'https://example.com:6443', true],
    ['example.com:6443', 'https://example.com', false],
    ['10.0.0.0/8, other', 'https://10.1.2.3:6443', true],
    ['10.0.0.0/8', 'https://11.1.2.3', false],
    ['10.1.2.3', 'https://10.1.2.3', true],
    ['fd00::/8', 'https://[fd00::1]:6443', true],
    ['10.0.0.0/99', 'https://10.1.2.3', false],
  ])('NO_PROXY=%s and %s', (noProxy, server, excluded) => {
    expect(proxy(server, { ...both, NO_PROXY: noProxy }) === undefined).toBe(excluded);
  });
});

describe('through a proxy', () => {
  let double: ApiDouble;
  let server: Server;
  let tunnels: string[];
  let kubeconfig: string;

  beforeEach(async () => {
    double = await ApiDouble.start();
    // No credentials are sent over plain http.
    double.tokens.set('', 'admin');
    tunnels = [];
    server = createServer();
    server.on('connect', ({ url = '' }, socket) => {
      tunnels.push(url);
      const out = connectTo(Number(new URL(double.url).port), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        out.pipe(socket).pipe(out);
      });
      for (const end of [out, socket]) end.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    kubeconfig = await double.kubeconfig({ server: 'http://api.example.com:6443' });
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await double.stop();
  });
  const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  test('of the environment, over one tunnel', async () => {
    const store = await openStore(kubeconfig, { env: { HTTP_PROXY: url() } });
    expect(await store.list()).toEqual([]);
    await expect(store.get('web')).rejects.toMatchObject({ code: 'not-found' });
    expect(tunnels).toEqual(['api.example.com:6443']);
  });

  test('of the kubeconfig, before that of the environment', async () => {
    await writeKubeconfig(kubeconfig, { server: 'http://api.example.com:6443', token: 'admin-token', proxyUrl: url() });
    const store = await openStore(kubeconfig, { env: { HTTP_PROXY: 'http://127.0.0.1:9' } });
    expect(await store.list()).toEqual([]);
    expect(tunnels).toHaveLength(1);
  });

  test('also to ask a router', async () => {
    double.storage.namespaces.add('west');
    double.storage.create('pods', 'west', routerPod() as never);
    const router = await routerBehind(double.kubelet);
    const store = await openStore(kubeconfig, { namespace: 'west', env: { HTTP_PROXY: url() } });
    const { signal } = new AbortController();
    expect(await store.routers().state({ network: false, signal })).toMatchObject({ known: true });
    expect(new Set(tunnels)).toEqual(new Set(['api.example.com:6443']));
    store.close();
    await router.close();
  });

  test('that does not answer', async () => {
    server.removeAllListeners('connect').on('connect', (_, socket) => socket.on('error', () => undefined));
    const store = await openStore(kubeconfig, { env: { HTTP_PROXY: url() }, requestTimeoutMs: 300 });
    await expect(store.list()).rejects.toMatchObject({ code: 'request-timeout' });
  });

  test('that is not there', async () => {
    const store = await openStore(kubeconfig, { env: { HTTP_PROXY: 'http://127.0.0.1:9' } });
    await expect(store.list()).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });
});
