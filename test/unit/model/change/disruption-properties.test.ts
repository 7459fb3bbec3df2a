import fc from 'fast-check';
import { disruption, type Disruption } from '../../../../src/model/change/disruption.js';
import type { Spec, Strategy } from '../../../../src/model/resource.js';
import { sameStrategy, weightsOf } from '../../../../src/model/strategy.js';
import { validate } from '../../../../src/model/validate/resource.js';
import { resource, weighted } from '../../fixtures.js';

const specOf = (strategy: Strategy): Spec => ({ host: 'web', port: 8080, strategy });
const many = (count: number, weight: number, prefix = 'k'): Record<string, number> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, weight]));

/**
 * A router that is told as Skupper tells it: what differs is deleted first and
 * added afterwards. Returns, for each write, the reachable keys it holds in between.
 */
function heldBetween(old: Strategy, steps: readonly Strategy[], reachable: ReadonlySet<string>): string[][] {
  let present = weightsOf(old);
  return steps.map((step) => {
    const next = weightsOf(step);
    const held = Object.keys(present).filter((key) => present[key] === next[key] && reachable.has(key));
    present = next;
    return held;
  });
}

describe('disruption, whatever the change', () => {
  const key = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  const weight = fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 1, max: 4 }) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 2147483647 }) },
  );
  const weights = fc.dictionary(key as fc.Arbitrary<string>, weight, { minKeys: 1, noNullPrototype: true });
  const large = fc
    .integer({ min: 200, max: 256 })
    .chain((count) => fc.constantFrom('k', 'n').map((prefix) => many(count, 1, prefix)));
  const valid = fc
    .oneof({ weight: 9, arbitrary: weights }, { weight: 1, arbitrary: large })
    .map(weighted)
    .filter((strategy) => validate(resource({ spec: { strategy } }), 'kubernetes').length === 0);
  const reachables = fc.option(
    fc.subarray(['a', 'b', 'c', 'd', 'e', 'k0', 'n0']).map((keys) => new Set<string>(keys)),
    { nil: undefined },
  );
  const flags = fc.record({ oneStep: fc.boolean(), unprocessed: fc.boolean() });
  const changes = fc.tuple(valid, valid, reachables, flags);
  const each = (
    check: (old: Strategy, next: Strategy, reachable: Set<string> | undefined, found: Disruption) => void,
  ): void =>
    fc.assert(
      fc.property(changes, ([old, next, reachable, around]) => {
        check(old, next, reachable, disruption(specOf(old), specOf(next), reachable, around));
      }),
      { numRuns: 600 },
    );
  const orAll = (old: Strategy, reachable: Set<string> | undefined): Set<string> =>
    reachable ?? new Set(Object.keys(weightsOf(old)));

  test('the last write is what was asked for, every write is valid, and no write repeats the one before', () => {
    each((old, next, _reachable, { steps }) => {
      expect(steps.at(-1)).toEqual(next);
      expect(steps.length).toBeLessThanOrEqual(2);
      for (const strategy of steps) expect(validate(resource({ spec: { strategy } }), 'kubernetes')).toEqual([]);
      if (steps.length === 2) for (const before of [old, next]) expect(sameStrategy(steps[0]!, before)).toBe(false);
    });
  });

  test('after the first of two writes a reachable key of the old set is as it was, and another stays in the second', () => {
    each((old, next, reachable, { steps, takers }) => {
      if (steps.length < 2) return;
      const now = orAll(old, reachable);
      const added = Object.keys(weightsOf(next)).filter((name) => !Object.hasOwn(weightsOf(old), name));
      const [first, second] = heldBetween(old, steps, new Set([...now, ...added]));
      expect(first).toEqual(takers);
      expect(takers.every((name) => now.has(name))).toBe(true);
      expect(second).not.toHaveLength(0);
    });
  });

  test('two writes only where one would refuse clients', () => {
    each((old, next, reachable, { steps, fresh }) => {
      const now = orAll(old, reachable);
      const someoneNow = Object.keys(weightsOf(old)).some((name) => now.has(name));
      const held = heldBetween(old, [next], now)[0]!;
      if (steps.length === 2) expect({ someoneNow, held }).toEqual({ someoneNow: true, held: [] });
      if (fresh === 'refused' || fresh === 'ended')
        expect({ someoneNow, held }).toEqual({ someoneNow: true, held: [] });
      if (fresh === 'unserved') expect(someoneNow && !sameStrategy(old, next)).toBe(false);
    });
  });

  test('where no connection is said to be refused, a router holds a reachable key throughout', () => {
    each((old, next, reachable, { steps, fresh }) => {
      if (fresh !== 'taken' && !(fresh === 'untouched' && !sameStrategy(old, next))) return;
      const added = Object.keys(weightsOf(next)).filter((name) => !Object.hasOwn(weightsOf(old), name));
      const now = new Set([...orAll(old, reachable), ...added]);
      for (const held of heldBetween(old, steps, now)) expect(held).not.toHaveLength(0);
    });
  });

  test('every key stands in exactly one list', () => {
    each((old, next, _reachable, { keys }) => {
      const all = [...keys.unchanged, ...keys.changed, ...keys.added, ...keys.removed];
      expect(all.sort()).toEqual(
        [...new Set([...Object.keys(weightsOf(old)), ...Object.keys(weightsOf(next))])].sort(),
      );
    });
  });
});
