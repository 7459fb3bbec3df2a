import { Failure } from '../../../../src/model/failure.js';
import type { RouterFact, RouterState } from '../../../../src/model/router.js';
import { measureTraffic, watchTraffic, type LiveReport } from '../../../../src/operations/traffic/measure.js';
import { FakeStore } from '../../fake-store.js';
import { resource } from '../../fixtures.js';
import { told } from '../../model/traffic/states.js';

const known = (given: Record<string, number>): RouterFact<RouterState> => ({ known: true, value: told({ given }) });
const gone: RouterFact<RouterState> = { known: false, why: 'the router is not running', code: 'unreachable' };
const signal = new AbortController().signal;
const WEB = resource({ metadata: { namespace: 'west' } });

function storeThatSays(...facts: RouterFact<RouterState>[]): FakeStore {
  const store = new FakeStore(WEB);
  store.routers_ = facts;
  return store;
}

test('totals are one reading, a window is two', async () => {
  const store = storeThatSays(known({ east: 5 }), known({ east: 9, west: 1 }));
  const now = (): number => 0;
  const totals = await measureTraffic(store, [WEB], { windowMs: undefined, now, signal });
  expect(totals.resources[0]?.traffic).toMatchObject({ connections: 5, total: 5, perSecond: undefined });
  expect(store.steps.filter((step) => step === 'routers')).toHaveLength(1);
  const again = storeThatSays(known({ east: 5 }), known({ east: 9, west: 1 }));
  const clock = [1000, 3000];
  const window = await measureTraffic(again, [WEB], { windowMs: 1, now: () => clock.shift() ?? 3000, signal });
  expect(window.resources[0]?.traffic).toMatchObject({ connections: 5, total: 10, perSecond: 2.5 });
});

test('a window whose first reading failed holds nothing: its totals are no window', async () => {
  const store = storeThatSays(gone, known({ east: 500, west: 200 }));
  const { resources, unknown } = await measureTraffic(store, [WEB], { windowMs: 1, now: Date.now, signal });
  expect(resources[0]?.traffic).toMatchObject({ connections: 0, total: 700, perSecond: undefined, tooFew: true });
  expect(unknown).toEqual([]);
});

test('nothing to measure asks nobody', async () => {
  const store = storeThatSays(gone);
  expect((await measureTraffic(store, [], { windowMs: undefined, now: Date.now, signal })).resources).toEqual([]);
  expect(store.steps).toEqual([]);
});

async function take(
  store: FakeStore,
  count: number,
  options: { now(): number; list?: () => Promise<never>; consecutive?: boolean },
) {
  const stop = new AbortController();
  const reports: LiveReport[] = [];
  let lists = 0;
  const resources = async () => (++lists > 1 && options.list ? options.list() : [WEB]);
  const { consecutive, now } = options;
  for await (const report of watchTraffic(store, { resources, windowMs: 20, consecutive, now }, stop.signal)) {
    reports.push(report);
    if (reports.length === count) stop.abort();
  }
  return reports;
}

test('a watch slides: what is older than the window is forgotten, and a router that is lost comes back', async () => {
  const store = storeThatSays(known({ east: 10 }), known({ east: 11 }), gone, known({ east: 14 }), known({ east: 18 }));
  let time = 0;
  store.before = (step) => {
    if (step === 'routers') time += 10;
  };
  const reports = await take(store, 5, { now: () => time });
  expect(reports.map(({ resources }) => resources[0]?.traffic.connections)).toEqual([0, 1, 0, 3, 4]);
  expect(reports[2]?.unknown).toHaveLength(1);
  expect(reports[2]?.resources[0]?.traffic.state).toBe('unknown');
});

test('windows one after the other hold every connection, whatever the time between two readings', async () => {
  const given = [10, 11, 13, 17, 25, 41, 73, 137, 265];
  const store = storeThatSays(...given.map((east) => known({ east })));
  let time = 0;
  const steps = [0, 8, 8, 8, 30, 19, 1, 5, 5];
  store.before = (step) => {
    if (step === 'routers') time += steps.shift() ?? 20;
  };
  const reports = await take(store, 4, { now: () => time, consecutive: true });
  expect(reports.map(({ at }) => at)).toEqual([0, 24, 54, 74]);
  expect(reports.map(({ resources }) => resources[0]?.traffic.connections)).toEqual([0, 7, 8, 48]);
});

test('a window that ends while the router is lost leaves its connections to the next', async () => {
  const store = storeThatSays(known({ east: 10 }), known({ east: 14 }), gone, gone, known({ east: 15 }));
  let time = 0;
  store.before = (step) => {
    if (step === 'routers') time += 10;
  };
  const reports = await take(store, 3, { now: () => time, consecutive: true });
  expect(reports.map(({ resources }) => resources[0]?.traffic)).toMatchObject([
    { state: 'up', connections: 0 },
    { state: 'unknown', connections: 0 },
    { state: 'up', connections: 5, perSecond: 5 / 0.04 },
  ]);
});

test('resources that cannot be read any more stay, with the reason; at the start that is the end', async () => {
  const failure = new Failure('unreachable', 'connection refused');
  let time = 0;
  const reports = await take(storeThatSays(known({})), 3, {
    now: () => (time += 6000),
    list: () => Promise.reject(failure),
  });
  expect(reports.map(({ lost }) => lost)).toEqual([undefined, failure, failure]);
  expect(reports[2]?.resources).toHaveLength(1);
  const never = watchTraffic(storeThatSays(known({})), { resources: () => Promise.reject(failure), windowMs: 20, now: Date.now }, signal); // prettier-ignore
  await expect(never.next()).rejects.toBe(failure);
});
