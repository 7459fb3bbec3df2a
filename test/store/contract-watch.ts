import type { MultiKeyListener } from '../../src/model/resource.js';
import type { Store } from '../../src/store/store.js';
import { collect } from '../support/collect.js';
import { versionOf, type Harness } from './harness.js';

/** The part of the store contract that is about `watch`. */
export function watchContract(
  current: () => { harness: Harness; store: Store },
  make: (name: string, labels?: Record<string, string>) => MultiKeyListener,
): void {
  let harness: Harness;
  let store: Store;
  beforeEach(() => {
    ({ harness, store } = current());
  });

  test('watches: what exists, SYNCED, then each change once', async () => {
    await store.create(make('a'));
    await store.create(make('b'));
    const watch = collect(store);
    await watch.until('SYNCED');
    expect([...watch.seen].sort()).toEqual(['ADDED a', 'ADDED b', 'SYNCED']);
    watch.clear();

    await harness.outside.create(make('c'));
    await watch.until('ADDED c');
    await harness.outside.change('c', (resource) => (resource.spec.port = 7070));
    await watch.until('MODIFIED c');
    expect(watch.events.at(-1)).toMatchObject({ object: { kind: 'MultiKeyListener', spec: { port: 7070 } } });
    await harness.outside.remove('c');
    await watch.until('DELETED c');
    expect(watch.events.at(-1)).toMatchObject({ object: { spec: { port: 7070 } } });
    await store.delete('a');
    await watch.until('DELETED a');
    expect(watch.seen).toEqual(['ADDED c', 'MODIFIED c', 'DELETED c', 'DELETED a']);
    await watch.stop();
  });

  test('watches a status', async () => {
    const { outside, capabilities } = harness;
    if (!capabilities.status || !outside.setStatus) return;
    await store.create(make('web'));
    const watch = collect(store, { name: 'web' });
    await watch.until('SYNCED');
    await outside.setStatus('web', { status: 'Ready', message: 'OK', hasDestination: true });
    await watch.until('MODIFIED web');
    expect(watch.events.at(-1)).toMatchObject({ object: { status: { status: 'Ready' } } });
    expect((await store.list())[0]).toMatchObject({ status: { status: 'Ready', hasDestination: true } });
    await watch.stop();
  });

  test('watches one name, or a selector', async () => {
    const named = collect(store, { name: 'web' });
    const selected = collect(store, { selector: 'env=prod' });
    await Promise.all([named.until('SYNCED'), selected.until('SYNCED')]);
    await store.create(make('other'));
    await store.create(make('front', { env: 'prod' }));
    const web = await store.create(make('web', { env: 'test' }));
    await Promise.all([named.until('ADDED web'), selected.until('ADDED front')]);
    await store.patch('web', { metadata: { labels: { env: 'prod' } } }, versionOf(web));
    await selected.until('ADDED web');
    await named.until('MODIFIED web');
    await harness.outside.change('front', (resource) => (resource.metadata.labels = {}));
    await selected.until('DELETED front');
    expect(named.seen).toEqual(['SYNCED', 'ADDED web', 'MODIFIED web']);
    expect(selected.seen).toEqual(['SYNCED', 'ADDED front', 'ADDED web', 'DELETED front']);
    await Promise.all([named.stop(), selected.stop()]);
  });

  test('watches from its own write on', async () => {
    const { metadata } = await store.create(make('web'));
    await harness.outside.change('web', (resource) => (resource.spec.port = 7070));
    const watch = collect(store, { name: 'web', since: metadata.resourceVersion });
    await watch.until('MODIFIED web');
    expect(watch.events.at(-1)).toMatchObject({ object: { spec: { port: 7070 } } });
    await harness.outside.remove('web');
    await watch.until('DELETED web');
    expect(watch.seen.filter((each) => each !== 'SYNCED')).toEqual(['MODIFIED web', 'DELETED web']);
    await watch.stop();
  });

  test('sees that another took the name', async () => {
    await store.create(make('web'));
    const watch = collect(store, { name: 'web' });
    await watch.until('SYNCED');
    watch.clear();
    await harness.outside.remove('web');
    await watch.until('DELETED web');
    await harness.outside.create({ ...make('web'), spec: { ...make('web').spec, port: 1 } });
    await watch.until('ADDED web');
    expect(watch.seen).toEqual(['DELETED web', 'ADDED web']);
    await watch.stop();
  });

  test('a watch ends when it is aborted', async () => {
    const before = collect(store);
    await before.stop();
    const during = collect(store);
    await during.until('SYNCED');
    await during.stop();
    expect(during.seen.at(-1)).toBe('SYNCED');
  });

  test('a watch that is left by break ends too', async () => {
    for await (const event of store.watch({}, new AbortController().signal)) {
      if (event.type === 'SYNCED') break;
    }
    expect(await store.list()).toEqual([]);
  });
}
