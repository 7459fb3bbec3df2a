import fc from 'fast-check';
import { normalized, splitDocuments, splitJsonValues } from '../../../src/yaml/split.js';

const texts = (text: string): string[] => [...splitDocuments(text)].map((chunk) => chunk.text);
const values = (text: string): string[] => splitJsonValues({ text, offset: 0 }).map((chunk) => chunk.text);

test.each([
  ['nothing', '', []],
  ['separators', 'a: 1\n---\nb: 2\n--- # c\nc: 3', ['a: 1\n', '---\nb: 2\n', '--- # c\nc: 3']],
  ['ends', 'a: 1\n...\nb: 2\n... # x\n', ['a: 1\n...\n', 'b: 2\n... # x\n']],
  ['CRLF', 'a: 1\r\n---\r\nb: 2\r\n', ['a: 1\r\n', '---\r\nb: 2\r\n']],
  ['lookalikes', 'a: |\n  ---\n----\n---x\n....\n', ['a: |\n  ---\n----\n---x\n....\n']],
  ['directives', '# x\n%YAML 1.2\n---\na: 1\n---\nb: 2\n', ['# x\n%YAML 1.2\n---\na: 1\n', '---\nb: 2\n']],
  ['directives after an end', 'a: 1\n...\n%YAML 1.2\n---\nb: 2\n', ['a: 1\n...\n', '%YAML 1.2\n---\nb: 2\n']],
])('documents: %s', (_title, text, chunks) => {
  expect(texts(text)).toEqual(chunks);
});

test('joined, the chunks are the text, and each offset is where its chunk starts', () => {
  const piece = fc.constantFrom('---', '...', '\n', '\r\n', ' ', '#', '%YAML 1.2', 'a: 1', '{"a": 1}', '\ufeff', '- x');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('');
      const chunks = [...splitDocuments(text)];
      expect(chunks.map((chunk) => chunk.text).join('')).toBe(text);
      for (const { text: part, offset } of chunks.flatMap(splitJsonValues)) {
        expect(text.slice(offset, offset + part.length)).toBe(part);
      }
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['one value', '{"a": 1}', ['{"a": 1}']],
  ['values in lines', '{"a": 1}\n{"b": 2}\n', ['{"a": 1}', '\n{"b": 2}']],
  ['values of lists and maps', '{"a": [{}]}[1]{}', ['{"a": [{}]}', '[1]', '{}']],
  ['what looks like a value in a text', '{"a": "} {\\"{"}{}', ['{"a": "} {\\"{"}', '{}']],
  ['what is no JSON after it', '{}{} x', ['{}', '{}', ' x']],
  ['null between and after values', '{}null{"a": null}\nnull null\n[]\nnull\n', ['{}', '{"a": null}', '\n[]']],
  ['a word that only begins so', '{}{}\nnullable\n{}', ['{}', '{}', '\nnullable\n{}']],
  ['YAML of one line each', "{a: '} {'}\n{b: 1}", ["{a: '} {'}\n{b: 1}"]],
])('JSON: %s', (_title, text, parts) => {
  expect(values(text)).toEqual(parts);
});

test('a JSON stream of any values comes apart', () => {
  const value = fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue()));
  fc.assert(
    fc.property(fc.array(value, { minLength: 1 }), fc.constantFrom('', '\n', ' \r\n'), (list, between) => {
      const parts = values(list.map((each) => JSON.stringify(each)).join(between));
      expect(parts.map((part) => JSON.parse(part) as unknown)).toEqual(JSON.parse(JSON.stringify(list)));
    }),
  );
});

test('byte order marks go where a file began, and stay in texts', () => {
  expect(normalized('\ufeffa: 1\n---\n\ufeffb: 2\n\ufeff---\nc: "\ufeff"\r{}')).toBe(
    'a: 1\n---\nb: 2\n\ufeff---\nc: "\ufeff"\n{}',
  );
});
