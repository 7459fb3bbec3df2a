import fc from 'fast-check';
import { Failure } from '../../../src/model/failure.js';
import { parseSelector } from '../../../src/model/selector.js';

type Labels = Record<string, string>;

describe('parseSelector', () => {
  const web: Labels = { app: 'web', tier: 'front', empty: '' };

  test.each([
    ['', true],
    ['  ', true],
    ['app=web', true],
    ['app==web', true],
    ['app = web', true],
    ['app!=web', false],
    ['app!=db', true],
    ['none!=x', true],
    ['app', true],
    ['!app', false],
    ['! none', true],
    ['empty=', true],
    ['app=', false],
    ['none=', false],
    ['app in (web,db)', true],
    ['app in ( db , web )', true],
    ['app in(web)', true],
    ['app in (db)', false],
    ['app notin (db)', true],
    ['none notin (db)', true],
    ['app notin (web, db)', false],
    ['app=web,tier=front', true],
    ['app=web,tier=back', false],
    ['app in (web,db),tier notin (back,mid),!none', true],
    ['example.org/app=web', false],
  ])('%j: %s', (text, matches) => {
    expect(parseSelector(text)(web)).toBe(matches);
  });

  test('a resource without labels has none', () => {
    expect(parseSelector('app')(undefined)).toBe(false);
    expect(parseSelector('!app')(undefined)).toBe(true);
    expect(parseSelector('constructor')({})).toBe(false);
  });

  test.each([
    'app=web,',
    ',',
    'app=a=b',
    '!app=web',
    '!app in (a)',
    'app in',
    'app in (a',
    'app in a)',
    'app near (a)',
    '=web',
    'a b',
    'app=-x',
    'app in (ok,-x)',
    'Bad_Prefix/a=b',
    '-a',
    `app=${'x'.repeat(64)}`,
  ])('%j is refused with the flag as its field', (text) => {
    expect(() => parseSelector(text)).toThrow(Failure);
    try {
      parseSelector(text);
    } catch (error) {
      expect((error as Failure).code).toBe('usage');
      expect((error as Failure).causes[0]?.field).toBe('--selector');
    }
  });

  test('agrees with a plain reading of each term', () => {
    const name = fc.constantFrom('a', 'b', 'c');
    const value = fc.constantFrom('x', 'y', '');
    const term = fc.record({
      key: name,
      way: fc.constantFrom('=', '!=', 'in', 'notin', 'has', 'lacks'),
      values: fc.array(value, { minLength: 1, maxLength: 3 }),
    });
    const write = ({ key, way, values }: { key: string; way: string; values: string[] }): string => {
      if (way === 'has') return key;
      if (way === 'lacks') return `!${key}`;
      return way === 'in' || way === 'notin' ? `${key} ${way} (${values.join(',')})` : `${key}${way}${values[0]}`;
    };
    const holds = (labels: Labels, { key, way, values }: { key: string; way: string; values: string[] }): boolean => {
      const present = labels[key] !== undefined;
      const among =
        present && (way === 'in' || way === 'notin' ? values : values.slice(0, 1)).includes(labels[key] ?? '');
      if (way === 'has') return present;
      if (way === 'lacks') return !present;
      return way === '=' || way === 'in' ? among : !among;
    };
    fc.assert(
      fc.property(fc.array(term, { minLength: 1, maxLength: 4 }), fc.dictionary(name, value), (terms, labels) => {
        const selector = terms.map(write).join(',');
        expect(parseSelector(selector)({ ...labels })).toBe(terms.every((each) => holds(labels, each)));
      }),
    );
  });
});
