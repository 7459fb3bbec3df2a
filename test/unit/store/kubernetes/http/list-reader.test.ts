import fc from 'fast-check';
import { ListReader } from '../../../../../src/store/kubernetes/http/list-reader.js';

const read = (bytes: Buffer, cuts: readonly number[]): { items: object[]; list: object | undefined } => {
  const reader = new ListReader((item) => item);
  let from = 0;
  for (const cut of [...cuts.map((part) => part % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
    reader.push(bytes.subarray(from, cut));
    from = cut;
  }
  return { items: reader.kept, list: reader.end() };
};

const named = { metadata: { name: 'web' } };
const list = (items: unknown, spaces?: number): string =>
  JSON.stringify(
    { apiVersion: 'v1', items, kind: 'L', metadata: { continue: 'é"]', items: [{ a: 1 }] } },
    null,
    spaces,
  );

test('items and frame are what JSON.parse reads, however the bytes are cut', () => {
  const item = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()).map((each) => ({ ...each, ...named }));
  const items = fc.array(item, { maxLength: 5 });
  const cuts = fc.array(fc.nat(), { maxLength: 20 });
  fc.assert(
    fc.property(items, cuts, fc.constantFrom(undefined, 2), (given, at, spaces) => {
      const text = list(given, spaces);
      const found = read(Buffer.from(text), at);
      const whole = JSON.parse(text) as { items: object[] };
      expect(found.items).toEqual(whole.items);
      expect(found.list).toEqual({ ...whole, items: whole.items.map(() => 0) });
    }),
  );
});

test.each([
  ['no items', '{"items":null}', { items: null }],
  ['empty items', '{"items":[],"a":[{"b":[]}]}', { items: [], a: [{ b: [] }] }],
  ['another array of objects', '{"other":[{"a":1}]}', { other: [{ a: 1 }] }],
  ['a text that looks like the member', '{"a":"\\"items\\":","b":[{}]}', { a: '"items":', b: [{}] }],
])('%s', (_, text, frame) => {
  expect(read(Buffer.from(text), [])).toEqual({ items: [], list: frame });
});

test.each([
  ['cut in an item', '{"items":[{"a":1'],
  ['cut after an item', '{"items":[{"metadata":{"name":"a"}},'],
  ['no comma between items', '{"items":[{"metadata":{"name":"a"}}{"metadata":{"name":"b"}}]}'],
  ['an item that is no JSON', '{"items":[{a:1}]}'],
  ['an item without a name', '{"items":[{"metadata":{"namespace":"a"}}]}'],
  ['an item without metadata', '{"items":[{"metbdata":{"name":"a"}}]}'],
  ['a page of HTML', '<html>[{}]</html>'],
  ['a bare number', '1'],
  ['nothing', ''],
])('no list: %s', (_, text) => {
  expect(read(Buffer.from(text), [3]).list).toBeUndefined();
});

test('without the bookkeeping, however the bytes are cut', () => {
  const fields = [{ manager: 'a]', fieldsV1: { 'f:spec': { '"': [{}] } } }, {}];
  const item = { metadata: { name: 'a', managedFields: fields, labels: { b: 'c' } }, spec: { managedFields: fields } };
  const text = Buffer.from(list([item, item]));
  for (let cut = 0; cut <= text.length; cut += 1) {
    const reader = new ListReader((each) => each as typeof item, true);
    reader.push(text.subarray(0, cut));
    reader.push(text.subarray(cut));
    expect(reader.end()).toBeDefined();
    const names = reader.kept.map(({ metadata: { name, labels } }) => `${name} ${labels.b}`);
    expect(names).toEqual(['a c', 'a c']);
    expect(reader.kept.some(({ metadata }) => metadata.managedFields.length === 0)).toBe(true);
  }
});

test('what is not kept is left out', () => {
  const reader = new ListReader((item) => ('b' in item ? item : undefined));
  reader.push(Buffer.from(list([named, { b: 2, ...named }])));
  expect(reader.kept).toEqual([{ b: 2, ...named }]);
});
