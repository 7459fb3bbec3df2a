import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { certificateAuthority } from '../support/cluster/certificates.js';
import { writeKubeconfig } from '../support/cluster/kubeconfig.js';
import { hasTerminal, onTerminal, skupper, temporaryFolder, type Result } from '../support/program.js';

const folder = temporaryFolder();
const file = (name: string, text: string): string => {
  writeFileSync(folder.at(name), text, { mode: 0o755 });
  return folder.at(name);
};
const authority = certificateAuthority('ca');
const identity = authority.issue('server');
const expired = authority.issue('expired', { from: new Date('2020-01-01'), to: new Date('2020-02-01') });
const files = {
  authority: file('ca.crt', authority.certificate),
  leaf: file('leaf.crt', identity.certificate),
  impostor: file('other.crt', certificateAuthority('other').certificate),
};
const LIST = JSON.stringify({ kind: 'MultiKeyListenerList', metadata: { resourceVersion: '1' }, items: [] });

interface Listening {
  url: string;
  tokens: (string | undefined)[];
  close(): void;
}
async function listen({ certificate, key }: { certificate: string; key: string }): Promise<Listening> {
  const tokens: (string | undefined)[] = [];
  const server: Server = createServer({ cert: certificate, key }, (request, response) => {
    tokens.push(request.headers.authorization);
    response.setHeader('Content-Type', 'application/json').end(LIST);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, tokens, close: () => server.close() };
}

let good: Listening;
let bad: Listening;
let names = 0;
beforeAll(async () => {
  [good, bad] = [await listen(identity), await listen(expired)];
});
afterAll(() => {
  good.close();
  bad.close();
  folder.remove();
});
beforeEach(() => {
  good.tokens.length = 0;
});

const kubeconfig = (parts: object, server = good.url): Promise<string> =>
  writeKubeconfig(folder.at(`kc${(names += 1)}`), { server, token: 'secret-token', ...parts });
const status = async (parts: object, env: Record<string, string> = {}, server = good.url): Promise<Result> =>
  skupper(['mkl', 'status', '-o', 'name'], { env: { ...env, KUBECONFIG: await kubeconfig(parts, server) } });

describe('what is verified comes from the kubeconfig alone', () => {
  test.each(['0', '1'])('NODE_TLS_REJECT_UNAUTHORIZED=%s: an impostor is sent nothing', async (value) => {
    const result = await status({ caFile: files.impostor }, { NODE_TLS_REJECT_UNAUTHORIZED: value });
    expect([result.status, result.stderr.split(':')[0], good.tokens]).toEqual([8, 'Error', []]);
    expect(result.stderr).toContain('cannot establish a trusted TLS connection');
  });

  test.each(['authority', 'leaf'] as const)('certificate-authority: the %s of the server', async (name) => {
    const result = await status({ caFile: files[name] });
    expect([result.status, result.stderr, good.tokens]).toEqual([0, '', ['Bearer secret-token']]);
  });

  test('a certificate-authority without a certificate is told before any request', async () => {
    const result = await status({ caFile: file('text.crt', 'no certificate\n') });
    expect(result.stderr).toContain('the certificate-authority contains no certificate in PEM');
    expect([result.status, good.tokens]).toEqual([8, []]);
  });

  test('no certificate-authority: the machine knows no such root', async () => {
    expect((await status({})).status).toBe(8);
  });

  test.each(['SSL_CERT_FILE', 'SSL_CERT_DIR'])('no certificate-authority: %s counts, as for Go', async (name) => {
    const roots = temporaryFolder();
    writeFileSync(roots.at('any-name'), authority.certificate);
    const result = await status({}, { [name]: name === 'SSL_CERT_DIR' ? roots.path : roots.at('any-name') });
    roots.remove();
    expect([result.status, result.stderr]).toEqual([0, '']);
  });

  test('an expired certificate is a failure of TLS, with its code', async () => {
    const result = await status({ caFile: files.authority }, {}, bad.url);
    expect(result.status).toBe(8);
    expect(result.stderr).toContain('CERT_HAS_EXPIRED');
  });

  test.each<[string, { certificate: string; key: string }, string, string]>([
    [
      'whose name stands in the subject only',
      authority.issue('localhost', undefined, { none: true }),
      'ALTNAME',
      'Check',
    ],
    [
      'whose key may only sign lists of revocations',
      authority.issue('crl', undefined, { keyUsage: 2 }),
      'INVALID_PURPOSE',
      'OpenSSL checks key usages',
    ],
  ])('a server certificate %s', async (_, own, code, hint) => {
    const server = await listen(own);
    const result = await status({ caFile: files.authority }, {}, server.url.replace('127.0.0.1', 'localhost'));
    server.close();
    expect([result.status, server.tokens]).toEqual([8, []]);
    expect(result.stderr).toContain(code);
    expect(result.stderr.split('\n')[1]).toContain(hint);
  });

  test('a client certificate with the key of another is told before any request', async () => {
    const own = authority.issue('me');
    const user = {
      'client-certificate-data': Buffer.from(own.certificate).toString('base64'),
      'client-key-data': Buffer.from(authority.issue('other').key).toString('base64'),
    };
    const result = await status({ caFile: files.authority, user });
    expect(result.stderr).toContain('the client certificate and the client key do not belong together');
    expect([result.status, good.tokens]).toEqual([8, []]);
  });
});

describe('credential plugins', () => {
  const credential = JSON.stringify({
    kind: 'ExecCredential',
    apiVersion: 'client.authentication.k8s.io/v1',
    status: { token: 'from-plugin' },
  });
  const plugin = (name: string, lines: string): string => file(name, `#!/bin/sh\n${lines}\necho '${credential}'\n`);
  const user = (command: string, extra: object = {}): object => ({
    exec: { apiVersion: 'client.authentication.k8s.io/v1', command, interactiveMode: 'IfAvailable', ...extra },
  });

  test('one that leaves a helper behind has ended when it and its stdout have', async () => {
    const helper = plugin('helper', 'sleep 300 >/dev/null &');
    const result = await status({ caFile: files.authority, user: user(helper) });
    expect([result.status, good.tokens]).toEqual([0, ['Bearer from-plugin']]);
  });

  test('one is told of the cluster what client-go tells: the bytes of the authority also from a file', async () => {
    const told = folder.at('told.json');
    const asks = plugin('asks', `printf %s "$KUBERNETES_EXEC_INFO" > ${told}`);
    await status({ caFile: files.authority, user: user(asks, { provideClusterInfo: true }) });
    const { spec } = JSON.parse(readFileSync(told, 'utf8')) as { spec: object };
    expect(spec).toEqual({
      interactive: false,
      cluster: {
        server: good.url,
        'certificate-authority-data': Buffer.from(authority.certificate).toString('base64'),
      },
    });
  });

  test('without a terminal one that must talk to a person fails', async () => {
    const always = user(plugin('always', 'read -r word'), { interactiveMode: 'Always' });
    expect((await status({ caFile: files.authority, user: always })).status).toBe(4);
  });

  const perhaps = hasTerminal() ? test : test.skip;
  perhaps('on a terminal one shows what it has to say', async () => {
    const device = plugin('device', 'echo "enter the code ABCD-1234" >&2');
    const KUBECONFIG = await kubeconfig({ caFile: files.authority, user: user(device) });
    const { screen, status: exit } = await onTerminal(['mkl', 'status'], { env: { KUBECONFIG } });
    expect(screen).toContain('enter the code ABCD-1234');
    expect([exit, new Set(good.tokens)]).toEqual([0, new Set(['Bearer from-plugin'])]);
  });
});
