import fc from 'fast-check';
import { disruption } from '../../../src/model/change/disruption.js';
import type { Spec } from '../../../src/model/resource.js';
import { weightsOf } from '../../../src/model/strategy.js';
import {
  backTo,
  parseTarget,
  planShift,
  sameShares,
  sharesOf,
  tooManyKeys,
  type Weights,
} from '../../../src/model/shift.js';

describe('--to', () => {
  test.each<[string[], Weights]>([
    [['east=20,west=80'], { east: 1, west: 4 }],
    [['east=20%,west=80%'], { east: 1, west: 4 }],
    [['east=20', 'west=80'], { east: 1, west: 4 }],
    [['east=1, west=2, north=1,'], { east: 1, west: 2, north: 1 }],
    [['west=100'], { west: 1 }],
    [['east=0,west=5'], { west: 1 }],
    [['a=b=1'], { 'a=b': 1 }],
  ])('%j', (texts, weights) => {
    expect(parseTarget(texts)).toEqual({ weights, problems: [] });
  });

  test.each<[string, RegExp]>([
    ['east', /invalid share "east"; expected KEY=SHARE/],
    ['', /invalid share ""; expected KEY=SHARE/],
    ['=1', /expected KEY=SHARE/],
    ['east=-1', /expected KEY=SHARE/],
    ['east=1.5', /expected KEY=SHARE/],
    ['east=1,,west=1', /invalid share ""; expected KEY=SHARE/],
    ['east=1,east=2', /"east" is given twice/],
    ['east=0', /above 0/],
    ['east=20%,west=70%', /add up to 100.*up to 90/],
    ['east=20%,west=80', /all must have it/],
  ])('%s is refused', (text, why) => {
    expect(parseTarget([text]).problems).toEqual([{ field: '--to', message: expect.stringMatching(why) }]);
  });
});

describe('the plan', () => {
  const shares = (present: Weights, target: Weights, size: Parameters<typeof planShift>[2]): unknown[] =>
    planShift(present, target, size).map((step) => step.shares);

  test('ten points a step, the keys that go are dropped at the end', () => {
    expect(shares({ east: 9, west: 1 }, { east: 1, west: 4 }, { points: 20 })).toEqual([
      { east: 70, west: 30 },
      { east: 50, west: 50 },
      { east: 30, west: 70 },
      { east: 20, west: 80 },
    ]);
    expect(planShift({ v1: 1 }, { v2: 1 }, { points: 50 }).map(({ weights }) => weights)).toEqual([
      { v1: 1, v2: 1 },
      { v2: 1 },
    ]);
  });

  test('as many equal steps as asked for', () => {
    expect(shares({ a: 1 }, { b: 1 }, { steps: 4 })).toEqual([
      { a: 75, b: 25 },
      { a: 50, b: 50 },
      { a: 25, b: 75 },
      { b: 100 },
    ]);
    expect(shares({ a: 1, b: 1 }, { a: 1, b: 1 }, { steps: 4 })).toEqual([]);
    expect(shares({ a: 2, b: 2 }, { a: 1, b: 1 }, { points: 1 })).toEqual([]);
  });

  test('the weights of a step are on the scale of those before, so that between its writes no share overshoots', () => {
    const weights = planShift({ v1: 9, v2: 1 }, { v1: 1, v2: 1 }, { points: 10 }).map((step) => step.weights);
    expect(weights).toEqual([
      { v1: 8, v2: 2 },
      { v1: 7, v2: 3 },
      { v1: 6, v2: 4 },
      { v1: 5, v2: 5 },
    ]);
    expect(planShift({ v1: 40, v2: 60 }, { v1: 1, v2: 4 }, { points: 20 })[0]?.weights).toEqual({ v1: 20, v2: 80 });
    expect(planShift({ v1: 60, v2: 40 }, { v1: 1, v2: 4 }, { points: 20 })[0]?.weights).toEqual({ v1: 40, v2: 60 });
  });

  test('keys that only go are dropped in one write, on the way and on the way back', () => {
    expect(planShift({ v1: 34, v2: 166 }, { v2: 1 }, { points: 50 })).toEqual([
      { weights: { v2: 166 }, shares: { v2: 100 } },
    ]);
    expect(planShift({ a: 4, b: 2, c: 9 }, { a: 2, b: 1 }, { steps: 1 })[0]?.weights).toEqual({ a: 4, b: 2 });
    expect(backTo({ v1: 1 }, { v1: 9, v2: 1 })).toEqual({ v1: 9 });
    expect(backTo({ v1: 90, v2: 10 }, { v1: 30, v2: 70 })).toEqual({ v1: 90, v2: 10 });
    expect(backTo({ v1: 1, v2: 1 }, { v1: 30, v2: 70 })).toEqual({ v1: 50, v2: 50 });
  });

  test('the last step has the shares that were asked for, which need not be whole', () => {
    expect(planShift({ a: 1 }, { a: 1, b: 1, c: 1 }, { points: 100 })).toEqual([
      { weights: { a: 1, b: 1, c: 1 }, shares: { a: 100 / 3, b: 100 / 3, c: 100 / 3 } },
    ]);
  });

  test('more keys than parts of a hundred', () => {
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, 1]));
    expect([tooManyKeys(many, { a: 1 }), tooManyKeys({ a: 1 }, { b: 1 })]).toEqual([true, false]);
  });

  const weights = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', '__proto__x'), fc.integer({ min: 1, max: 1000 }), {
    minKeys: 1,
  });
  const size = fc.oneof(
    fc.record({ points: fc.integer({ min: 1, max: 100 }) }),
    fc.record({ steps: fc.integer({ min: 1, max: 100 }) }),
  );

  test('no share is lost or invented, and the end is what was asked for', () => {
    fc.assert(
      fc.property(weights, weights, size, (present, target, by) => {
        const steps = planShift(present, target, by);
        const keys = new Set([...Object.keys(present), ...Object.keys(target)]);
        for (const [index, step] of steps.entries()) {
          const all = Object.values(step.shares);
          expect(all.reduce((a, b) => a + b, 0)).toBeCloseTo(100);
          expect(all.every((share) => share > 0)).toBe(true);
          expect(sameShares(step.weights, step.shares) || index === steps.length - 1).toBe(true);
          if (index < steps.length - 1) expect(new Set(Object.keys(step.weights))).toEqual(keys);
        }
        const end = steps.at(-1)?.weights ?? present;
        expect(sameShares(end, target)).toBe(true);
      }),
    );
  });

  test('no step moves a share by more than was asked for, but for rounding', () => {
    fc.assert(
      fc.property(weights, weights, fc.integer({ min: 5, max: 100 }), (present, target, points) => {
        let before = sharesOf(present);
        for (const { shares: after } of planShift(present, target, { points })) {
          for (const key of new Set([...Object.keys(before), ...Object.keys(after)]))
            // A key that is new or goes has at least 1 % before the end.
            expect(Math.abs((after[key] ?? 0) - (before[key] ?? 0))).toBeLessThanOrEqual(points + 5);
          before = after;
        }
      }),
    );
  });

  test('from any step on the rest leads to the same end', () => {
    fc.assert(
      fc.property(weights, weights, size, fc.nat(200), (present, target, by, at) => {
        const steps = planShift(present, target, by);
        const stopped = steps[Math.min(at, steps.length - 1)]?.weights ?? present;
        const rest = planShift(stopped, target, by);
        expect(sameShares(rest.at(-1)?.weights ?? stopped, target)).toBe(true);
        // Keys that are rounded up to 1 % may take some of the way back.
        if ('points' in by) expect(rest.length).toBeLessThanOrEqual(steps.length + 5);
      }),
    );
  });

  const specOf = (routingKeys: Weights): Spec => ({
    host: 'web',
    port: 80,
    strategy: { weighted: { routingKeys: { ...routingKeys } } },
  });
  /** The writes from one set of weights to the next: one, or two. */
  const changes = (before: Weights, after: Weights): Weights[] =>
    disruption(specOf(before), specOf(after), undefined).steps.map((each) => weightsOf(each));
  /** Every write of a whole shift, in order. */
  const writesOf = (present: Weights, target: Weights, by: Parameters<typeof planShift>[2]): Weights[] => {
    let before = present;
    return planShift(present, target, by).flatMap(({ weights: after }) => {
      const writes = changes(before, after);
      before = after;
      return writes;
    });
  };

  test('between two writes no share is further off than one step moves, on the way and back from any step', () => {
    const upTo = (max: number): fc.Arbitrary<Weights> =>
      fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 1, max }), { minKeys: 1 });
    // Small weights have no scale to move on.
    const large = upTo(25).map((each) => Object.fromEntries(Object.entries(each).map(([key, n]) => [key, n * 1000])));
    fc.assert(
      fc.property(large, upTo(20), size, fc.nat(200), (start, target, by, at) => {
        const steps = planShift(start, target, by).map((step) => step.weights);
        const way = [start, ...steps.slice(0, at + 1)];
        for (const [index, after] of [...way, backTo(start, way.at(-1)!)].entries()) {
          const before = way[index - 1] ?? start;
          const [old, next] = [sharesOf(before), sharesOf(after)];
          const keys = Object.keys({ ...old, ...next });
          const moves = keys.map((key) => Math.abs((next[key] ?? 0) - (old[key] ?? 0)));
          // With two keys all shares lie between. Targets whose sum is no divisor of a hundred have a scale that is about the same.
          const most = (keys.length > 2 ? Math.max(...moves) : 0) + 2;
          for (const shares of changes(before, after).map(sharesOf))
            for (const key of keys) {
              const [low, high] = [old[key] ?? 0, next[key] ?? 0].sort((a, b) => a - b) as [number, number];
              expect(shares[key] ?? 0).toBeGreaterThan(low - most);
              expect(shares[key] ?? 0).toBeLessThan(high + most);
            }
        }
      }),
    );
  });

  test('killed after any write, between the two of a step too, the same line comes to the same end', () => {
    fc.assert(
      fc.property(weights, weights, size, fc.array(fc.nat(20), { maxLength: 5 }), (present, target, by, kills) => {
        const keys = new Set([...Object.keys(present), ...Object.keys(target)]);
        let stored = present;
        for (const kill of [...kills, Number.POSITIVE_INFINITY]) {
          const writes = writesOf(stored, target, by);
          for (const each of writes) {
            expect(Object.keys(each).every((key) => keys.has(key))).toBe(true);
            expect(Object.values(each).every((weight) => Number.isInteger(weight) && weight > 0)).toBe(true);
          }
          stored = writes[Math.min(kill, writes.length - 1)] ?? stored;
        }
        expect(sameShares(stored, target)).toBe(true);
      }),
    );
  });
});
