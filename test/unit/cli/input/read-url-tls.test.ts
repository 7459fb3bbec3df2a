import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { writeFileSync } from 'node:fs';
import { readText } from '../../../../src/cli/input/read-text.js';
import type { Io } from '../../../../src/cli/terminal/io.js';
import { temporaryFolder } from '../../../support/program.js';
import { inGroup } from '../../../support/tls/cell.js';
import { alternativeNames } from '../../../support/tls/extensions.js';
import { authority, leaf, other, root, SIGNS } from '../../../support/tls/pki.js';
import { proxyTo } from '../../../support/tls/tls-server.js';

/** kubectl reads `-f URL` with the machine's roots, as Go finds them, directly and behind each kind of proxy. */
describe('a URL over TLS', () => {
  const folder = temporaryFolder();
  const names = { extensions: [alternativeNames('DNS:files.test', 'DNS:localhost', 'IP:127.0.0.1')] };
  const identity = leaf(root, names);
  const closers: (() => void)[] = [];
  let server: Server;
  let port = 0;
  let asked = 0;

  beforeAll(async () => {
    writeFileSync(folder.at('root'), root.certificate);
    writeFileSync(folder.at('other'), other.certificate);
    server = createServer({ cert: identity.certificate, key: identity.key }, (_, response) => {
      asked += 1;
      response.end('a: 1\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  beforeEach(() => (asked = 0));
  afterAll(() => {
    server.close();
    for (const close of closers) close();
    folder.remove();
  });

  const read = (host: string, roots: string, env: Record<string, string> = {}): Promise<object> =>
    readText(
      { name: `https://${host}/a.yaml`, named: true, url: true },
      { env: { SSL_CERT_FILE: folder.at(roots), SSL_CERT_DIR: folder.at('none'), ...env } } as unknown as Io,
      new AbortController().signal,
    );

  test.each(['localhost', '127.0.0.1'])('%s, with its root and with another', async (host) => {
    expect(await read(`${host}:${port}`, 'root')).toEqual({ text: 'a: 1\n' });
    expect(await read(`${host}:${port}`, 'other')).toEqual({ why: expect.stringContaining('issuer') });
    expect(asked).toBe(1);
  });

  test('a root that is no authority, which OpenSSL accepts', async () => {
    const issuer = authority('Issuer', { extensions: [SIGNS] });
    const below = leaf(issuer, names);
    writeFileSync(folder.at('issuer'), issuer.certificate);
    const impostor = createServer({ cert: below.certificate, key: below.key });
    closers.push(() => impostor.close());
    await new Promise<void>((resolve) => impostor.listen(0, '127.0.0.1', resolve));
    expect(await read(`localhost:${(impostor.address() as AddressInfo).port}`, 'issuer')).toEqual({
      why: expect.stringContaining('is not a certificate authority'),
    });
  });

  test.each(['http', 'https', 'socks5'] as const)('through a proxy over %s', async (proxy) => {
    const [cell] = inGroup('', [{ name: '', chain: '', key: '', proxy, proxyIdentity: identity }]);
    const through = await proxyTo(cell!, port);
    closers.push(() => through.close());
    const env = { HTTPS_PROXY: through.url };
    expect(await read('files.test', 'root', env)).toEqual({ text: 'a: 1\n' });
    expect(await read('files.test', 'other', env)).toEqual({ why: expect.stringContaining('issuer') });
    expect(await read('another.test', 'root', env)).toEqual({ why: expect.stringContaining('not for another.test') });
    expect(asked).toBe(1);
  });
});
