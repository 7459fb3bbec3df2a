import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describeWith, sharedControlPlane } from '../support/cluster/e2e.js';
import { FaultyProxy } from '../support/faults/faulty-proxy.js';
import { skupper, type Result } from '../support/program.js';
import { report, tries, type Row } from '../support/verdict/reliability.js';

const CONTEXT = 'far-away';
const SECRET = 'sEcReT-t0ken';
const TIMEOUT_MS = 2000;
const SLACK_MS = 15_000;

const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  status: ['status'],
  create: ['create', 'web', '8080', '--weighted', 'a=1', '--wait', 'none'],
  'status --watch': ['status', '--watch'],
};

const LAST_YEAR = { from: new Date(Date.now() - 400 * 86_400_000), to: new Date(Date.now() - 86_400_000) };
const EXPIRED_ON = LAST_YEAR.to.toISOString().slice(0, 10);

/** A credential plugin that is this script; `SECRET` in it stands for what must never be shown. */
const plugin = (script: string): object => ({
  exec: {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: process.execPath,
    args: ['-e', script],
    interactiveMode: 'Never',
  },
});
const credential = (status: object): string =>
  `console.log(JSON.stringify({ kind: 'ExecCredential', status: ${JSON.stringify(status)} }))`;

const plane = sharedControlPlane();

describeWith(plane)('credentials that are no good', () => {
  const rows: Row[] = [];
  let proxy: FaultyProxy;
  let strict: FaultyProxy;
  let namespace: string;

  beforeAll(async () => {
    if (!plane) return;
    namespace = await plane.newNamespace();
    proxy = await FaultyProxy.start(plane);
    strict = await FaultyProxy.start(plane, { clientCertificates: true });
  });
  afterAll(async () => {
    await proxy.stop();
    await strict.stop();
    report('network-credentials', ['credential', 'commands', 'exit status', 'says'], rows);
  });

  /** All the commands with this user; every one of them must fail so. */
  async function refused(what: string, user: object, through: FaultyProxy, exit: number, says: RegExp): Promise<void> {
    const parts = { namespace, context: CONTEXT, user: user as Record<string, unknown> };
    const kubeconfig = await through.kubeconfig(parts);
    const commands = Object.entries(COMMANDS).slice(0, tries(2, 3));
    for (const [name, args] of commands) {
      const began = Date.now();
      const words = ['mkl', ...args, '--request-timeout', `${TIMEOUT_MS}ms`, '--debug'];
      const { status, stdout, stderr } = await skupper(words, { env: { KUBECONFIG: kubeconfig } });
      expect({ name, status, stdout, stderr }).toEqual({
        name,
        status: exit,
        stdout: '',
        stderr: expect.stringMatching(says),
      });
      for (const part of [through.url, CONTEXT]) expect(stderr).toContain(part);
      expect(stderr).not.toContain(SECRET);
      expect(stderr).not.toContain('it is unknown whether');
      expect(Date.now() - began).toBeLessThan(2 * TIMEOUT_MS + SLACK_MS);
    }
    rows.push([what, commands.map(([name]) => name).join(', '), exit, says.source.replaceAll('\\', '')]);
  }

  test(
    'a plugin that fails',
    () =>
      refused(
        'exec plugin fails',
        plugin(`console.log('${SECRET}'); console.error('log in first'); process.exit(3)`),
        proxy,
        4,
        /failed with exit status 3: log in first/,
      ),
    60_000,
  );

  test(
    'a plugin that hangs',
    () => refused('exec plugin hangs', plugin('setInterval(() => {}, 1000)'), proxy, 4, /did not finish within 2 s/),
    60_000,
  );

  test(
    'a plugin that prints garbage',
    () =>
      refused('exec plugin prints garbage', plugin(`console.log('${SECRET}')`), proxy, 4, /printed no ExecCredential/),
    60_000,
  );

  test(
    'a plugin whose token has expired',
    () =>
      refused(
        'exec plugin returns an expired token',
        plugin(credential({ token: SECRET, expirationTimestamp: '2020-01-31T00:00:00Z' })),
        proxy,
        4,
        /token expired on 2020-01-31/,
      ),
    60_000,
  );

  test(
    'a token that the server does not know',
    () => refused('unknown token', { token: SECRET }, proxy, 4, /authentication failed/),
    60_000,
  );

  test(
    'a token that no header may hold',
    () => refused('token with a line feed', { token: `${SECRET}\n${SECRET}` }, proxy, 8, /cannot be used/),
    60_000,
  );

  test('a client certificate that has expired, at a server that looks at it in the handshake', async () => {
    const { certificate, key } = strict.identity('jane', LAST_YEAR);
    const base64 = (text: string): string => Buffer.from(text).toString('base64');
    const user = { 'client-certificate-data': base64(certificate), 'client-key-data': base64(key) };
    await refused(
      'expired client certificate, TLS',
      user,
      strict,
      4,
      new RegExp(`certificate expired on ${EXPIRED_ON}`),
    );
    // Where the handshake does not ask for one, whoever comes with it is anonymous and may do nothing.
    await refused(
      'expired client certificate, anonymous',
      user,
      proxy,
      4,
      new RegExp(`certificate expired on ${EXPIRED_ON}`),
    );
    expect(
      [...strict.seen, ...proxy.seen.filter(({ method }) => method !== 'GET')].flatMap(({ answers }) => answers),
    ).not.toContain(201);
  }, 60_000);

  test(
    'no client certificate where one is asked for',
    () => refused('no client certificate', { token: plane?.token }, strict, 4, /refused the client certificate/),
    60_000,
  );

  test('a proxy on the way that asks for a password: it and ours are not shown', async () => {
    const server = createServer();
    server.on('connect', (_request, socket) =>
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const proxyUrl = `http://jane:${SECRET}@127.0.0.1:${port}`;
    const kubeconfig = await proxy.kubeconfig({ namespace, context: CONTEXT, token: SECRET, proxyUrl });
    const all: Result[] = [];
    for (const args of [COMMANDS['status'] ?? [], COMMANDS['create'] ?? []])
      all.push(await skupper(['mkl', ...args, '--debug'], { env: { KUBECONFIG: kubeconfig } }));
    server.close();
    for (const { status, stdout, stderr } of all) {
      expect({ status, stdout, stderr }).toEqual({ status: 8, stdout: '', stderr: expect.stringContaining(CONTEXT) });
      expect(stderr).not.toContain(SECRET);
    }
    rows.push(['a proxy’s 407, its password in the kubeconfig', 'status, create', 8, 'never the password']);
  }, 60_000);
});
