import { disruption, type Circumstances, type Disruption } from '../../../../src/model/change/disruption.js';
import type { Spec, Strategy } from '../../../../src/model/resource.js';
import { priority, weighted } from '../../fixtures.js';

const specOf = (strategy: Strategy, rest: Partial<Spec> = {}): Spec => ({ host: 'web', port: 8080, strategy, ...rest });
const change = (old: Strategy, next: Strategy, reachable?: string[], around?: Circumstances): Disruption =>
  disruption(specOf(old), specOf(next), reachable && new Set(reachable), around);
const many = (count: number, weight: number, prefix = 'k'): Record<string, number> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, weight]));

describe('the keys that change', () => {
  test.each<[string, Strategy, Strategy, Partial<Disruption['keys']>]>([
    [
      'weights: those of another weight',
      weighted({ a: 1, b: 2 }),
      weighted({ a: 1, b: 3 }),
      { unchanged: ['a'], changed: ['b'] },
    ],
    [
      'weights: added and removed',
      weighted({ a: 1, b: 2 }),
      weighted({ a: 1, c: 2 }),
      { unchanged: ['a'], added: ['c'], removed: ['b'] },
    ],
    [
      'priority: put behind changes all ranks',
      priority('a', 'b'),
      priority('a', 'b', 'c'),
      { changed: ['a', 'b'], added: ['c'] },
    ],
    [
      'priority: put in front changes none',
      priority('a', 'b'),
      priority('c', 'a', 'b'),
      { unchanged: ['a', 'b'], added: ['c'] },
    ],
    [
      'priority: the last removed changes all',
      priority('a', 'b', 'c'),
      priority('a', 'b'),
      { changed: ['a', 'b'], removed: ['c'] },
    ],
    [
      'priority: the first removed changes none',
      priority('a', 'b', 'c'),
      priority('b', 'c'),
      { unchanged: ['b', 'c'], removed: ['a'] },
    ],
    ['priority: swapped', priority('a', 'b', 'c'), priority('a', 'c', 'b'), { unchanged: ['a'], changed: ['c', 'b'] }],
    [
      'a key named as a member of Object',
      weighted({ ['__proto__']: 1 }),
      weighted({ ['__proto__']: 2 }),
      { changed: ['__proto__'] },
    ],
  ])('%s', (_title, old, next, keys) => {
    expect(change(old, next).keys).toEqual({ unchanged: [], changed: [], added: [], removed: [], ...keys });
  });
});

describe('what happens to connections', () => {
  type Row = [string, Disruption, Partial<Disruption>];
  const old = weighted({ a: 3, b: 1 });
  test.each<Row>([
    ['nothing for the router', change(old, old, ['a']), { way: 'nothing', open: 'kept', fresh: 'untouched' }],
    [
      'a key added',
      change(old, weighted({ a: 3, b: 1, c: 1 }), ['a']),
      { way: 'keys', fresh: 'untouched', takers: ['a'] },
    ],
    ['an unreachable key changed', change(old, weighted({ a: 3, b: 2 }), ['a']), { fresh: 'untouched' }],
    ['one of two changed', change(old, weighted({ a: 3, b: 2 }), ['a', 'b']), { fresh: 'taken', takers: ['a'] }],
    [
      'the only reachable key changed',
      change(old, weighted({ a: 4, b: 1 }), ['a']),
      { fresh: 'refused', oneWrite: 'no-substitute' },
    ],
    ['the only reachable key removed', change(old, weighted({ b: 1 }), ['a']), { fresh: 'ended' }],
    ['nobody is connected', change(old, weighted({ a: 4, b: 2 }), []), { fresh: 'unserved' }],
    [
      'a key of weight 0 takes nothing',
      change(weighted({ a: 3, b: 0 }), weighted({ a: 4, b: 0 }), ['a', 'b']),
      { live: ['a'], fresh: 'refused' },
    ],
    [
      'all ranks changed',
      change(priority('a', 'b'), priority('b', 'a'), ['a']),
      { fresh: 'refused', oneWrite: 'priority', open: 'kept' },
    ],
    [
      'one rank stays',
      change(priority('a', 'b', 'c'), priority('a', 'c', 'b'), ['a', 'b']),
      { fresh: 'taken', takers: ['a'] },
    ],
    [
      'unknown is taken for reachable',
      change(old, weighted({ a: 3, b: 2 })),
      { known: false, fresh: 'taken', takers: ['a'] },
    ],
    ['another kind', change(old, priority('a', 'b'), ['a']), { way: 'recreate', open: 'cut', fresh: 'refused' }],
    [
      'deleted and created again',
      change(old, weighted({ a: 3, b: 2 }), ['a'], { recreate: true }),
      { way: 'recreate', open: 'cut' },
    ],
    [
      'a system site',
      change(old, weighted({ a: 3, b: 2 }), ['a'], { reload: true }),
      { way: 'reload', open: 'cut', fresh: 'refused' },
    ],
  ])('%s', (_title, found, expected) => {
    expect(found).toMatchObject({ ...expected, steps: [expect.anything()] });
  });

  test.each<[Partial<Spec>, Partial<Spec>, string[]]>([
    [{}, { port: 81 }, ['port']],
    [{}, { host: 'web2', observer: 'none' }, ['host', 'observer']],
    [{}, { tlsCredentials: 'tls', requireClientCert: true }, ['tlsCredentials', 'requireClientCert']],
    [{ tlsCredentials: '' }, { tlsCredentials: undefined, requireClientCert: false }, []],
    [{ settings: { a: 'b' } }, {}, []],
  ])('%j to %j replaces the listener for %j', (was, is, replaced) => {
    const strategy = weighted({ a: 3, b: 1 });
    const found = disruption(specOf(strategy, was), specOf(strategy, is), new Set(['a']));
    const way =
      replaced.length > 0 ? { way: 'listener', open: 'cut', fresh: 'refused' } : { way: 'nothing', open: 'kept' };
    expect(found).toMatchObject({ replaced, ...way });
  });

  test('weights that change together with the listener are written at once', () => {
    const found = disruption(
      specOf(weighted({ a: 3, b: 1 })),
      specOf(weighted({ a: 5, b: 2 }), { port: 81 }),
      new Set(['a', 'b']),
    );
    expect(found).toMatchObject({ way: 'listener', fresh: 'refused', steps: [weighted({ a: 5, b: 2 })] });
  });
});

describe('two writes', () => {
  const old = weighted({ a: 3, b: 1 });
  test.each<[string, Disruption, Strategy]>([
    ['the heaviest key waits', change(old, weighted({ a: 5, b: 2 }), ['a', 'b']), weighted({ a: 3, b: 2 })],
    [
      'the heaviest reachable key waits',
      change(weighted({ x: 9, a: 3, b: 1 }), weighted({ x: 8, a: 5, b: 2 }), ['a', 'b']),
      weighted({ x: 8, a: 3, b: 2 }),
    ],
    ['a key that goes waits too', change(weighted({ a: 3 }), weighted({ b: 1 }), ['a']), weighted({ a: 3, b: 1 })],
    ['unknown: all are taken for reachable', change(old, weighted({ a: 5, b: 2 })), weighted({ a: 3, b: 2 })],
    [
      'a lighter key, where a reachable one can only stand in for it',
      change(old, weighted({ a: 5, c: 1 }), ['a', 'b']),
      weighted({ a: 5, b: 1, c: 1 }),
    ],
    [
      'a new key that is known to be reachable can stand in',
      change(old, weighted({ a: 5, c: 1 }), ['a', 'b', 'c']),
      weighted({ a: 3, c: 1 }),
    ],
    [
      'a lighter key, where the heavier would exceed the sum',
      change(weighted({ a: 2147483646, b: 1 }), weighted({ a: 1, b: 2147483646 }), ['a', 'b']),
      weighted({ a: 1, b: 1 }),
    ],
  ])('%s', (_title, found, first) => {
    expect(found.steps).toHaveLength(2);
    expect(found.steps[0]).toEqual(first);
    expect(found).toMatchObject({ fresh: 'taken', open: 'kept' });
  });

  test.each<[string, Disruption, Disruption['oneWrite']]>([
    [
      'not when one was asked for',
      change(old, weighted({ a: 5, b: 2 }), ['a'].concat('b'), { oneStep: true }),
      'asked',
    ],
    [
      'not when nobody would say that the first is applied',
      change(old, weighted({ a: 5, b: 2 }), ['a', 'b'], { unprocessed: true }),
      'unprocessed',
    ],
    [
      'not when no other key could stand in',
      change(old, weighted({ a: 5, b: 2 }), ['a'], { oneStep: true }),
      'no-substitute',
    ],
    [
      'not when a key too many would be held',
      change(weighted(many(256, 1)), weighted(many(256, 1, 'n')), ['k7']),
      'limits',
    ],
    [
      'not when the sum would be too large',
      change(weighted({ a: 2147483647 }), weighted({ b: 2147483647 }), ['a']),
      'limits',
    ],
  ])('%s', (_title, found, oneWrite) => {
    expect(found).toMatchObject({ steps: [expect.anything()], fresh: 'refused', oneWrite });
  });
});

test.each<[string, Strategy, Strategy, boolean]>([
  ['the same ratio', weighted({ a: 3, b: 1 }), weighted({ a: 6, b: 2 }), true],
  [
    'the same ratio beyond exact floating point',
    weighted({ a: 2147483646, b: 1 }),
    weighted({ a: 2147483645, b: 1 }),
    false,
  ],
  ['one key', weighted({ a: 3 }), weighted({ a: 1 }), true],
  ['another ratio', weighted({ a: 3, b: 1 }), weighted({ a: 6, b: 3 }), false],
  ['other keys', weighted({ a: 3, b: 1 }), weighted({ a: 3, c: 1 }), false],
  ['no change at all', weighted({ a: 3, b: 1 }), weighted({ a: 3, b: 1 }), false],
  ['ranks', priority('a', 'b'), priority('b', 'a'), false],
])('shares stay: %s', (_title, old, next, same) => {
  expect(change(old, next, ['a']).sameShares).toBe(same);
});
