import { writeFile } from 'node:fs/promises';
import { connect, type Connection } from '../../src/store/kubernetes/kubeconfig/config.js';
import { openWebSocket } from '../../src/store/kubernetes/http/websocket.js';
import { certificateAuthority } from '../support/cluster/certificates.js';
import { temporaryFolder } from '../support/program.js';
import { KubeletDouble } from '../support/router/kubelet-double.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());
let kubelet: KubeletDouble;
let server: string;
beforeEach(async () => {
  kubelet = new KubeletDouble();
  server = `https://127.0.0.1:${await kubelet.listen()}`;
});
afterEach(() => kubelet.close());

/** A server that speaks WebSockets, as a kubeconfig has it. */
async function connection(cluster: object, env: Record<string, string> = {}): Promise<Connection> {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server, ...cluster } }],
    users: [{ name: 'u', user: { token: 'abc' } }],
  };
  const file = folder.at(`config-${Math.random()}`);
  await writeFile(file, JSON.stringify(config));
  return connect({ platform: 'kubernetes', kubeconfig: file, requestTimeoutMs: 5000, env });
}

async function open(to: Connection, timeoutMs = 60_000, signal = new AbortController().signal): Promise<string> {
  const call = { path: '/portForward/west/router', query: { port: '5672' } };
  const opened = await openWebSocket(to, call, 'v4.channel.k8s.io', { signal, timeoutMs });
  if ('reply' in opened) return `${opened.reply.status}: ${opened.reply.text}`;
  opened.socket.terminate();
  return opened.socket.protocol;
}

describe('a WebSocket is verified as every other request', () => {
  test('by the authority of the kubeconfig', async () => {
    const authority = Buffer.from(kubelet.authority).toString('base64');
    expect(await open(await connection({ 'certificate-authority-data': authority }))).toBe('v4.channel.k8s.io');
  });

  test.each([
    ['no authority', {}],
    [
      'another authority',
      { 'certificate-authority-data': Buffer.from(certificateAuthority('other').certificate).toString('base64') },
    ],
  ])('%s: refused, whatever the environment says', async (_, cluster) => {
    const to = await connection(cluster, { NODE_TLS_REJECT_UNAUTHORIZED: '0' });
    await expect(open(to)).rejects.toMatchObject({ trouble: 'network', unverified: true });
    expect(kubelet.forwarded).toEqual([]);
  });

  test('a name that the certificate does not have', async () => {
    const authority = Buffer.from(kubelet.authority).toString('base64');
    const to = await connection({ 'certificate-authority-data': authority, 'tls-server-name': 'elsewhere' });
    await expect(open(to)).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  test('not at all where the kubeconfig says so', async () => {
    expect(await open(await connection({ 'insecure-skip-tls-verify': true }))).toBe('v4.channel.k8s.io');
  });
});

describe('a WebSocket that does not open', () => {
  test('is told by its answer', async () => {
    kubelet.gone.add('west/router');
    expect(await open(await connection({ 'insecure-skip-tls-verify': true }))).toBe('404: pod does not exist\n');
  });

  test('ends with the signal, and when nobody listens', async () => {
    const to = await connection({ 'insecure-skip-tls-verify': true });
    await expect(open(to, 60_000, AbortSignal.abort())).rejects.toMatchObject({ trouble: 'aborted' });
    await kubelet.close();
    await expect(open(to)).rejects.toMatchObject({ trouble: 'network', code: 'ECONNREFUSED', sent: false });
  });
});
