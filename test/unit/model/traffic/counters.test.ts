import fc from 'fast-check';
import { mergeStates } from '../../../../src/router/merge.js';
import { countsBetween, countsInTotal, countsOver, sumOf } from '../../../../src/model/traffic/counters.js';
import { told, type Told } from './states.js';

const between = (before: Told, after: Told): Record<string, number> =>
  Object.fromEntries(countsBetween(told(before), told(after), 'web'));

test.each<[string, Told, Told, Record<string, number>]>([
  ['what came in between', { given: { east: 10, west: 5 } }, { given: { east: 13, west: 5 } }, { east: 3, west: 0 }],
  ['a lower counter began at 0', { given: { east: 10 } }, { given: { east: 4 } }, { east: 4, west: 0 }],
  [
    'another value makes the entity anew, even with a higher counter',
    { given: { east: 10, west: 1 } },
    { values: { east: 5, west: 1 }, given: { east: 12, west: 2 } },
    { east: 12, west: 1 },
  ],
  ['a key that was added', { values: { east: 3 } }, { given: { west: 7 } }, { east: 0, west: 7 }],
  ['a key that was removed', { given: { west: 7 } }, { values: { east: 3 }, given: { east: 1 } }, { east: 1 }],
  [
    'another start of the router, even with higher counters',
    { startedAt: 1, given: { east: 10 } },
    { startedAt: 2, given: { east: 12 } },
    { east: 12, west: 0 },
  ],
  ['a router that was not asked before', { id: 'r2' }, { given: { east: 12 } }, { east: 0, west: 0 }],
])('%s', (_, before, after, expected) => {
  expect(between(before, after)).toEqual(expected);
});

test('a listener that the router did not hold before counts from 0, one that it no longer holds is nothing', () => {
  const without = { ...told({}), listeners: [] };
  expect(countsBetween(without, told({ given: { east: 2 } }), 'web')).toEqual(
    new Map([
      ['east', 2],
      ['west', 0],
    ]),
  );
  expect(countsBetween(told({}), without, 'web')).toEqual(new Map());
  expect(countsInTotal(without, 'web')).toEqual(new Map());
});

test('of two routers only the one that restarted counts from 0, also where both have one id', () => {
  for (const id of ['r1', 'r2']) {
    const before = mergeStates([told({ given: { east: 100 } }), told({ id, given: { east: 100 } })]);
    const after = mergeStates([told({ given: { east: 105 } }), told({ id, given: { east: 2 } })]);
    expect(countsBetween(before, after, 'web').get('east')).toBe(7);
  }
});

test('over many readings nothing is lost or counted twice, whatever restarts in between', () => {
  const step = fc.record({ east: fc.nat(50), west: fc.nat(50), restart: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 20 }), (steps) => {
      let given = { east: 0, west: 0 };
      let startedAt = 0;
      const states = [told({ startedAt, given })];
      for (const { east, west, restart } of steps) {
        if (restart) {
          startedAt += 1;
          given = { east: 0, west: 0 };
        }
        given = { east: given.east + east, west: given.west + west };
        states.push(told({ startedAt, given }));
      }
      const counts = countsOver(states, 'web');
      expect(counts.get('east')).toBe(steps.reduce((sum, { east }) => sum + east, 0));
      expect(sumOf(counts)).toBe(steps.reduce((sum, { east, west }) => sum + east + west, 0));
    }),
  );
});
