import { isFailure } from '../../src/model/failure.js';
import type { MultiKeyListener } from '../../src/model/resource.js';
import type { Store } from '../../src/store/store.js';
import { watchContract } from './contract-watch.js';
import { versionOf, type Harness } from './harness.js';

export type { Capabilities, Harness, Outside } from './harness.js';

async function failureCode(action: Promise<unknown>): Promise<string> {
  try {
    await action;
    return 'no failure';
  } catch (error) {
    return isFailure(error) ? error.code : `not a Failure: ${String(error)}`;
  }
}

/** What every Store must do, whatever it keeps resources in. */
export function storeContract(platform: string, makeHarness: () => Promise<Harness>): void {
  describe(`store contract: ${platform}`, () => {
    let harness: Harness;
    let store: Store;
    const make = (name: string, labels?: Record<string, string>): MultiKeyListener => ({
      apiVersion: 'skupper.io/v2alpha1',
      kind: 'MultiKeyListener',
      metadata: { name, ...(labels && { labels }) },
      spec: { host: harness.host, port: 8080, strategy: { weighted: { routingKeys: { east: 3, west: 1 } } } },
    });

    beforeEach(async () => {
      harness = await makeHarness();
      store = await harness.open();
    });
    afterEach(() => harness.cleanup());

    test('creates, and gives back what it stored', async () => {
      const created = await store.create(make('web', { app: 'web' }));
      expect(created).toMatchObject(make('web', { app: 'web' }));
      expect(created.metadata.namespace).toBe(store.where.namespace);
      expect(created.metadata.resourceVersion).toBeTruthy();
      if (harness.capabilities.identity)
        expect(created.metadata).toMatchObject({ uid: expect.any(String), generation: 1 });
      const { metadata, spec } = await store.get('web');
      expect({ spec, version: metadata.resourceVersion }).toEqual({
        spec: created.spec,
        version: created.metadata.resourceVersion,
      });
    });

    test('creates exclusively', async () => {
      await store.create(make('web'));
      const other = { ...make('web'), spec: { ...make('web').spec, port: 1 } };
      expect(await failureCode(store.create(other))).toBe('already-exists');
      expect((await store.get('web')).spec.port).toBe(8080);
    });

    test('of many creations at once, one wins', async () => {
      const stores = await Promise.all(Array.from({ length: 5 }, () => harness.open()));
      const codes = await Promise.all(stores.map((each) => failureCode(each.create(make('web')))));
      expect(codes.sort()).toEqual([...Array(4).fill('already-exists'), 'no failure']);
    });

    test('does not take a status, a version or a uid from whoever creates', async () => {
      const given = make('web');
      const metadata = { ...given.metadata, resourceVersion: '5', uid: 'mine', generation: 9 };
      const created = await store.create({ ...given, metadata, status: { status: 'Ready' } });
      expect(created.metadata.uid).not.toBe('mine');
      expect(created.status?.status).toBeUndefined();
    });

    test('get: not found', async () => {
      expect(await failureCode(store.get('absent'))).toBe('not-found');
      await store.create(make('web'));
      expect(await failureCode(store.get('we'))).toBe('not-found');
    });

    test('an empty namespace is an empty list', async () => {
      expect(await store.list()).toEqual([]);
      expect(await store.list({ selector: 'a=b' })).toEqual([]);
    });

    test('lists by name, with selectors', async () => {
      await store.create(make('c', { env: 'prod', tier: 'front' }));
      await store.create(make('a', { env: 'test' }));
      await store.create(make('b'));
      const names = async (selector?: string): Promise<string[]> =>
        (await store.list({ selector })).map((each) => each.metadata.name);
      expect(await names()).toEqual(['a', 'b', 'c']);
      expect(await names('env=prod')).toEqual(['c']);
      expect(await names('env!=prod')).toEqual(['a', 'b']);
      expect(await names('env in (prod,test)')).toEqual(['a', 'c']);
      expect(await names('!env')).toEqual(['b']);
      expect(await names('env,tier=front')).toEqual(['c']);
      const parts = [];
      for await (const part of store.pages({ selector: 'env' }, ({ metadata }) => metadata.name)) parts.push(...part);
      expect(parts).toEqual(['a', 'c']);
      for (const { apiVersion, kind, metadata } of await store.list({ allNamespaces: true })) {
        expect({ apiVersion, kind }).toEqual({ apiVersion: 'skupper.io/v2alpha1', kind: 'MultiKeyListener' });
        expect(metadata.namespace).toBeTruthy();
      }
    });

    test('patches one field and keeps all others', async () => {
      const given = make('web', { app: 'web', other: 'x' });
      given.metadata.annotations = { note: 'kept' };
      given.spec.settings = { a: '1', b: '2' };
      const before = await store.create(given);
      const patch = { metadata: { labels: { app: 'api' } }, spec: { port: 9090, settings: { b: null, c: '3' } } };
      const after = await store.patch('web', patch, versionOf(before));
      expect(after.metadata.labels).toEqual({ app: 'api', other: 'x' });
      expect(after.metadata.annotations).toEqual({ note: 'kept' });
      expect(after.spec).toEqual({ ...given.spec, port: 9090, settings: { a: '1', c: '3' } });
      expect(after.metadata.resourceVersion).not.toBe(before.metadata.resourceVersion);
      if (harness.capabilities.identity)
        expect(after.metadata).toMatchObject({ uid: before.metadata.uid, generation: 2 });
      expect((await store.get('web')).spec).toEqual(after.spec);
    });

    test('null removes a field', async () => {
      const given = make('web');
      given.spec.tlsCredentials = 'secret';
      const before = await store.create(given);
      const after = await store.patch('web', { spec: { tlsCredentials: null } }, versionOf(before));
      expect(after.spec).not.toHaveProperty('tlsCredentials');
    });

    test('refuses a patch made from an older version, and changes nothing', async () => {
      const before = await store.create(make('web'));
      await harness.outside.change('web', (resource) => (resource.spec.port = 7070));
      expect(await failureCode(store.patch('web', { spec: { port: 9090 } }, versionOf(before)))).toBe('conflict');
      expect((await store.get('web')).spec.port).toBe(7070);
    });

    test('refuses a patch for another resource of the same name', async () => {
      const before = await store.create(make('web'));
      await store.delete('web');
      const { spec } = await store.create({ ...make('web'), spec: { ...make('web').spec, port: 1 } });
      expect(await failureCode(store.patch('web', { spec: { host: 'other' } }, versionOf(before)))).toBe('conflict');
      expect((await store.get('web')).spec).toEqual(spec);
    });

    test('patch: not found', async () => {
      const before = await store.create(make('web'));
      await harness.outside.remove('web');
      expect(await failureCode(store.patch('web', { spec: { port: 1 } }, versionOf(before)))).toBe('not-found');
    });

    test('deletes, once', async () => {
      const { metadata } = await store.create(make('web'));
      expect(await store.delete('web')).toMatchObject({ gone: true, ...(metadata.uid && { uid: metadata.uid }) });
      expect(await failureCode(store.get('web'))).toBe('not-found');
      expect(await failureCode(store.delete('web'))).toBe('not-found');
    });

    test('deletes only the version and the uid it was told', async () => {
      const before = await store.create(make('web'));
      await harness.outside.change('web', (resource) => (resource.spec.port = 7070));
      const { resourceVersion, uid } = versionOf(before);
      expect(await failureCode(store.delete('web', { resourceVersion }))).toBe('conflict');
      if (harness.capabilities.identity) {
        const other = '00000000-0000-0000-0000-000000000000';
        expect(await failureCode(store.delete('web', { uid: other }))).toBe('conflict');
      }
      expect((await store.get('web')).spec.port).toBe(7070);
      expect(await store.delete('web', { uid })).toMatchObject({ gone: true });
    });

    test('a dry run answers and changes nothing', async () => {
      expect(await store.create(make('web'), { dryRun: true })).toMatchObject({ spec: make('web').spec });
      expect(await store.list()).toEqual([]);
      const before = await store.create(make('web'));
      const patched = await store.patch('web', { spec: { port: 9090 } }, { ...versionOf(before), dryRun: true });
      expect(patched.spec.port).toBe(9090);
      await store.delete('web', { dryRun: true });
      expect(await store.get('web')).toEqual(before);
    });

    test('a dry run refuses what the write would refuse', async () => {
      const before = await store.create(make('web'));
      const stale = versionOf(before);
      await harness.outside.change('web', (resource) => (resource.spec.port = 7070));
      expect(await failureCode(store.create(make('web'), { dryRun: true }))).toBe('already-exists');
      expect(await failureCode(store.patch('web', { spec: { port: 1 } }, { ...stale, dryRun: true }))).toBe('conflict');
      expect(await failureCode(store.delete('absent', { dryRun: true }))).toBe('not-found');
      expect(await failureCode(store.delete('web', { resourceVersion: stale.resourceVersion, dryRun: true }))).toBe(
        'conflict',
      );
    });

    watchContract(() => ({ harness, store }), make);

    test('knows the endpoints of the others', async () => {
      if (!harness.capabilities.facts) return;
      await store.create(make('web'));
      await store.create({ ...make('api'), spec: { ...make('api').spec, port: 9090 } });
      const { endpoints, sites } = await store.facts(await store.get('web'));
      if (!endpoints.known) throw new Error(endpoints.why);
      // A site's own router is no other resource.
      const listeners = endpoints.value.filter(({ kind }) => kind !== 'RouterAccess');
      const others = listeners.map(({ kind, name, port }) => ({ kind, name, port }));
      expect(others).toEqual([{ kind: 'MultiKeyListener', name: 'api', port: 9090 }]);
      expect(sites).toEqual({ known: true, value: [] });
    });

    test('nothing is held of a resource that no router ever had', async () => {
      await store.released('web', AbortSignal.timeout(5000));
      await store.released('web', AbortSignal.abort());
    });
  });
}
