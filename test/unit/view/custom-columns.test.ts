import { customColumns, lookUp, parsePath, sortedBy } from '../../../src/view/custom-columns.js';
import { failureOf } from '../fake-store.js';

describe('parsePath', () => {
  test.each<[string, (string | number)[]]>([
    ['.spec.port', ['spec', 'port']],
    ['spec.port', ['spec', 'port']],
    ['{.spec.port}', ['spec', 'port']],
    ['.status.conditions[0].type', ['status', 'conditions', 0, 'type']],
    [".metadata.labels['example.com/tier']", ['metadata', 'labels', 'example.com/tier']],
    ['.metadata.labels.example\\.com/tier', ['metadata', 'labels', 'example.com/tier']],
    ["['metadata'].name", ['metadata', 'name']],
  ])('%s', (text, path) => expect(parsePath(text)).toEqual(path));

  test.each(['', '.', '{}', '..a', '.a.', '.a[', '.a[x]', '.a[*]', '.a[-1]', '.a]', "a['b", '{.a', '.a b[', '.a\\'])(
    'no path: %j',
    (text) => expect(parsePath(text)).toBeUndefined(),
  );
});

describe('lookUp', () => {
  const object = { a: [{ b: 1 }], none: null };
  test('follows own keys only', () => {
    expect(lookUp(object, ['a', 0, 'b'])).toBe(1);
    for (const path of [['a', 1, 'b'], ['constructor'], ['none', 'x'], ['a', 'length', 'x']])
      expect(lookUp(object, path)).toBeUndefined();
  });
});

describe('customColumns', () => {
  const rows = (spec: string, object: object): string[] => customColumns(spec).map(({ value }) => value(object));

  test('texts as they are, numbers and maps as JSON, what is not there as <none>', () => {
    const object = { metadata: { name: 'web' }, spec: { port: 8080, keys: ['a', 'b'], on: false }, no: null };
    const spec = 'custom-columns=NAME:.metadata.name,PORT:.spec.port,KEYS:.spec.keys,ON:.spec.on,X:.x.y,NO:.no';
    expect(customColumns(spec).map(({ header }) => header)).toEqual(['NAME', 'PORT', 'KEYS', 'ON', 'X', 'NO']);
    expect(rows(spec, object)).toEqual(['web', '8080', '["a","b"]', 'false', '<none>', '<none>']);
  });

  test.each(['', 'NAME', ':.a', 'NAME:', 'A:.a,', 'A:.a,,B:.b', 'A:.a[*]'])('%j is a usage error', async (spec) => {
    const failure = await failureOf((async () => customColumns(`custom-columns=${spec}`))());
    expect(failure).toMatchObject({ code: 'usage', causes: [{ field: '--output' }] });
  });
});

describe('sortedBy', () => {
  const names = (list: object[], path: string): unknown[] => sortedBy(list, path).map((row) => lookUp(row, ['n']));

  test('numbers as numbers, texts as texts, those without it last and in their order', () => {
    const list = [{ n: 'a', p: 10 }, { n: 'b' }, { n: 'c', p: 9 }, { n: 'd', p: null }, { n: 'e', p: 9 }];
    expect(names(list, '.p')).toEqual(['c', 'e', 'a', 'b', 'd']);
    expect(names([{ n: 'b' }, { n: 'B' }, { n: 'a' }], '{.n}')).toEqual(['B', 'a', 'b']);
    expect(list[0]).toEqual({ n: 'a', p: 10 });
  });

  test('no path is a usage error', async () => {
    const failure = await failureOf((async () => sortedBy([], '..'))());
    expect(failure).toMatchObject({ code: 'usage', causes: [{ field: '--sort-by' }] });
  });
});
