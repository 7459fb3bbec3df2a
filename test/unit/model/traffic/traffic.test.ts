import fc from 'fast-check';
import { connectionsNeeded, deviates } from '../../../../src/model/traffic/statistics.js';
import { trafficOf, unknownTraffic, type ListenerTraffic } from '../../../../src/model/traffic/traffic.js';
import { priority, resource } from '../../fixtures.js';
import { told, type Told } from './states.js';

const names = new Map<string, string>();
const totals = (said: Told): ListenerTraffic => trafficOf(resource(), { states: [told(said)], names });
const windowOf = (before: Told, after: Told, seconds = 10): ListenerTraffic =>
  trafficOf(resource(), { states: [told(before), told(after)], seconds, names });

describe('how many connections tell a share', () => {
  test.each([
    [[0.5, 0.5], 385],
    [[0.75, 0.25], 289],
    [[0.5, 0.3, 0.2], 385],
    [[1, 0], 1],
    [[], 1],
  ])('%p need %p', (shares, needed) => {
    expect(connectionsNeeded(shares)).toBe(needed);
  });

  test('an alarm needs 1,000 connections and four standard deviations', () => {
    // The run of 600 that was 3.3 off by chance (docs/measuring.md).
    expect(deviates(0.75, 0.692, 600)).toBe(false);
    expect(deviates(0.75, 0.5, 999)).toBe(false);
    expect(deviates(0.75, 0.5, 1000)).toBe(true);
    expect(deviates(0.75, 0.8, 1000)).toBe(false);
    expect(deviates(0.75, 0.81, 1000)).toBe(true);
    // Some connections go elsewhere at the moment in which a key is lost.
    expect(deviates(1, 0.99, 1000)).toBe(false);
    expect(deviates(1, 0.9, 1000)).toBe(true);
    expect(deviates(0, 0.1, 1000)).toBe(true);
  });
});

test('totals: expected shares are of the reachable keys, and no rate and no alarm is told', () => {
  const traffic = totals({ given: { east: 10_000, west: 10_000 }, startedAt: 5000, open: 4 });
  expect(traffic).toMatchObject({
    state: 'up',
    connections: 20_000,
    total: 20_000,
    open: 4,
    since: 5000,
    deviating: [],
  });
  expect(traffic.perSecond).toBeUndefined();
  expect(traffic.keys).toMatchObject([
    { key: 'east', weight: 3, share: 0.75, measured: 0.5, reachable: true },
    { key: 'west', weight: 1, share: 0.25, measured: 0.5, reachable: true },
  ]);
  const lost = totals({ given: { east: 1 }, reached: ['west'] });
  expect(lost.keys).toMatchObject([
    { key: 'east', share: 0, reachable: false },
    { key: 'west', share: 1, reachable: true },
  ]);
});

test('of priority the first reachable key is expected to get all', () => {
  const ranked = resource({ spec: { strategy: priority('west', 'east') } });
  const state = told({ values: { west: 1, east: 0 }, given: { east: 3 }, reached: ['east'] });
  expect(trafficOf(ranked, { states: [state], names }).keys).toMatchObject([
    { key: 'west', rank: 1, share: 0, measured: 0 },
    { key: 'east', rank: 2, share: 1, measured: 1 },
  ]);
});

test('too few: no share is told', () => {
  expect(totals({ given: { east: 200, west: 88 } })).toMatchObject({ tooFew: true });
  expect(totals({ given: { east: 200, west: 89 } })).toMatchObject({ tooFew: false });
  expect(totals({}).keys[0]).toMatchObject({ measured: undefined, connections: 0 });
});

test('a window: what came in between, and its rate', () => {
  const traffic = windowOf({ given: { east: 100, west: 50 } }, { given: { east: 400, west: 150 } }, 20);
  expect(traffic).toMatchObject({ connections: 400, total: 550, perSecond: 20 });
  expect(traffic.keys).toMatchObject([
    { connections: 300, total: 400, measured: 0.75, perSecond: 15 },
    { connections: 100, total: 150, measured: 0.25, perSecond: 5 },
  ]);
});

test('a window in which keys or values changed gives no alarm', () => {
  const wrong = { east: 1000, west: 1000 };
  expect(windowOf({}, { given: wrong }).deviating).toEqual(['east', 'west']);
  expect(windowOf({ reached: ['west'] }, { given: wrong }).deviating).toEqual([]);
  expect(windowOf({ values: { east: 1, west: 1 } }, { given: wrong }).deviating).toEqual([]);
  expect(windowOf({}, { values: { east: 1, west: 1 }, given: wrong }).deviating).toEqual([]);
});

test('a key that the spec no longer has is shown with what it got, and not reckoned with', () => {
  const { keys } = totals({ values: { east: 3, west: 1, old: 2 }, given: { east: 300, old: 100 } });
  expect(keys.map(({ key, share, measured }) => [key, share, measured])).toEqual([
    ['east', 0.75, 0.75],
    ['west', 0.25, 0],
    ['old', 0, 0.25],
  ]);
});

test('not held, and not known', () => {
  const state = { ...told({ startedAt: 5 }), listeners: [] };
  expect(trafficOf(resource(), { states: [state], names })).toMatchObject({ state: 'not-held', keys: [], since: 5 });
  expect(unknownTraffic(resource(), { known: false, why: 'no' })).toMatchObject({ state: 'unknown', message: 'no' });
});

test('measured shares add up to 1, and every connection belongs to a key', () => {
  const counts = fc.record({ east: fc.nat(5000), west: fc.nat(5000), other: fc.nat(5000) });
  fc.assert(
    fc.property(counts, (given) => {
      const traffic = totals({ values: { east: 3, west: 1, other: 1 }, given });
      expect(traffic.keys.reduce((sum, key) => sum + key.connections, 0)).toBe(traffic.connections);
      const measured = traffic.keys.flatMap((key) => key.measured ?? []);
      expect(measured.reduce((sum, share) => sum + share, 0)).toBeCloseTo(traffic.tooFew ? 0 : 1, 9);
    }),
  );
});
