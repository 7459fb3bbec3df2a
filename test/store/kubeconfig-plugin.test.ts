import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect } from '../../src/store/kubernetes/kubeconfig/config.js';
import type { StoreOptions } from '../../src/store/store.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mkl-plugin-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Opens a kubeconfig whose user has a credential plugin: this script of Node. */
async function plugin(
  script: string,
  extra: Record<string, unknown> = {},
  options: Partial<StoreOptions> = {},
  server = 'https://west:1',
): ReturnType<typeof connect> {
  const exec = {
    interactiveMode: 'Never',
    apiVersion: 'client.authentication.k8s.io/v1',
    command: process.execPath,
    args: ['-e', script],
    ...extra,
  };
  const kubeconfig = path.join(folder, 'config');
  const config = {
    'current-context': 'west',
    contexts: [{ name: 'west', context: { cluster: 'west', user: 'west' } }],
    clusters: [{ name: 'west', cluster: { server } }],
    users: [{ name: 'west', user: { exec } }],
  };
  await writeFile(kubeconfig, JSON.stringify(config));
  const env = { PATH: process.env.PATH };
  return connect({ platform: 'kubernetes', requestTimeoutMs: 60_000, kubeconfig, env, ...options }, folder);
}

const print = (status: object): string =>
  `console.log(JSON.stringify({ kind: 'ExecCredential', status: ${JSON.stringify(status)} }))`;
const counted = (file: string, status: object): string =>
  `require('fs').appendFileSync(${JSON.stringify(file)}, 'x'); ${print(status)}`;

test('a plugin is run once, and again when its credential has expired', async () => {
  const runs = path.join(folder, 'runs');
  const lasting = await plugin(counted(runs, { token: 'secret' }));
  const [one] = await Promise.all([lasting.access(), lasting.access(), lasting.access()]);
  expect(one.headers).toEqual({ Authorization: 'Bearer secret' });
  await lasting.access();
  expect(await readFile(runs, 'utf8')).toBe('x');
  lasting.refresh();
  await lasting.access();
  expect(await readFile(runs, 'utf8')).toBe('xx');
  const expired = await plugin(counted(runs, { token: 'secret', expirationTimestamp: '2020-01-01T00:00:00Z' }));
  await expired.access();
  await expired.access();
  expect(await readFile(runs, 'utf8')).toBe('xxxx');
});

test('a plugin is told what client-go tells it, with its own environment', async () => {
  const script = `const info = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
    console.log(JSON.stringify({ status: { token: [info.kind, info.spec.interactive, info.spec.cluster.server, process.env.MINE].join() } }))`;
  const exec = { env: [{ name: 'MINE', value: 'yes' }], provideClusterInfo: true };
  const connection = await plugin(script, exec, {}, 'https://west:1/');
  expect((await connection.access()).headers.Authorization).toBe('Bearer ExecCredential,false,https://west:1/,yes');
});

test.each([
  ['fails', "console.log('secret-token'); console.error('log in first'); process.exit(3)", /status 3: log in first/],
  ['prints garbage', "console.log('secret-token')", /no ExecCredential/],
  ['prints no token', 'console.log(\'{"status":{}}\')', /no ExecCredential/],
  ['hangs', 'setInterval(() => {}, 1000)', /within 0\.5 s/],
])('a plugin that %s', async (title, script, why) => {
  const connection = await plugin(script, {}, title === 'hangs' ? { requestTimeoutMs: 500 } : {});
  const failure = (await connection.access().catch((error: unknown) => error)) as Error;
  expect(failure).toMatchObject({ code: 'credential-plugin', message: expect.stringMatching(why) });
  expect(failure.message).toContain(process.execPath);
  expect(failure.message).toContain('"west"');
  expect(failure.message).not.toContain('secret-token');
});

test.each([
  [
    'of the API version of another plugin',
    { apiVersion: 'client.authentication.k8s.io/v1beta1' },
    /another apiVersion/,
  ],
  ['of another kind', { kind: 'Secret' }, /no ExecCredential/],
  ['with a certificate but no key', { status: { token: 't', clientCertificateData: 'c' } }, /only one of/],
  ['that lasts until no time', { status: { token: 't', expirationTimestamp: 'tomorrow' } }, /is not a time/],
])('a plugin that prints a credential %s', async (_, wrong, why) => {
  const good = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token: 't' } };
  const connection = await plugin(`console.log(${JSON.stringify(JSON.stringify({ ...good, ...wrong }))})`);
  const refused = { code: 'credential-plugin', message: expect.stringMatching(why) };
  await expect(connection.access()).rejects.toMatchObject(refused);
});

test('a plugin that prints YAML after a byte order mark, as client-go allows', async () => {
  const connection = await plugin("console.log('\\ufeffkind: ExecCredential\\nstatus: {token: t}')");
  expect((await connection.access()).headers).toEqual({ Authorization: 'Bearer t' });
});

test('a plugin that is ended by a signal, or cannot be run with its variables, which are not shown', async () => {
  const killed = await plugin("process.kill(process.pid, 'SIGKILL')");
  await expect(killed.access()).rejects.toMatchObject({ message: expect.stringContaining('was ended by SIGKILL') });
  const failure = await (await plugin('', { env: [{ name: 'A', value: 'hidden\0' }] })).access().catch(String);
  expect(failure).toContain('could not be run');
  expect(failure).not.toContain('hidden');
});

test('a plugin is searched on our own PATH, although its variables have another', async () => {
  const command = path.basename(process.execPath);
  const extra = { command, env: [{ name: 'PATH', value: '/nowhere' }] };
  const connection = await plugin(print({ token: 'found' }), extra, {
    env: { PATH: path.dirname(process.execPath) },
  });
  expect((await connection.access()).headers).toEqual({ Authorization: 'Bearer found' });
});

test('a plugin that is not there', async () => {
  const extra = { command: 'no-such-plugin', installHint: 'Install it from somewhere.\nIndeed.' };
  await expect((await plugin('', extra)).access()).rejects.toMatchObject({
    code: 'credential-plugin',
    message: expect.stringContaining('"no-such-plugin" (context "west", server https://west:1) was not found'),
    hint: 'Install it from somewhere.\nIndeed.',
  });
});
