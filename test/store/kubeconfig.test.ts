import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect } from '../../src/store/kubernetes/kubeconfig/config.js';
import type { StoreOptions } from '../../src/store/store.js';
import { certificateAuthority } from '../support/cluster/certificates.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mkl-kubeconfig-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

type Entries = Record<string, Record<string, unknown>>;

/** Writes a kubeconfig; JSON is YAML too. */
async function config(
  name: string,
  parts: { contexts?: Entries; clusters?: Entries; users?: Entries; current?: string },
): Promise<string> {
  const list = (entries: Entries = {}, key: string): object[] =>
    Object.entries(entries).map(([each, value]) => ({ name: each, [key]: value }));
  const whole = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': parts.current,
    contexts: list(parts.contexts, 'context'),
    clusters: list(parts.clusters, 'cluster'),
    users: list(parts.users, 'user'),
  };
  return put(name, JSON.stringify(whole));
}

async function put(name: string, text: string): Promise<string> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
  return file;
}

const open = (
  options: Partial<StoreOptions>,
  serviceAccount = path.join(folder, 'no-pod'),
): ReturnType<typeof connect> =>
  connect({ platform: 'kubernetes', requestTimeoutMs: 60_000, env: {}, ...options }, serviceAccount);

const simple = (name: string, server: string, namespace?: string): Parameters<typeof config>[1] => ({
  current: name,
  contexts: { [name]: { cluster: name, user: name, namespace } },
  clusters: { [name]: { server } },
  users: { [name]: { token: `token-of-${name}` } },
});

describe('which file', () => {
  test('the flag, else KUBECONFIG, else the one at home', async () => {
    const flag = await config('flag', simple('flag', 'https://flag:1'));
    const listed = await config('listed', simple('listed', 'https://listed:1'));
    await config('home/.kube/config', simple('home', 'https://home:1'));
    const home = { HOME: path.join(folder, 'home') };
    expect((await open({ kubeconfig: flag, env: { ...home, KUBECONFIG: listed } })).context).toBe('flag');
    expect((await open({ env: { ...home, KUBECONFIG: listed } })).context).toBe('listed');
    expect((await open({ env: { ...home, KUBECONFIG: '' } })).context).toBe('home');
    expect((await open({ env: { USERPROFILE: home.HOME } })).context).toBe('home');
  });

  test('KUBECONFIG with several: what is defined first wins, missing ones are skipped', async () => {
    const one = await config('one', { ...simple('a', 'https://one:1', 'ns-one'), users: {} });
    const two = await config('two', {
      ...simple('a', 'https://two:1', 'ns-two'),
      contexts: { a: { cluster: 'a', user: 'a' }, b: { cluster: 'b', user: 'a' } },
      clusters: { a: { server: 'https://two:1' }, b: { server: 'https://b:1' } },
      current: 'b',
    });
    const env = { KUBECONFIG: ['', path.join(folder, 'missing'), one, two].join(path.delimiter) };
    const first = await open({ env });
    expect([first.context, first.namespace, first.server.host]).toEqual(['a', 'ns-one', 'one:1']);
    expect((await first.access()).headers.Authorization).toBe('Bearer token-of-a');
    expect((await open({ env, context: 'b' })).server.host).toBe('b:1');
  });

  test('none at all, or none of those named', async () => {
    await expect(open({})).rejects.toMatchObject({ code: 'kubeconfig-missing' });
    await expect(open({ env: { HOME: folder } })).rejects.toMatchObject({ code: 'kubeconfig-missing' });
    const gone = path.join(folder, 'gone');
    const named = { code: 'kubeconfig-missing', message: expect.stringContaining(gone) };
    await expect(open({ kubeconfig: gone, env: { HOME: folder } })).rejects.toMatchObject(named);
    await expect(open({ env: { KUBECONFIG: gone } })).rejects.toMatchObject(named);
    await expect(open({ kubeconfig: folder })).rejects.toMatchObject({ code: 'kubeconfig-missing' });
  });

  test.each([
    ['words', 'just words'],
    ['a list', '- a\n- b\n'],
    ['not YAML', '{ "a": [ unclosed'],
    ['binary', '\u0000\u0001\u0002'],
  ])('a file that is %s', async (_, text) => {
    const file = await put('bad', text);
    const failure = { code: 'kubeconfig-invalid', message: expect.stringContaining(file) };
    await expect(open({ kubeconfig: file })).rejects.toMatchObject(failure);
  });
});

describe('which context and namespace', () => {
  test('flag before file, and default', async () => {
    const kubeconfig = await config('c', simple('west', 'https://west:1', 'shop'));
    expect((await open({ kubeconfig })).namespace).toBe('shop');
    expect((await open({ kubeconfig, namespace: 'other' })).namespace).toBe('other');
    const without = await config('d', simple('west', 'https://west:1'));
    expect((await open({ kubeconfig: without })).namespace).toBe('default');
  });

  test('an unknown one: which there are', async () => {
    const kubeconfig = await config('c', simple('west', 'https://west:1'));
    await expect(open({ kubeconfig, context: 'east' })).rejects.toMatchObject({
      code: 'context-unknown',
      message: expect.stringContaining(kubeconfig),
      hint: expect.stringContaining('west'),
    });
  });

  test('none chosen; one without a cluster, a server or its user; a server that is no URL', async () => {
    const whole = simple('west', 'https://west:1');
    const broken: [string, Parameters<typeof config>[1]][] = [
      ['context-unknown', { ...whole, current: undefined }],
      ['context-unknown', { ...whole, clusters: {} }],
      ['context-unknown', { ...whole, clusters: { west: {} } }],
      ['context-unknown', { ...whole, contexts: { west: { user: 'west' } } }],
      ['context-unknown', { ...whole, users: {} }],
      ['context-unknown', {}],
      ['kubeconfig-invalid', { ...whole, clusters: { west: { server: 'ftp://x' } } }],
      ['kubeconfig-invalid', { ...whole, clusters: { west: { server: 'west/path' } } }],
    ];
    for (const [index, [code, parts]] of broken.entries()) {
      const kubeconfig = await config(`c${index}`, parts);
      await expect(open({ kubeconfig })).rejects.toMatchObject({ code });
    }
  });
});

describe('credentials', () => {
  const withUser = async (
    user: Record<string, unknown>,
    cluster: Record<string, unknown> = {},
    options: Partial<StoreOptions> = {},
  ): ReturnType<typeof open> => {
    const whole = simple('west', 'https://west:1');
    const clusters = { west: { server: 'https://west:1', ...cluster } };
    return open({ kubeconfig: await config('c', { ...whole, clusters, users: { west: user } }), ...options });
  };
  const headers = async (user: Record<string, unknown>): Promise<Record<string, string | string[]>> =>
    (await (await withUser(user)).access()).headers;

  test('token, token file, password, nobody', async () => {
    await put('token', 'from-file\n');
    expect(await headers({ token: 'abc' })).toEqual({ Authorization: 'Bearer abc' });
    expect(await headers({ tokenFile: 'token', token: 'inline' })).toEqual({ Authorization: 'Bearer from-file' });
    expect(await headers({ username: 'u', password: 'p' })).toEqual({
      Authorization: `Basic ${Buffer.from('u:p').toString('base64')}`,
    });
    expect(await headers({})).toEqual({});
    expect(await headers({ token: 'abc', as: 'jane' })).toEqual({
      Authorization: 'Bearer abc',
      'Impersonate-User': 'jane',
    });
    const whom = {
      as: 'jane',
      'as-uid': 'u1',
      'as-groups': ['dev', 'ops'],
      'as-user-extra': { 'example.org/team': ['a', 'b'] },
    };
    expect(await headers({ token: 'abc', ...whom })).toEqual({
      Authorization: 'Bearer abc',
      'Impersonate-User': 'jane',
      'Impersonate-Uid': ['u1'],
      'Impersonate-Group': ['dev', 'ops'],
      'Impersonate-Extra-example.org%2Fteam': ['a', 'b'],
    });
    // Each flag replaces its own field. A server reads the bytes of a header as UTF-8.
    const { headers: flags } = await (await withUser(whom, {}, { as: 'jörg', asGroups: ['x'] })).access();
    expect(flags).toMatchObject({ 'Impersonate-User': 'j\u00c3\u00b6rg', 'Impersonate-Group': ['x'] });
    expect(flags).toMatchObject({ 'Impersonate-Uid': ['u1'] });
  });

  test('a password in the server’s URL is not shown', async () => {
    const withPassword = 'https://jane:s3cret@west:1/api/';
    const { address } = await open({ kubeconfig: await config('c', simple('west', withPassword)) });
    expect(address).toBe('https://west:1/api');
    const failure = open({ kubeconfig: await config('c', simple('west', 'htps://jane:s3cret@west:1')) });
    await expect(failure).rejects.toMatchObject({ message: expect.not.stringContaining('s3cret') });
  });

  test('files that are not there', async () => {
    const missing = { code: 'kubeconfig-invalid', message: expect.stringContaining('missing.pem') };
    await expect((await withUser({ tokenFile: 'missing.pem' })).access()).rejects.toMatchObject(missing);
    await expect(
      (await withUser({ 'client-certificate': 'missing.pem', 'client-key': 'missing.pem' })).access(),
    ).rejects.toMatchObject(missing);
    await expect((await withUser({}, { 'certificate-authority': 'missing.pem' })).access()).rejects.toMatchObject(
      missing,
    );
  });

  test('the certificate authority counts without a user too', async () => {
    const { certificate } = certificateAuthority('the authority');
    await put('ca.pem', certificate);
    const whole = simple('west', 'https://west:1');
    const clusters = { west: { server: 'https://west:1', 'certificate-authority': 'ca.pem' } };
    const kubeconfig = await config('c', { ...whole, clusters, contexts: { west: { cluster: 'west' } } });
    const { agent } = await (await open({ kubeconfig })).access();
    expect((agent as unknown as { options: { ca: string[] } }).options.ca).toEqual([certificate]);
  });

  test('a pod has its service account', async () => {
    await put('pod/token', 'pod-token');
    await put('pod/namespace', 'pod-namespace\n');
    await put('pod/ca.crt', certificateAuthority('pod').certificate);
    const pod = path.join(folder, 'pod');
    const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' };
    const connection = await open({ env }, pod);
    expect([connection.context, connection.namespace, connection.server.hostname]).toEqual([
      'in-cluster',
      'pod-namespace',
      '[fd00::1]',
    ]);
    expect((await connection.access()).headers).toEqual({ Authorization: 'Bearer pod-token' });
    expect((await open({ env, namespace: 'mine' }, pod)).namespace).toBe('mine');
    await expect(open({ env, context: 'west' }, pod)).rejects.toMatchObject({ code: 'context-unknown' });
    await expect(open({}, pod)).rejects.toMatchObject({ code: 'kubeconfig-missing' });
    // As in kubectl, also beside kubeconfigs that do not exist or choose no context.
    const without = await config('without', { ...simple('west', 'https://west:1'), current: '' });
    for (const KUBECONFIG of [await put('empty', ''), without, '/nowhere'])
      expect((await open({ env: { ...env, KUBECONFIG } }, pod)).context).toBe('in-cluster');
    expect((await open({ env, kubeconfig: without }, pod)).context).toBe('in-cluster');
    expect((await open({ env, kubeconfig: without, context: 'west' }, pod)).context).toBe('west');
  });
});
