import { open, rm, unlink, writeFile } from 'node:fs/promises';

import type { Store, StoreEvent, WatchQuery } from '../../src/store/store.js';
import { BACKEND, applied, change, listener, systemSite, type SystemSite } from '../support/system/system-site.js';

const FILE = ['input', 'resources', 'MultiKeyListener-backend.yaml'] as const;
const RUNTIME = ['runtime', 'resources', 'MultiKeyListener-backend.yaml'] as const;

let site: SystemSite;
let store: Store;
let stop: AbortController;

beforeEach(async () => {
  site = await systemSite();
  store = await site.open();
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  await site.remove();
});

/** The events so far as short texts; `until` resolves when they are these, or are still others after some seconds. */
function follow(query: WatchQuery = {}) {
  const seen: string[] = [];
  const ended = (async () => {
    for await (const event of store.watch(query, stop.signal)) seen.push(brief(event));
  })();
  // Whoever awaits it sees the error; nobody must.
  ended.catch(() => undefined);
  const until = async (...expected: string[]): Promise<void> => {
    for (let tries = 0; tries < 20_000 && seen.length < expected.length; tries += 1) await pause(20);
    expect(seen).toEqual(expected);
  };
  return { seen, until, ended };
}

function brief(event: StoreEvent): string {
  if (!('object' in event)) return event.type;
  const { metadata, spec, status } = event.object;
  return `${event.type} ${metadata.namespace}/${metadata.name} ${spec.port} ${status?.local?.applied} ${status?.status ?? '-'}`;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

test('reports what exists, SYNCED, and then each change once', async () => {
  await store.create(listener('backend'));
  const { until, seen } = follow();
  const events = ['ADDED default/backend 9092 NotApplied -', 'SYNCED'];
  await until(...events);
  await store.create(listener('other', { port: 1 }));
  await until(...events, (events[2] = 'ADDED default/other 1 NotApplied -'));
  const { metadata } = await store.get('other');
  await store.patch('other', { spec: { port: 2 } }, { resourceVersion: metadata.resourceVersion ?? '' });
  await until(...events, (events[3] = 'MODIFIED default/other 2 NotApplied -'));
  await store.delete('backend');
  await until(...events, (events[4] = 'DELETED default/backend 9092 NotApplied -'));
  await pause(150);
  expect(seen).toHaveLength(5);
});

test('from its own write on says what is other than that, and the present state where it can be no other', async () => {
  const { metadata } = await store.create(listener('backend'));
  const query = { name: 'backend', since: metadata.resourceVersion ?? '' };
  await follow(query).until('ADDED default/backend 9092 NotApplied -', 'SYNCED');
  await change(store, 'backend', { spec: { port: 1 } });
  await follow(query).until('MODIFIED default/backend 1 NotApplied -', 'SYNCED');
  await store.delete('backend');
  await follow(query).until('SYNCED');
});

test('reports a status that the site writes, and a removal that waits for a reload', async () => {
  await store.create(listener('backend'));
  const { until } = follow({ name: 'backend' });
  const events = ['ADDED default/backend 9092 NotApplied -', 'SYNCED'];
  await until(...events);
  await store.create(listener('not-asked-for'));
  await site.write(applied(BACKEND), ...RUNTIME);
  await until(...events, (events[2] = 'MODIFIED default/backend 9092 Applied Pending'));
  await site.write(applied(BACKEND, 'status: Ready'), ...RUNTIME);
  await until(...events, (events[3] = 'MODIFIED default/backend 9092 Applied Ready'));
  await store.delete('backend');
  await until(...events, (events[4] = 'MODIFIED default/backend 9092 Removed Ready'));
  await unlink(site.path(...RUNTIME));
  await until(...events, (events[5] = 'DELETED default/backend 9092 Removed Ready'));
});

test('a half-written file is not an event', async () => {
  await site.write(BACKEND, ...FILE);
  await site.write(applied(BACKEND), ...RUNTIME);
  const { until, seen } = follow();
  const events = ['ADDED default/backend 9092 Applied Pending', 'SYNCED'];
  await until(...events);
  for (const path of [FILE, RUNTIME]) {
    await writeFile(site.path(...path), '');
    await pause(450);
    const handle = await open(site.path(...path), 'a');
    await handle.write('apiVersion: skupper.io/v2alpha1\nkind: MultiKeyListener\nmetadata: {');
    await pause(450);
    await handle.close();
  }
  await pause(300);
  expect(seen).toEqual(events);
  await site.write(BACKEND.replace('9092', '1'), ...FILE);
  await until(...events, 'MODIFIED default/backend 1 ChangePending Pending');
});

test('sees folders that are made, removed and made anew', async () => {
  const { until } = follow();
  const events = ['SYNCED'];
  await until(...events);
  await store.create(listener('backend'));
  await until(...events, (events[1] = 'ADDED default/backend 9092 NotApplied -'));
  await site.write(applied(BACKEND), ...RUNTIME);
  await until(...events, (events[2] = 'MODIFIED default/backend 9092 Applied Pending'));
  await rm(site.path('runtime'), { recursive: true });
  await until(...events, (events[3] = 'MODIFIED default/backend 9092 NotApplied -'));
  await site.write(applied(BACKEND), ...RUNTIME);
  await until(...events, (events[4] = 'MODIFIED default/backend 9092 Applied Pending'));
  await rm(site.path(), { recursive: true });
  await until(...events, (events[5] = 'DELETED default/backend 9092 Applied Pending'));
});

test('follows all namespaces, a selector, and labels that leave it', async () => {
  await store.create(listener('a', {}, { labels: { app: 'x' } }));
  const { until } = follow({ allNamespaces: true, selector: 'app=x' });
  const events = ['ADDED default/a 9092 NotApplied -', 'SYNCED'];
  await until(...events);
  await (await site.open('two')).create(listener('b', {}, { labels: { app: 'x' } }));
  await until(...events, (events[2] = 'ADDED two/b 9092 NotApplied -'));
  const { metadata } = await store.get('a');
  await store.patch('a', { metadata: { labels: { app: 'y' } } }, { resourceVersion: metadata.resourceVersion ?? '' });
  await until(...events, (events[3] = 'DELETED default/a 9092 NotApplied -'));
});

test('ends at once when it is aborted, before and after the start', async () => {
  const { until, ended } = follow();
  await until('SYNCED');
  stop.abort();
  await ended;
  const late = follow();
  await late.ended;
  expect(late.seen).toEqual([]);
});

test('says that it is not live while the folder cannot be read, and goes on after that', async () => {
  await site.write(BACKEND, ...FILE);
  const { until } = follow();
  const events = ['ADDED default/backend 9092 NotApplied -', 'SYNCED'];
  await until(...events);
  await rm(site.path('input', 'resources'), { recursive: true });
  await writeFile(site.path('input', 'resources'), 'a file');
  await until(...events, 'LOST');
  await rm(site.path('input', 'resources'));
  await site.write(BACKEND.replace('9092', '1'), ...FILE);
  await pause(1500);
  await until(...events, 'LOST', 'MODIFIED default/backend 1 NotApplied -', 'SYNCED');
});
