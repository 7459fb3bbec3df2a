import fc from 'fast-check';
import type { Strategy } from '../../../src/model/resource.js';
import { keyShares, sharesOf } from '../../../src/model/shares.js';
import { keysOf, weightsOf } from '../../../src/model/strategy.js';
import { priority, resource, weighted } from '../fixtures.js';

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const weights = fc
  .dictionary(key, fc.integer({ min: 1, max: 2147483647 }), { minKeys: 1 })
  .map((map) => weighted({ ...map }));
const ranks = fc.uniqueArray(key, { minLength: 1 }).map((keys) => priority(...keys));
const strategies: fc.Arbitrary<Strategy> = fc.oneof(weights, ranks);
const reachables = fc.uniqueArray(fc.oneof(key, fc.constant('stranger'))).map((keys) => new Set<string>(keys));

const sum = (shares: ReadonlyMap<string, number>): number => [...shares.values()].reduce((a, b) => a + b, 0);

describe('sharesOf', () => {
  test('adds up to 1, or to 0 where no key of the strategy is reachable', () => {
    fc.assert(
      fc.property(strategies, reachables, (strategy, reachable) => {
        const open = keysOf(strategy).some((each) => reachable.has(each));
        expect(sum(sharesOf(strategy, reachable))).toBeCloseTo(open ? 1 : 0, 9);
      }),
    );
  });

  test('names exactly the keys of the strategy, and gives the unreachable nothing', () => {
    fc.assert(
      fc.property(strategies, reachables, (strategy, reachable) => {
        const shares = sharesOf(strategy, reachable);
        expect([...shares.keys()]).toEqual(keysOf(strategy));
        for (const [each, share] of shares) if (!reachable.has(each)) expect(share).toBe(0);
      }),
    );
  });

  test('losing a key never lowers the share of another', () => {
    fc.assert(
      fc.property(strategies, reachables, key, (strategy, reachable, lost) => {
        const before = sharesOf(strategy, reachable);
        const after = sharesOf(strategy, new Set([...reachable].filter((each) => each !== lost)));
        for (const [each, share] of before) {
          if (each !== lost) expect(after.get(each)).toBeGreaterThanOrEqual(share);
        }
      }),
    );
  });

  test('weighted: two reachable keys share in proportion to their weights', () => {
    fc.assert(
      fc.property(weights, reachables, (strategy, reachable) => {
        const shares = sharesOf(strategy, reachable);
        const open = keysOf(strategy).filter((each) => reachable.has(each));
        const total = open.reduce((all, each) => all + (weightsOf(strategy)[each] ?? 0), 0);
        for (const each of open) expect(shares.get(each)).toBeCloseTo((weightsOf(strategy)[each] ?? 0) / total, 9);
      }),
    );
  });

  test('priority: the first reachable key takes all', () => {
    fc.assert(
      fc.property(ranks, reachables, (strategy, reachable) => {
        const first = keysOf(strategy).find((each) => reachable.has(each));
        for (const [each, share] of sharesOf(strategy, reachable)) expect(share).toBe(each === first ? 1 : 0);
      }),
    );
  });

  test('weights 0 and below, as only a cluster could hold them, take nothing and divide by nothing', () => {
    const strategy = weighted({ a: 0, b: -3 });
    expect([...sharesOf(strategy, new Set(['a', 'b'])).values()]).toEqual([0, 0]);
  });
});

describe('keyShares', () => {
  test('weighted, one of three not reachable', () => {
    const status = { status: 'Ready', strategy: { weighted: { routingKeysReachable: { east: 3, north: 1 } } } };
    const shown = keyShares(resource({ spec: { strategy: weighted({ spare: 1, north: 1, east: 3 }) }, status }));
    expect(shown).toEqual([
      { key: 'east', weight: 3, reachable: true, share: 0.75 },
      { key: 'north', weight: 1, reachable: true, share: 0.25 },
      { key: 'spare', weight: 1, reachable: false, share: 0 },
    ]);
  });

  test('priority, the first not reachable', () => {
    const status = { status: 'Ready', strategy: { priority: { routingKeysReachable: ['b'] } } };
    expect(keyShares(resource({ spec: { strategy: priority('a', 'b') }, status }))).toEqual([
      { key: 'a', rank: 1, reachable: false, share: 0 },
      { key: 'b', rank: 2, reachable: true, share: 1 },
    ]);
  });

  test('nothing is claimed where nothing is known', () => {
    expect(keyShares(resource({ spec: { strategy: weighted({ a: 1 }) } }))).toEqual([
      { key: 'a', weight: 1, reachable: undefined, share: undefined },
    ]);
  });
});
