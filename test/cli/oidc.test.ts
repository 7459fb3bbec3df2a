import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { ApiDouble } from '../support/double/api-double.js';
import { certificateAuthority } from '../support/cluster/certificates.js';
import { skupper, temporaryFolder, type Result } from '../support/program.js';

const folder = temporaryFolder();
const authority = certificateAuthority('issuer');
writeFileSync(folder.at('ca.crt'), authority.certificate);
const jwt = (seconds: number, id = ''): string =>
  [{ alg: 'none', id }, { exp: Math.floor(Date.now() / 1000) + seconds }, {}]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
const FRESH = jwt(3600, 'fresh');
const OLD = jwt(5, 'old');

let double: ApiDouble;
let issuer: Server;
let url: string;
let asked: { path: string; authorization?: string; form: Record<string, string> }[];
let answer: (path: string, form: Record<string, string>) => [number, object];
beforeAll(async () => {
  double = await ApiDouble.start();
  double.tokens.set(FRESH, 'admin');
  const { certificate, key } = authority.issue('provider');
  issuer = createServer({ cert: certificate, key }, (request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const form = Object.fromEntries(new URLSearchParams(body));
      asked.push({ path: request.url ?? '', authorization: request.headers.authorization, form });
      const [status, content] = answer(request.url ?? '', form);
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(content));
    });
  });
  await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
  url = `https://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
});
beforeEach(() => {
  asked = [];
  answer = (path) =>
    path.endsWith('openid-configuration')
      ? [200, { token_endpoint: `${url}/token` }]
      : [200, { id_token: FRESH, refresh_token: 'second' }];
});
afterAll(async () => {
  issuer.closeAllConnections();
  issuer.close();
  folder.remove();
  await double.stop();
});

const settings = (extra: object = {}): object => ({
  'client-id': 'k b',
  'client-secret': 's:s',
  'id-token': OLD,
  'refresh-token': 'first-refresh',
  'idp-issuer-url': `${url}/`,
  'idp-certificate-authority': folder.at('ca.crt'),
  ...extra,
});
let files = 0;
const write = async (config: object): Promise<string> => {
  const user = { 'auth-provider': { name: 'oidc', config } };
  const text = readFileSync(await double.kubeconfig({ user }), 'utf8');
  writeFileSync(folder.at(`kc${(files += 1)}`), text, { mode: 0o640 });
  chmodSync(folder.at(`kc${files}`), 0o640);
  return folder.at(`kc${files}`);
};
const status = (kubeconfig: string): Promise<Result> =>
  skupper(['mkl', 'status', '-o', 'name', '--kubeconfig', kubeconfig]);

test('a token that is about to expire is renewed, and the new ones are written back', async () => {
  const file = await write(settings());
  const before = readFileSync(file, 'utf8');
  const result = await status(file);
  expect([result.status, result.stderr]).toEqual([0, '']);
  expect(readFileSync(file, 'utf8')).toBe(before.replace(OLD, FRESH).replace('"first-refresh"', '"second"'));
  expect(statSync(file).mode & 0o777).toBe(0o640);
  expect(asked).toEqual([
    { path: '/.well-known/openid-configuration', authorization: undefined, form: {} },
    {
      path: '/token',
      authorization: `Basic ${Buffer.from('k%20b:s%3As').toString('base64')}`,
      form: { grant_type: 'refresh_token', refresh_token: 'first-refresh' },
    },
  ]);
  asked = [];
  expect([(await status(file)).status, asked]).toEqual([0, []]);
});

test('a provider that wants the client in the form, and keeps the refresh token', async () => {
  const ca = Buffer.from(authority.certificate).toString('base64');
  const file = await write(settings({ 'idp-certificate-authority': '', 'idp-certificate-authority-data': ca }));
  const discovery = answer;
  answer = (path, form) =>
    path !== '/token' ? discovery(path, form) : form['client_id'] ? [200, { id_token: FRESH }] : [401, {}];
  expect((await status(file)).status).toBe(0);
  expect(asked.at(-1)?.form).toMatchObject({ client_id: 'k b', client_secret: 's:s' });
  expect(readFileSync(file, 'utf8')).toContain('"refresh-token": "first-refresh"');
});

test('a link stays a link', async () => {
  const file = await write(settings());
  const link = folder.at('link');
  symlinkSync(file, link);
  expect((await status(link)).status).toBe(0);
  expect(readFileSync(file, 'utf8')).toContain(FRESH);
});

test('where the kubeconfig cannot be written the command goes on with the new token, and says so', async () => {
  const file = await write(settings());
  mkdirSync(`${file}.lock`);
  const before = readFileSync(file, 'utf8');
  const result = await status(file);
  expect([result.status, readFileSync(file, 'utf8')]).toEqual([0, before]);
  expect(result.stderr).toContain(`the new OIDC tokens could not be written to ${file}`);
});

test('an issuer that is not who it should be is sent nothing', async () => {
  writeFileSync(folder.at('other.crt'), certificateAuthority('other').certificate);
  const result = await status(await write(settings({ 'idp-certificate-authority': folder.at('other.crt') })));
  expect([result.status, asked]).toEqual([8, []]);
  expect(result.stderr).toContain('idp-certificate-authority');
});

test.each<[string, object, () => [number, object], string]>([
  ['refuses the refresh token', {}, () => [400, { error: 'invalid_grant' }], 'status 400, invalid_grant'],
  ['gives no ID token', {}, () => [200, { access_token: 'a' }], 'no id_token'],
  ['is not asked without a refresh token', { 'refresh-token': '' }, () => [200, {}], 'no refresh-token'],
  ['is not asked without an issuer', { 'idp-issuer-url': '' }, () => [200, {}], 'no idp-issuer-url'],
  ['has no place for tokens', { 'idp-issuer-url': 'https://127.0.0.1:1' }, () => [200, {}], 'ECONNREFUSED'],
])('a provider that %s', async (_, extra, token, words) => {
  const discovery = answer;
  answer = (path, form) => (path === '/token' ? token() : discovery(path, form));
  const file = await write(settings(extra));
  const before = readFileSync(file, 'utf8');
  const result = await status(file);
  expect([result.status, readFileSync(file, 'utf8')]).toEqual([4, before]);
  expect(result.stderr).toContain(words);
  for (const secret of ['first-refresh', OLD, 's:s']) expect(result.stderr).not.toContain(secret);
});
