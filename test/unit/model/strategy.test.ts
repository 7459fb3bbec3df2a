import fc from 'fast-check';
import { parsePairs, parsePort, portProblem } from '../../../src/model/build.js';
import {
  describeStrategy,
  keysOf,
  kindOf,
  parseStrategy,
  sameStrategy,
  strategyFlag,
} from '../../../src/model/strategy.js';
import { priority, weighted } from '../fixtures.js';

const W = 'spec.strategy.weighted.routingKeys';
const P = 'spec.strategy.priority.routingKeys';

describe('parseStrategy', () => {
  test.each([
    ['one flag with commas', { weighted: ['east=3,west=1'] }, weighted({ east: 3, west: 1 })],
    ['repeated flags', { weighted: ['east=3', 'west=1'] }, weighted({ east: 3, west: 1 })],
    ['priority in order', { priority: ['b,a', 'c'] }, priority('b', 'a', 'c')],
    [
      'both, to be refused by the rules',
      { weighted: ['a=1'], priority: ['b'] },
      { ...priority('b'), ...weighted({ a: 1 }) },
    ],
    ['neither', {}, undefined],
    ['leading zeros are decimal', { weighted: ['a=010'] }, weighted({ a: 10 })],
    ['the last = divides', { weighted: ['a=b=1'] }, weighted({ 'a=b': 1 })],
    ['blanks after commas, and a comma at the end', { weighted: ['a=1, b=2,'] }, weighted({ a: 1, b: 2 })],
    ['the same of priority', { priority: ['b, a,', 'c'] }, priority('b', 'a', 'c')],
    ['a colon, where nothing else gives the weight', { weighted: ['a:1,b:c:2'] }, weighted({ a: 1, 'b:c': 2 })],
    ['a colon in a key with =', { weighted: ['a:1=3'] }, weighted({ 'a:1': 3 })],
    ['values that the rules judge', { weighted: ['a=0,b=-1,c=2147483648'] }, weighted({ a: 0, b: -1, c: 2147483648 })],
  ])('%s', (_title, options, strategy) => {
    expect(parseStrategy(options)).toEqual({ strategy, problems: [] });
  });

  test.each([
    ['no weight', { weighted: ['east,west=1'] }, [`${W}[east]`], /east=1/],
    ['an empty weight', { weighted: ['east='] }, [`${W}[east]`], /east=1/],
    ['a fraction', { weighted: ['a=1.5'] }, [`${W}[a]`], /1\.5/],
    ['an exponent', { weighted: ['a=1e3'] }, [`${W}[a]`], /1e3/],
    ['hexadecimal', { weighted: ['a=0x10'] }, [`${W}[a]`], /0x10/],
    ['a blank', { weighted: ['a= 1'] }, [`${W}[a]`], /" 1"/],
    ['a plus sign', { weighted: ['a=+1'] }, [`${W}[a]`], /\+1/],
    ['a weighted key twice', { weighted: ['a=1', 'a=1'] }, [`${W}[a]`], /twice/],
    ['a priority key twice', { priority: ['a,b,a'] }, [`${P}[2]`], /twice/],
    ['an empty part', { weighted: ['a=1,,b=1'] }, [`${W}[]`], /weight/],
    ['nothing but a comma', { weighted: [','] }, [`${W}[]`], /weight/],
    ['every one of them', { weighted: ['a,b=x,c=1,c=2'] }, [`${W}[a]`, `${W}[b]`, `${W}[c]`], /weight|twice/],
  ])('%s is a problem of its field', (_title, options, fields, words) => {
    const { problems } = parseStrategy(options);
    expect(problems.map(({ field }) => field)).toEqual(fields);
    for (const { message } of problems) expect(message).toMatch(words);
  });

  test('reads back what strategyFlag writes', () => {
    const key = fc.stringMatching(/^[a-z][a-z0-9.-]{0,8}$/);
    const maps = fc.dictionary(key, fc.integer({ min: 1, max: 1000 }), { minKeys: 1 });
    fc.assert(
      fc.property(maps, (weights) => {
        const given = weighted({ ...weights });
        const parsed = parseStrategy({ weighted: [strategyFlag(given).replace('--weighted ', '')] });
        expect(parsed.problems).toEqual([]);
        expect(sameStrategy(parsed.strategy ?? {}, given)).toBe(true);
      }),
    );
  });

  test('a key named __proto__ is a key', () => {
    const { strategy } = parseStrategy({ weighted: ['__proto__=2,a=1'] });
    expect(keysOf(strategy)).toEqual(['__proto__', 'a']);
  });
});

describe('strategies', () => {
  test('the kind is the one that is set', () => {
    expect(kindOf(weighted({ a: 1 }))).toBe('weighted');
    expect(kindOf(priority('a'))).toBe('priority');
    expect(kindOf({ ...priority('a'), ...weighted({ a: 1 }) })).toBeUndefined();
    expect(kindOf({ priority: null, ...weighted({ a: 1 }) } as never)).toBe('weighted');
    expect(kindOf({})).toBeUndefined();
    expect(kindOf(null)).toBeUndefined();
  });

  test('weighted keys are shown heaviest first, then by name; priority keys by rank', () => {
    expect(keysOf(weighted({ b: 1, c: 5, a: 1 }))).toEqual(['c', 'a', 'b']);
    expect(keysOf(priority('b', 'a'))).toEqual(['b', 'a']);
    expect(keysOf(undefined)).toEqual([]);
  });

  test('the same strategy: order counts for priority only', () => {
    expect(sameStrategy(weighted({ a: 1, b: 2 }), weighted({ b: 2, a: 1 }))).toBe(true);
    expect(sameStrategy(weighted({ a: 1 }), weighted({ a: 2 }))).toBe(false);
    expect(sameStrategy(priority('a', 'b'), priority('b', 'a'))).toBe(false);
    expect(sameStrategy(priority('a'), weighted({ a: 1 }))).toBe(false);
    expect(sameStrategy({ priority: null, ...weighted({ a: 1 }) } as never, weighted({ a: 1 }))).toBe(true);
  });

  test('a long one is counted, not listed', () => {
    const keys = Array.from({ length: 12 }, (_, index) => `k${index}`);
    expect(describeStrategy(priority(...keys))).toBe('priority (k0, k1, k2, k3, k4, k5, k6, k7, and 4 more)');
    expect(describeStrategy(weighted({ east: 3, west: 1 }))).toBe('weighted (east=3, west=1)');
    expect(describeStrategy({})).toBe('no strategy');
  });
});

describe('parsePairs', () => {
  test.each([
    [['a=b'], false, { a: 'b' }, []],
    [['a='], false, { a: '' }, []],
    [['a=b=c'], false, { a: 'b=c' }, []],
    [['a-'], true, { a: null }, []],
    [['a-=b'], true, { 'a-': 'b' }, []],
    [['a'], false, {}, ['f']],
    [['a-'], false, {}, ['f']],
    [['=b'], false, {}, ['f']],
    [['-'], true, {}, ['f']],
    [['a=1', 'a=2'], false, { a: '1' }, ['f[a]']],
    [['a=1', 'a-'], true, { a: '1' }, ['f[a]']],
    [undefined, true, {}, []],
  ])('%j (removals: %s)', (values, removals, pairs, fields) => {
    const parsed = parsePairs('f', values, removals);
    expect(parsed.pairs).toEqual(pairs);
    expect(parsed.problems.map(({ field }) => field)).toEqual(fields);
  });
});

describe('parsePort', () => {
  test.each([
    ['1', 1],
    ['8080', 8080],
    ['65535', 65535],
    ['0', 0],
    ['65536', 65536],
    ['080', 80],
  ])('%j is %d', (text, port) => {
    expect(parsePort(text)).toBe(port);
    expect(portProblem(text)).toBeUndefined();
  });

  test.each(['', '80a', ' 80', '80 ', '1e3', '0x50', '-1', '+80', '8080.0', '٨', '9'.repeat(30)])(
    '%j is no port',
    (text) => {
      expect(parsePort(text)).toBeNaN();
      expect(portProblem(text)?.field).toBe('spec.port');
    },
  );
});
