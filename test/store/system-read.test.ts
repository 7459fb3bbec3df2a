import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';

import {
  BACKEND,
  applied,
  change,
  code,
  listener,
  systemSite,
  type SystemSite,
} from '../support/system/system-site.js';

const FILE = ['input', 'resources', 'MultiKeyListener-backend.yaml'] as const;
const RUNTIME = ['runtime', 'resources', 'MultiKeyListener-backend.yaml'] as const;
const SNAPSHOT = ['internal', 'snapshot', 'MultiKeyListener-backend.yaml'] as const;

let site: SystemSite;
let store: Awaited<ReturnType<SystemSite['open']>>;

beforeEach(async () => {
  site = await systemSite();
  store = await site.open();
});
afterEach(() => site.remove());

describe('list', () => {
  test('is empty without a folder, sorted, and selects by label', async () => {
    expect(await store.list()).toEqual([]);
    for (const name of ['b', 'a', 'a-1']) await store.create(listener(name, {}, { labels: { app: name } }));
    expect((await store.list()).map((each) => each.metadata.name)).toEqual(['a', 'a-1', 'b']);
    expect((await store.list({ selector: 'app in (a,b)' })).map((each) => each.metadata.name)).toEqual(['a', 'b']);
  });

  test('reads all namespaces with a proper name', async () => {
    await (await site.open('two')).create(listener('x'));
    await store.create(listener('y'));
    await mkdir(join(site.home, 'namespaces', 'Not_One'));
    const all = await store.list({ allNamespaces: true });
    expect(all.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual(['default/y', 'two/x']);
  });

  test('names a socket in the words of the system, and its path once', async () => {
    await store.create(listener('good'));
    const socket = createServer().listen(site.path('input', 'resources', 's.yaml'));
    await once(socket, 'listening');
    expect(await store.list()).toHaveLength(1);
    expect(store.warnings[0]?.message).toMatch(/s\.yaml cannot be read: no such device or address$/);
    socket.close();
  });

  test('reports a damaged file and goes on with the others', async () => {
    await store.create(listener('good'));
    await site.write('a: [', ...FILE);
    await site.write('', 'input', 'resources', 'empty.yaml');
    await writeFile(await site.write('', 'input', 'resources', 'latin.yaml'), Buffer.from([0x61, 0x3a, 0xff]));
    await site.write('{', 'input', 'resources', 'other.txt');
    await site.write('# only a comment\n', 'input', 'resources', 'comment.yaml');
    await site.write(BACKEND.replace('backend', 'typed').replace('0.0.0.0', '1'), 'input', 'resources', 'typed.yaml');
    expect((await store.list()).map((each) => each.metadata.name)).toEqual(['good']);
    expect(store.warnings.map((each) => each.code)).toEqual(Array(4).fill('damaged-file'));
    expect(store.warnings.map((each) => each.message).join('\n')).toMatch(
      /line 1, column 5[^]*empty[^]*UTF-8[^]*spec\.host/,
    );
    expect(await code(store.get('backend'))).toBe('damaged-file');
    expect(await code(store.delete('backend'))).toBe('damaged-file');
  });

  test('waits out a rewrite in place', async () => {
    await site.write('', ...FILE);
    const list = store.list();
    // At once, so that it comes before the next reading however busy the machine is.
    setTimeout(() => writeFileSync(site.path(...FILE), BACKEND), 60);
    expect(await list).toHaveLength(1);
    expect(store.warnings).toEqual([]);
  });
});

describe('status', () => {
  test('joins input, runtime and snapshot', async () => {
    await site.write(BACKEND, ...FILE);
    await site.write(applied(BACKEND), ...RUNTIME);
    await site.write(`${BACKEND}status: {}\n`, ...SNAPSHOT);
    const { status, metadata } = await store.get('backend');
    expect(status).toMatchObject({ status: 'Pending', message: 'Not Operational', local: { applied: 'Applied' } });
    expect(status?.conditions).toHaveLength(1);
    const after = await change(store, 'backend', { spec: { port: 1 } });
    expect(after.status).toMatchObject({ status: 'Pending', local: { applied: 'ChangePending' } });
    expect(after.metadata.resourceVersion).not.toBe(metadata.resourceVersion);
    await store.delete('backend');
    expect((await store.get('backend')).status?.local).toEqual({ applied: 'Removed' });
    expect(await store.list()).toHaveLength(1);
    expect((await store.create(listener('backend'))).status?.local).toEqual({ applied: 'Applied' });
  });

  const recorded = resolve('../shared/recorded/system-site');
  const whenRecorded = existsSync(recorded) ? test : test.skip;
  whenRecorded('of the namespace that was recorded', async () => {
    await cp(recorded, site.path(), { recursive: true });
    const [only, ...rest] = await store.list();
    expect(rest).toEqual([]);
    expect(only?.status).toMatchObject({
      status: 'Pending',
      message: 'Not Operational',
      local: { applied: 'Applied' },
    });
    expect(only?.metadata).toEqual({ name: 'backend', namespace: 'default', resourceVersion: expect.any(String) });
    const facts = await store.facts(listener('other'));
    expect(facts.sites).toEqual({
      known: true,
      value: [{ name: 's', uid: '0fd73a93-4cdd-4221-8862-f14915d2ed85', configured: true }],
    });
    expect(facts.sitePlatform).toBe('linux');
    expect(store.warnings).toEqual([]);
  });
});

describe('reading', () => {
  test('takes any name at any depth, and goes round no circle of links', async () => {
    await site.write(BACKEND.replace('backend', 'deep'), 'input', 'resources', 'a', 'b', 'x.yml');
    await symlink('..', site.path('input', 'resources', 'a', 'up'));
    const real = await site.write(BACKEND.replace('backend', 'linked'), 'elsewhere.yaml');
    await symlink(real, site.path('input', 'resources', 'link.yaml'));
    await mkdir(site.path('input', 'resources', 'folder.yaml'));
    expect((await store.list()).map((each) => each.metadata.name)).toEqual(['deep', 'linked']);
    expect(store.warnings).toEqual([]);
  });

  test('ignores what is not of our kind and group', async () => {
    await site.write(BACKEND.replace('skupper.io/', 'example.com/'), ...FILE);
    await site.write('[]\n---\n5\n---\nkind: MultiKeyListener\n', 'input', 'resources', 'odd.yaml');
    await site.write(BACKEND.replace('kind: MultiKeyListener', 'kind: Listener'), 'input', 'resources', 'other.yaml');
    expect(await store.list()).toEqual([]);
  });

  test('of a folder that is none is a file-system failure', async () => {
    await site.write('', 'input', 'resources');
    expect(await code(store.list())).toBe('file-system');
    expect(await code(store.create(listener('backend')))).toBe('file-system');
  });

  test('stops for an aborted signal', async () => {
    expect(await code(store.list({ signal: AbortSignal.abort() }))).toBe('interrupted');
  });

  test.each(['..', 'a/b', 'A', 'a.b', '-'])('never opens the namespace %j', async (namespace) => {
    expect(await code(site.open(namespace))).toBe('usage');
  });
});

describe('facts', () => {
  const OTHERS = `apiVersion: skupper.io/v2alpha1
kind: Listener
metadata: {name: backend}
spec: {host: h, port: 1, routingKey: k}
---
apiVersion: skupper.io/v2alpha1
kind: Listener
metadata: {name: odd}
spec: {host: h}
---
apiVersion: skupper.io/v2alpha1
kind: Site
metadata: {name: mine}
`;

  test('name every endpoint but its own, of input and runtime', async () => {
    await site.write(BACKEND, ...FILE);
    await site.write(applied(BACKEND), ...RUNTIME);
    await site.write(OTHERS, 'input', 'resources', 'others.yaml');
    await store.create(listener('second', { port: 2 }));
    const listen = { kind: 'Listener', name: 'backend', host: 'h', port: 1, source: 'input' };
    const second = { kind: 'MultiKeyListener', name: 'second', host: '0.0.0.0', port: 2, source: 'input' };
    const own = { kind: 'MultiKeyListener', name: 'backend', host: '0.0.0.0', port: 9092 };
    const router = { kind: 'RouterAccess', name: 'skupper-local', host: '127.0.0.1', port: 5671, source: 'runtime' };
    const facts = await store.facts(listener('backend'));
    expect(facts.endpoints).toEqual({ known: true, value: [second, listen, router] });
    expect(facts.sites).toEqual({ known: true, value: [{ name: 'mine', configured: false }] });
    expect(facts.appliedKind).toBe('priority');
    const { endpoints, appliedKind } = await store.facts(listener('second'));
    expect(endpoints).toEqual({
      known: true,
      value: [{ ...own, source: 'input' }, listen, { ...own, source: 'runtime' }, router],
    });
    expect(appliedKind).toBeNull();
  });

  test.each([
    ['tls', true],
    ['absent', false],
    ['file', false],
    ['../certs/tls', false],
    ['..', false],
  ])('tell of the certificates %j: %j', async (tlsCredentials, value) => {
    await mkdir(site.path('input', 'certs', 'tls'), { recursive: true });
    await site.write('', 'input', 'certs', 'file');
    expect((await store.facts(listener('x', { tlsCredentials }))).certificates).toEqual({ known: true, value });
    expect(await store.facts(listener('x'))).not.toHaveProperty('certificates');
  });

  test.each([
    ['platform: podman\n', 'podman'],
    ['platform: [\n', undefined],
    ['other: x\n', null],
    [undefined, null],
  ])('tell the platform of %j', async (text, platform) => {
    if (text !== undefined) await site.write(text, 'internal', 'platform.yaml');
    expect((await store.facts(listener('x'))).sitePlatform).toBe(platform);
  });

  test('tell the network that the controller published', async () => {
    const status = {
      addresses: [{ name: 'east', listenerCount: 0, connectorCount: 1 }],
      siteStatus: [
        {
          site: { identity: 'u-1', name: 'mine', platform: 'podman' },
          routerStatus: [
            { router: { name: 'r' }, listeners: [{ name: 'multiAddress/backend', address: 'east' }], connectors: null },
            {
              connectors: [
                { address: 'east', process: 'p-1' },
                { address: 'west', destPort: '1' },
              ],
            },
          ],
        },
        { site: { name: 'bare' } },
      ],
    };
    const map = { apiVersion: 'v1', kind: 'ConfigMap', data: { NetworkStatus: JSON.stringify(status) } };
    await site.write(OTHERS, 'input', 'resources', 'others.yaml');
    const path = ['runtime', 'resources', 'ConfigMap-skupper-network-status.yaml'];
    await site.write(JSON.stringify(map), ...path);
    const { sites } = await store.facts(listener('x'));
    const services = [
      { routingKey: 'east', connectors: ['p-1'], listeners: ['multiAddress/backend'] },
      { routingKey: 'west', connectors: ['west'], listeners: [] },
    ];
    const network = [
      { id: 'u-1', name: 'mine', platform: 'podman', services },
      { id: '', name: 'bare', services: [] },
    ];
    expect(sites).toEqual({ known: true, value: [{ name: 'mine', configured: false, network }] });
    await site.write('data: {NetworkStatus: "{"}', ...path);
    expect((await store.facts(listener('x'))).sites).toEqual({
      known: true,
      value: [{ name: 'mine', configured: false }],
    });
  });

  test('say why where the folder cannot be read', async () => {
    await site.write('', 'input', 'resources');
    const { endpoints, sites } = await store.facts(listener('x'));
    expect(endpoints).toEqual({ known: false, why: expect.stringContaining('not a directory') });
    expect(sites.known).toBe(false);
  });
});
