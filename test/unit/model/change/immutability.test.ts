import { judgeStrategy, type StrategyPermission } from '../../../../src/model/change/immutability.js';
import type { Strategy } from '../../../../src/model/resource.js';
import { priority, resource, weighted } from '../../fixtures.js';

const OLD_WEIGHTED = weighted({ east: 1, west: 1 });
const OLD_PRIORITY = priority('east', 'west');
const NONE = {};
const IN_PLACE = { inPlace: true };
const RECREATE = { recreate: true };
const BOTH = { inPlace: true, recreate: true };

type Row = [title: string, before: Strategy, after: Strategy, ways: [StrategyPermission, string][]];

const always = (way: string): [StrategyPermission, string][] =>
  [NONE, IN_PLACE, RECREATE, BOTH].map((each) => [each, way]);
const sameKind: [StrategyPermission, string][] = [
  [NONE, 'refused'],
  [IN_PLACE, 'in-place'],
  [RECREATE, 'recreate'],
  [BOTH, 'in-place'],
];
const otherKind: [StrategyPermission, string][] = [
  [NONE, 'refused'],
  [IN_PLACE, 'refused'],
  [RECREATE, 'recreate'],
  [BOTH, 'recreate'],
];

const ROWS: Row[] = [
  ['the same weights', OLD_WEIGHTED, weighted({ east: 1, west: 1 }), always('unchanged')],
  ['the same weights in another order', OLD_WEIGHTED, weighted({ west: 1, east: 1 }), always('unchanged')],
  ['the same ranks', OLD_PRIORITY, priority('east', 'west'), always('unchanged')],
  ['another weight', OLD_WEIGHTED, weighted({ east: 5, west: 1 }), sameKind],
  ['another weighted key', OLD_WEIGHTED, weighted({ north: 1 }), sameKind],
  ['another order of ranks', OLD_PRIORITY, priority('west', 'east'), sameKind],
  ['another priority key', OLD_PRIORITY, priority('east'), sameKind],
  ['weighted to priority', OLD_WEIGHTED, OLD_PRIORITY, otherKind],
  ['priority to weighted', OLD_PRIORITY, OLD_WEIGHTED, otherKind],
];

const CASES = ROWS.flatMap(([title, before, after, ways]) =>
  ways.map(([permission, way]) => ({ title, before, after, permission, way, permissions: JSON.stringify(permission) })),
);

test.each(CASES)('$title with $permissions: $way', ({ before, after, permission, way }) => {
  const verdict = judgeStrategy(resource({ spec: { strategy: before } }), after, permission);
  expect(verdict.way).toBe(way);
});

describe('a refusal', () => {
  const refusal = (
    after: Strategy,
    permission = {},
  ): { message: string; hint?: string; field?: string; code: string } => {
    const verdict = judgeStrategy(resource({ spec: { strategy: OLD_WEIGHTED } }), after, permission);
    if (verdict.way !== 'refused') throw new Error(`was ${verdict.way}`);
    const { message, hint, causes, code } = verdict.failure;
    return { message, hint, field: causes[0]?.field, code };
  };

  test('of other weights names both ways out', () => {
    expect(refusal(weighted({ east: 5 }))).toEqual({
      message: 'the strategy of web cannot be changed: it is weighted (east=1, west=1) and immutable after creation',
      hint: 'Change keys or weights with --in-place, or delete and recreate the resource with --recreate.',
      field: 'spec.strategy',
      code: 'strategy-immutable',
    });
  });

  test('of another kind names --recreate, also when --in-place was given', () => {
    expect(refusal(priority('east')).hint).toContain('--recreate');
    expect(refusal(priority('east'), IN_PLACE)).toMatchObject({
      message: expect.stringContaining('its kind cannot be changed in place'),
      hint: 'Delete and recreate it with --recreate.',
    });
  });
});
