import { writeFileSync } from 'node:fs';
import type { Agent } from 'node:http';
import { connect } from '../../src/store/kubernetes/kubeconfig/config.js';
import type { StoreOptions } from '../../src/store/store.js';
import { certificateAuthority } from '../support/cluster/certificates.js';
import { temporaryFolder } from '../support/program.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const put = (name: string, text: string | Buffer): string => {
  writeFileSync(folder.at(name), text);
  return folder.at(name);
};
const open = (options: Partial<StoreOptions>): ReturnType<typeof connect> =>
  connect({ platform: 'kubernetes', requestTimeoutMs: 60_000, env: {}, ...options }, folder.at('no-pod'));

test.each([
  ['https://[fe80::1%25eth0]:6443', '[fe80::1]:6443', 'fe80::1%eth0'],
  ['https://[::1]:6443', '[::1]:6443', undefined],
  ['http://api.example.test', 'api.example.test', undefined],
])('the server %s', async (server, host, connectTo) => {
  const config = {
    'current-context': 'a',
    contexts: [{ name: 'a', context: { cluster: 'c' } }],
    clusters: [{ name: 'c', cluster: { server } }],
  };
  const connection = await open({ kubeconfig: put('server', JSON.stringify(config)) });
  const { agent } = await connection.access();
  expect([connection.server.host, (agent as Agent & { options: { host?: string } }).options.host]).toEqual([
    host,
    connectTo,
  ]);
});

describe('files that name nothing, and files as clientcmd reads them', () => {
  const good = JSON.stringify({
    'current-context': 'a',
    contexts: [{ name: 'a', context: { cluster: 'c', namespace: 'west' } }],
    clusters: [{ name: 'c', cluster: { server: 'https://one' } }],
  });

  test.each([
    ['empty', ''],
    ['only a comment', '# nothing\n'],
  ])('one that is %s: alone it has no context, beside others it is passed over', async (_, text) => {
    const file = put('bad', text);
    await expect(open({ kubeconfig: file })).rejects.toMatchObject({ code: 'context-unknown' });
    const other = put('good', good);
    for (const files of [`${file}:${other}`, `${other}:${file}`, `/dev/null:${other}`]) {
      const { context, namespace } = await open({ env: { KUBECONFIG: files } });
      expect([context, namespace]).toEqual(['a', 'west']);
    }
  });

  test.each<[string, string | Buffer]>([
    ['a key given twice: the last wins', good.replace('"namespace":"west"', '"namespace":"east","namespace":"west"')],
    ['an end of document after it', `---\n${good}\n---\n`],
    ['another document after it', `${good}\n---\ncurrent-context: b\n`],
    ['a broken document after it', `${good}\n---\n{ unclosed\n`],
    ['another JSON object after it', `${good}\n{"current-context": "b"}\n`],
    ['a byte order mark', `\ufeff${good}`],
    ['null in place of a list', good.replace('{', '{"users": null, ')],
    ['fields that nobody knows', good.replace('{', '{"preferences": {}, "x": [1], ')],
    ['such fields below others', good.replace('"server":', '"nested":{"token":1,"server":[]},"server":')],
    ['lists with null', good.replace('{', '{"users": [null, {"name":"u","user":{"as-groups":[null]}}], ')],
    ['UTF-16, little endian', Buffer.from(`\ufeff${good}`, 'utf16le')],
    ['UTF-16, big endian', Buffer.from(`\ufeff${good}`, 'utf16le').swap16()],
  ])('%s', async (_, text) => {
    const { context, namespace } = await open({ kubeconfig: put('odd', text) });
    expect([context, namespace]).toEqual(['a', 'west']);
  });
});

describe('what clientcmd refuses', () => {
  const cluster = { server: 'https://one' };
  const plugin = { command: 'x', apiVersion: 'client.authentication.k8s.io/v1', interactiveMode: 'Never' };
  const make = (extra: object, use: object = cluster, user: object = {}): string =>
    JSON.stringify({
      'current-context': 'a',
      contexts: [{ name: 'a', context: { cluster: 'c', user: 'u' } }],
      clusters: [{ name: 'c', cluster: use }],
      users: [{ name: 'u', user }],
      ...extra,
    });

  test.each<[string, string | Buffer]>([
    ['its kind is not Config', make({ kind: 'Pod' })],
    ['its apiVersion is not v1', make({ apiVersion: 'v2' })],
    ['users is not a list', make({ users: {} })],
    ['clusters[0] is not a mapping', make({ clusters: ['x'] })],
    ['clusters[0].cluster is not a mapping', make({ clusters: [{ name: 'c', cluster: 'x' }] })],
    ['clusters[1].name is already used by another entry', make({ clusters: [{ name: 'c' }, { name: 'c' }] })],
    ['users[0].user.token is not a string', make({}, cluster, { token: 123 })],
    ['users[0].user.token is not a string', make({}).replace('"user":{}', '"user":{"token": 0123}')],
    ['clusters[0].cluster.insecure-skip-tls-verify', make({}, { ...cluster, 'insecure-skip-tls-verify': 'true' })],
    [
      'clusters[0].cluster.certificate-authority-data is not valid base64',
      make({}, { ...cluster, 'certificate-authority-data': 'Zm9' }),
    ],
    [
      'insecure-skip-tls-verify is set although a certificate-authority is given',
      make({}, { ...cluster, 'insecure-skip-tls-verify': true, 'certificate-authority': 'ca.crt' }),
    ],
    [
      'certificate-authority and certificate-authority-data are both given',
      make({}, { ...cluster, 'certificate-authority': 'ca.crt', 'certificate-authority-data': 'Zm9v' }),
    ],
    ['client-certificate is given without client-key', make({}, cluster, { 'client-certificate': 'c.crt' })],
    ['token and username are both given', make({}, cluster, { token: 't', username: 'u' })],
    ['exec has no command', make({}, cluster, { exec: {} })],
    ['exec has no apiVersion', make({}, cluster, { exec: { command: 'x' } })],
    ['exec has no interactiveMode', make({}, cluster, { exec: { ...plugin, interactiveMode: undefined } })],
    ['exec.interactiveMode is not', make({}, cluster, { exec: { ...plugin, interactiveMode: 'Sometimes' } })],
    ['exec.apiVersion is not', make({}, cluster, { exec: { ...plugin, apiVersion: 'a/v1' } })],
    ['users[0].user.exec.args[0] is not a string', make({}, cluster, { exec: { ...plugin, args: [1] } })],
    ['users[0].user.exec.env is not a list', make({}, cluster, { exec: { ...plugin, env: { A: 'b' } } })],
    ['users[0].user.as-groups is not a list', make({}, cluster, { as: 'me', 'as-groups': 'dev' })],
    ['users[0].user.as-user-extra.a is not a list', make({}, cluster, { as: 'me', 'as-user-extra': { a: 'b' } })],
    ['clusters[0].cluster.extensions is not a list', make({}, { ...cluster, extensions: { a: 1 } })],
    ['it is not valid UTF-8', Buffer.concat([Buffer.from(make({})), Buffer.from('# \u00fc', 'latin1')])],
    ['exec.env has a variable without', make({}, cluster, { exec: { ...plugin, env: [{ value: 'x' }] } })],
    ['user.exec is not a mapping', make({}, cluster, { exec: 'x' })],
    ['token and username', make({}, cluster, { tokenFile: 'x', username: 'me' })],
    ['current-context is not a string', JSON.stringify({ 'current-context': 1 })],
    ['exec and auth-provider are both given', make({}, cluster, { exec: { command: 'x' }, 'auth-provider': {} })],
    ['is given without as', make({}, cluster, { 'as-groups': ['dev'] })],
  ])('%s', async (why, text) => {
    await expect(open({ kubeconfig: put('bad', text) })).rejects.toMatchObject({
      code: 'kubeconfig-invalid',
      message: expect.stringContaining(why),
    });
  });

  test.each(['yes', 'On', 'true'])('insecure-skip-tls-verify: %s is true, as YAML 1.1 has it', async (word) => {
    const text = `clusters: [{name: c, cluster: {server: "https://one", insecure-skip-tls-verify: ${word}}}]
contexts: [{name: a, context: {cluster: c}}]
current-context: a
`;
    const { agent } = await (await open({ kubeconfig: put('yes', text) })).access();
    expect(agent).toMatchObject({ options: { rejectUnauthorized: false } });
  });

  test('a folder, or a file below a file, in KUBECONFIG is no missing file', async () => {
    const good = put('good', make({}));
    for (const bad of [folder.path, `${good}/x`])
      await expect(open({ env: { KUBECONFIG: `${good}:${bad}` } })).rejects.toMatchObject({
        code: 'kubeconfig-invalid',
        message: expect.stringContaining(bad),
      });
  });

  test('--context with nothing means the current one', async () => {
    expect((await open({ kubeconfig: put('good', make({})), context: '' })).context).toBe('a');
  });

  test('a server without a scheme is one of https where certificates are given, else of http', async () => {
    const plain = await open({ kubeconfig: put('plain', make({}, { server: 'west:1' })) });
    const skipped = { server: 'west:1', 'insecure-skip-tls-verify': true };
    const encrypted = await open({ kubeconfig: put('encrypted', make({}, skipped)) });
    expect([plain.address, encrypted.address]).toEqual(['http://west:1', 'https://west:1']);
  });

  test('credentials are not sent over a line that others can read', async () => {
    const user = { token: 'secret', as: 'somebody' };
    const far = await open({ kubeconfig: put('far', make({}, { server: 'http://west:1' }, user)) });
    expect((await far.access()).headers).toEqual({});
    expect(far.credentialTrouble).toEqual({ of: 'plain http', why: 'no credentials are sent over http' });
    const near = await open({ kubeconfig: put('near', make({}, { server: 'http://[::1]:1' }, user)) });
    expect((await near.access()).headers).toMatchObject({ Authorization: 'Bearer secret' });
  });

  test('a token counts before a plugin, and where its file is missing or empty', async () => {
    const empty = put('empty', '\n');
    for (const user of [
      { token: 't', exec: { ...plugin, command: 'no-such-program' } },
      { token: 't', tokenFile: 'missing' },
      { token: 't', tokenFile: empty },
      { password: 'without a name', tokenFile: put('token', 't') },
    ]) {
      const connection = await open({ kubeconfig: put('good', make({}, cluster, user)) });
      expect((await connection.access()).headers).toEqual({ Authorization: 'Bearer t' });
    }
    const alone = await open({ kubeconfig: put('alone', make({}, cluster, { tokenFile: empty })) });
    await expect(alone.access()).rejects.toMatchObject({ message: expect.stringContaining('is empty') });
  });

  test('keys without a certificate are ignored, and an unknown auth-provider is an error beside a token too', async () => {
    const keys = { token: 't', 'client-key': 'missing', 'client-key-data': 'S0VZ' };
    const connection = await open({ kubeconfig: put('keys', make({}, cluster, keys)) });
    expect((await connection.access()).headers).toEqual({ Authorization: 'Bearer t' });
    const user = { token: 't', 'auth-provider': { name: 'no-such' } };
    const unknown = await open({ kubeconfig: put('provider', make({}, cluster, user)) });
    await expect(unknown.access()).rejects.toMatchObject({
      code: 'kubeconfig-invalid',
      message: expect.stringContaining('there is no auth-provider "no-such"'),
    });
  });

  test('a client certificate counts before a plugin', async () => {
    const { certificate, key } = certificateAuthority('client');
    const pair = { 'client-certificate': put('crt', certificate), 'client-key': put('key', key) };
    const user = { ...pair, exec: { ...plugin, command: 'no-such-program' } };
    const connection = await open({ kubeconfig: put('good', make({}, cluster, user)) });
    expect((await connection.access()).headers).toEqual({});
  });

  test.each([
    [
      'a name without a password',
      { username: 'me' },
      { Authorization: `Basic ${Buffer.from('me:').toString('base64')}` },
    ],
    ['a token with other letters', { token: 't\u00f6k' }, { Authorization: 'Bearer t\u00c3\u00b6k' }],
    ['a parenthesis', { as: 'me', 'as-user-extra': { 'a(b)': ['x'] } }, { 'Impersonate-Extra-a%28b%29': ['x'] }],
  ])('%s in a header', async (_, user, headers) => {
    const connection = await open({ kubeconfig: put('good', make({}, cluster, user)) });
    expect((await connection.access()).headers).toMatchObject(headers);
  });

  test.each([
    ['ftp://proxy', 'not ftp'],
    ['proxy', 'is not valid'],
  ])('the proxy-url %s', async (url, why) => {
    const connection = await open({ kubeconfig: put('proxy', make({}, { ...cluster, 'proxy-url': url })) });
    const refused = { code: 'kubeconfig-invalid', message: expect.stringContaining(why) };
    await expect(connection.access()).rejects.toMatchObject(refused);
  });
});
