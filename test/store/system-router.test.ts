import { impatiently } from '../support/router/impatient.js';
import { chmod, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { StoreEvent } from '../../src/store/store.js';
import { summarise } from '../../src/model/summary.js';
import { waitFor } from '../../src/operations/wait/wait.js';
import { certificateAuthority } from '../support/cluster/certificates.js';
import { SystemRouter, type SystemRouterOptions } from '../support/router/system-router.js';
import { BACKEND, applied, systemSite, type SystemSite } from '../support/system/system-site.js';

const FILE = 'MultiKeyListener-backend.yaml';
const CLIENT = ['runtime', 'certs', 'skupper-local-client'];
const signal = new AbortController().signal;
let site: SystemSite;
let router: SystemRouter | undefined;

beforeEach(async () => {
  site = await systemSite();
  await apply(BACKEND);
});
afterEach(async () => {
  await router?.stop();
  router = undefined;
  await site.remove();
});

async function apply(text: string): Promise<void> {
  await site.write(text, 'input', 'resources', FILE);
  await site.write(text, 'internal', 'snapshot', FILE);
  await site.write(applied(text), 'runtime', 'resources', FILE);
}

async function started(options: SystemRouterOptions = {}): Promise<SystemRouter> {
  router = await SystemRouter.start(site.home, options);
  router.double.hold('backend', '0.0.0.0', 9092, 'priority', { west: 1, east: 0 });
  return router;
}

/** The row of `status`, and whether its store lets the process end. */
async function row(platform?: string): Promise<{ state: string; message: string; reachable?: number }> {
  const store = await site.open(undefined, platform);
  try {
    const [resource] = await store.list({ router: true });
    const { state, message, reachable } = summarise(resource!);
    return { state, message, reachable };
  } finally {
    store.close();
  }
}

describe("the word of a site's router", () => {
  it.each(['linux', 'podman', 'docker'])('is Ready with the keys that it reaches, on %s', async (platform) => {
    const { double } = await started();
    double.serve('east', 2);
    expect(await row(platform)).toEqual({ state: 'Ready', message: 'OK', reachable: 1 });
  });

  it('is Pending while no key is reachable', async () => {
    await started();
    expect(await row()).toEqual({ state: 'Pending', message: 'no routing key is reachable', reachable: 0 });
  });

  it('is Pending while the router has other values, another port, or no such listener', async () => {
    const { double } = await started();
    double.serve('east', 1);
    double.hold('backend', '0.0.0.0', 9092, 'priority', { west: 0, east: 1 });
    expect(await row()).toMatchObject({ state: 'Pending', message: 'the router does not use the current spec yet' });
    double.hold('backend', '0.0.0.0', 9093, 'priority', { west: 1, east: 0 });
    expect(await row()).toMatchObject({ state: 'Pending', message: 'the router does not use the current spec yet' });
    double.drop('backend');
    expect(await row()).toMatchObject({ state: 'Pending', message: 'the router does not have the listener yet' });
  });

  it('is Error, in its own words, where it could not bind the port', async () => {
    const { double } = await started();
    double.serve('east', 1);
    Object.assign(double.entity('tcpListener', 'multiAddress/backend'), {
      operStatus: 'down',
      connectionMsg: 'Address already in use - listen on 0.0.0.0:9092',
    });
    expect(await row()).toMatchObject({
      state: 'Error',
      message: 'Address already in use - listen on 0.0.0.0:9092',
    });
  });

  it('is Pending where no router is running', async () => {
    const stopped = await started();
    await stopped.stop();
    expect(await row()).toEqual({ state: 'Pending', message: 'the router is not running', reachable: undefined });
  });

  it('is not asked for where nothing is applied, nor before a write', async () => {
    const { double } = await started();
    const store = await site.open();
    await store.get('backend');
    await rm(site.path('runtime', 'resources', FILE));
    expect(await row()).toMatchObject({ state: 'Pending', message: 'not applied yet; run skupper system reload' });
    expect(double.connections).toBe(0);
  });

  it('is asked for over one connection, however many commands of a store ask', async () => {
    const { double } = await started();
    double.serve('east', 1);
    const store = await site.open();
    const resource = await store.get('backend', { router: true });
    const facts = await store.facts(resource, { router: true });
    store.close();
    expect(facts.router).toMatchObject({ known: true, value: { routers: ['site-router-0'] } });
    expect(double.connections).toBe(1);
  });
});

describe('a router that cannot be asked leaves Unknown, with the reason', () => {
  const why = async (): Promise<string> => {
    const { state, message } = await row();
    expect(state).toBe('Unknown');
    return message;
  };

  it('a site that was never started', async () => {
    expect(await why()).toContain('the site has not been started yet');
  });

  it('no certificate, or one that cannot be read', async () => {
    await started();
    await rm(site.path(...CLIENT, 'tls.crt'));
    expect(await why()).toMatch(/tls\.crt does not exist/);
    await writeFile(site.path(...CLIENT, 'tls.crt'), 'no certificate');
    expect(await why()).toContain('its client certificate or key cannot be read');
    if (process.getuid?.() === 0) return;
    await chmod(site.path(...CLIENT, 'tls.crt'), 0);
    expect(await why()).toContain('permission denied');
  });

  it('a certificate that expired', async () => {
    const validity = { from: new Date('2026-01-01'), to: new Date('2026-01-31') };
    await started({ validity });
    expect(await why()).toContain('its client certificate expired on 2026-01-31');
  });

  it('the key of another certificate', async () => {
    await started();
    await writeFile(site.path(...CLIENT, 'tls.key'), certificateAuthority('other').key);
    expect(await why()).toContain('do not belong together');
  });

  it('a router of another authority, also with NODE_TLS_REJECT_UNAUTHORIZED=0', async () => {
    await started();
    await writeFile(site.path(...CLIENT, 'ca.crt'), certificateAuthority('other').certificate);
    expect(await why()).toContain('cannot establish a TLS connection');
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      expect(await why()).toContain('cannot establish a TLS connection');
    } finally {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    }
  });

  it('an authority that is no certificate', async () => {
    await started();
    await writeFile(site.path(...CLIENT, 'ca.crt'), 'no certificate');
    expect(await why()).toContain('its certificate authority cannot be read');
  });

  it('a client of another authority', async () => {
    await started();
    const other = certificateAuthority('other');
    const client = other.issue('skupper-local-client');
    await writeFile(site.path(...CLIENT, 'tls.crt'), client.certificate);
    await writeFile(site.path(...CLIENT, 'tls.key'), client.key);
    expect(await why()).toContain('the router cannot be queried');
  });

  it('a port that speaks no TLS', async () => {
    const { port } = await started();
    await router?.stop();
    const server = createServer((socket) =>
      socket.on('error', () => undefined).end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    );
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    expect(await why()).toContain('cannot establish a TLS connection');
    server.close();
  });

  it('a router that hangs, within its time, and then left alone for a while', async () => {
    const { double } = await started();
    double.fault = 'hang';
    const store = await site.open();
    const started_ = Date.now();
    await impatiently(() => store.list({ router: true }));
    await store.list({ router: true });
    store.close();
    expect(double.connections).toBe(1);
    expect(Date.now() - started_).toBeLessThan(20_000);
  });

  it('an access file without a port', async () => {
    await started();
    await site.write('spec:\n  roles: []\n', 'runtime', 'resources', 'RouterAccess-skupper-local.yaml');
    expect(await why()).toContain('contains no port');
  });
});

describe('a watch', () => {
  it('shows a key that is lost and one that comes, though no file changes, over one connection', async () => {
    const { double } = await started();
    double.serve('east', 1);
    double.serve('west', 1);
    const store = await site.open();
    const stop = new AbortController();
    const seen: (string | number | undefined)[] = [];
    for await (const event of store.watch({}, stop.signal) as AsyncIterable<StoreEvent>) {
      if (!('object' in event)) continue;
      seen.push(summarise(event.object).reachable);
      if (seen.length === 1) double.serve('east', 0);
      else if (seen.length === 2) double.serve('east', 3);
      else stop.abort();
    }
    store.close();
    expect(seen).toEqual([2, 1, 2]);
    expect(double.connections).toBe(1);
  });

  it('is no event where only counters moved', async () => {
    const { double } = await started();
    double.serve('east', 1);
    const store = await site.open();
    const first = await store.list({ router: true });
    double.give('backend', 'east', 100);
    expect(await store.list({ router: true })).toEqual(first);
    store.close();
  });

  it('ends a wait when the router is back and reaches the keys', async () => {
    const { double } = await started();
    await router?.stop();
    const store = await site.open();
    const waiting: string[] = [];
    const reached = waitFor(store, { names: ['backend'] }, [{ kind: 'ready' }, { kind: 'key', key: 'west' }], {
      timeoutMs: 60_000,
      signal,
      onWaiting: (reason) => void waiting.push(reason),
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    double.serve('west', 1);
    await router?.restart();
    expect((await reached).map(({ metadata }) => metadata.name)).toEqual(['backend']);
    store.close();
  });
});
