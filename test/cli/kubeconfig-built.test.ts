// The build loads the rarer parts of client-node only when a kubeconfig asks for them: here each is asked for.
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { ApiDouble } from '../support/double/api-double.js';
import { skupper, temporaryFolder } from '../support/program.js';

const folder = temporaryFolder();
let double: ApiDouble;
let proxy: Server;
let tunnels: string[];
beforeAll(async () => {
  double = await ApiDouble.start();
  proxy = createServer();
  proxy.on('connect', ({ url = '' }, socket) => {
    tunnels.push(url);
    const out = connect(Number(new URL(double.url).port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      out.pipe(socket).pipe(out);
    });
    for (const end of [out, socket]) end.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
});
beforeEach(() => {
  tunnels = [];
});
afterAll(async () => {
  proxy.close();
  folder.remove();
  await double.stop();
});

const proxyAt = (scheme: string): string => `${scheme}://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
const status = async (parts: object): Promise<{ stdout: string; stderr: string; status: number | null }> =>
  skupper(['mkl', 'status', '-o', 'name'], { env: { KUBECONFIG: await double.kubeconfig(parts) } });

test('an http proxy, through which the server is reached; credentials are for https only', async () => {
  const result = await status({ server: 'http://api.example.com:6443', proxyUrl: proxyAt('http') });
  const refused = expect.stringContaining('no credentials are sent over http (context "test"') as string;
  expect([result.status, result.stderr, tunnels]).toEqual([4, refused, ['api.example.com:6443']]);
});

test('an http proxy before an https server: the tunnel is made, TLS fails there', async () => {
  const result = await status({ server: 'https://api.example.com:6443', proxyUrl: proxyAt('http') });
  expect([result.status, tunnels]).toEqual([8, ['api.example.com:6443']]);
  expect(result.stderr).toContain('api.example.com:6443');
});

test('a SOCKS proxy that speaks no SOCKS', async () => {
  const result = await status({ server: 'https://api.example.com:6443', proxyUrl: proxyAt('socks5') });
  expect(result.status).toBe(8);
  expect(result.stderr).not.toContain('fault of the program');
});

const claims = (exp: number): string =>
  ['{"alg":"none"}', JSON.stringify({ exp }), 'x'].map((part) => Buffer.from(part).toString('base64url')).join('.');

test('an OIDC provider whose token is still good', async () => {
  const token = claims(Math.floor(Date.now() / 1000) + 3600);
  double.tokens.set(token, 'admin');
  const config = { 'id-token': token, 'client-id': 'c', 'refresh-token': 'r', 'idp-issuer-url': 'https://127.0.0.1:1' };
  const result = await status({ user: { 'auth-provider': { name: 'oidc', config } } });
  expect([result.status, result.stderr]).toEqual([0, '']);
});

test('an OIDC provider that has to be asked again, and is not there', async () => {
  const config = {
    'id-token': claims(1),
    'client-id': 'c',
    'refresh-token': 'r',
    'idp-issuer-url': 'https://127.0.0.1:1',
  };
  const result = await status({ user: { 'auth-provider': { name: 'oidc', config } } });
  expect([result.status, result.stdout]).toEqual([4, '']);
  expect(result.stderr).toContain('the auth-provider returned no credential (context "test"');
});

test('a GCP provider: its command prints the token', async () => {
  double.tokens.set('printed', 'admin');
  const script = folder.at('print.cjs');
  writeFileSync(script, `console.log('{"t":"printed","e":"2100-01-01T00:00:00Z"}')`);
  const config = {
    'cmd-path': process.execPath,
    'cmd-args': script,
    'token-key': '{.t}',
    'expiry-key': '{.e}',
  };
  const result = await status({ user: { 'auth-provider': { name: 'gcp', config } } });
  expect([result.status, result.stderr]).toEqual([0, '']);
});
