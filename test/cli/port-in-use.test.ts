import { createServer, type AddressInfo, type Server } from 'node:net';

import { newSite, type Site } from './site.js';

/** What Skupper leaves in runtime/resources on linux, whatever traffic flows. */
const STATUS = `status:
  conditions:
  - lastTransitionTime: "2026-11-23T00:34:11Z"
    message: OK
    reason: Ready
    status: "True"
    type: Configured
  message: Not Operational
  status: Pending
`;

function manifest(port: number, key = 'east'): string {
  return `apiVersion: skupper.io/v2alpha1
kind: MultiKeyListener
metadata:
  name: web
  namespace: default
spec:
  host: 0.0.0.0
  port: ${port}
  strategy:
    weighted:
      routingKeys:
        ${key}: 1
`;
}

describe('another program listens on the port', () => {
  let site: Site;
  let other: Server;
  let port: number;
  beforeEach(async () => {
    site = newSite();
    other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '0.0.0.0', resolve));
    ({ port } = other.address() as AddressInfo);
  });
  afterEach(async () => {
    site.remove();
    await new Promise((resolve) => other.close(resolve));
  });
  const put = (applied: string, wanted = applied): void => {
    site.put(wanted, 'input', 'resources', 'MultiKeyListener-web.yaml');
    site.put(applied + STATUS, 'runtime', 'resources', 'MultiKeyListener-web.yaml');
    site.put(applied, 'internal', 'snapshot', 'MultiKeyListener-web.yaml');
  };

  test.each(['linux', 'podman', 'docker'])(
    '%s: what is applied is Unknown while the router cannot be queried, never Ready',
    async (name) => {
      put(manifest(port));
      const run = (...args: string[]): ReturnType<Site['run']> => site.run(['mkl', ...args, '-p', name]);
      const [status, inspect, wait] = await Promise.all([
        run('status', '--exit-code'),
        run('inspect', 'web'),
        run('wait', 'web', '--for', 'ready', '--timeout', '1s'),
      ]);
      expect(status).toMatchObject({ status: 7, stdout: expect.stringMatching(/^web +Unknown /m) });
      expect(inspect.stdout).toMatch(/^web: unknown: the router cannot be queried: the site has not been started yet/);
      expect(inspect.stdout).toContain(`(a program listens on 0.0.0.0:${port})`);
      expect(inspect.stdout).not.toContain('port-in-use');
      expect(wait).toMatchObject({ status: 6, stdout: '' });
    },
  );

  test('a change that is not applied yet is Pending, and says what to run', async () => {
    put(manifest(port, 'west'), manifest(port));
    site.put(
      manifest(port, 'west') + STATUS.replace('Pending', 'Ready'),
      'runtime',
      'resources',
      'MultiKeyListener-web.yaml',
    );
    const [status, inspect, wait] = await Promise.all([
      site.run(['mkl', 'status', '-o', 'wide']),
      site.run(['mkl', 'inspect', 'web']),
      site.run(['mkl', 'wait', 'web', '--for', 'ready', '--timeout', '1s']),
    ]);
    expect(status.stdout).toMatch(/^web +Pending .*not applied yet; run skupper system reload/m);
    expect(inspect.stdout).toMatch(/^web: unknown: not applied yet; run skupper system reload\n/);
    expect(wait.status).not.toBe(0);
    expect(wait.stdout).toBe('');
  });

  test.each(['0.0.0.0', '127.0.0.1', 'localhost'])('create on the taken port of %s warns', async (host) => {
    const args = ['mkl', 'create', 'db', String(port), '--weighted', 'east=1', '--host', host];
    const { status, stderr, stdout } = await site.run(args);
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'multikeylistener/db created\n' });
    expect(stderr).toContain(`Warning: Another program already listens on ${host}:${port}`);
  });

  test('an update of what is applied there does not warn', async () => {
    put(manifest(port));
    const { status, stderr } = await site.run(['mkl', 'update', 'web', '--host', '127.0.0.1']);
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(stderr).not.toContain('Another program');
  });
});
