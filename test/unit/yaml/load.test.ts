import fc from 'fast-check';

import type { Failure } from '../../../src/model/failure.js';
import { isFailure } from '../../../src/model/failure.js';
import { dumpYaml } from '../../../src/yaml/dump.js';
import { loadYaml } from '../../../src/yaml/load.js';

function refusal(text: string): Failure {
  try {
    loadYaml(text, { what: 'x.yaml' });
  } catch (error) {
    if (isFailure(error)) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

/** Nine levels of nine aliases: 9^9 nodes in 400 bytes. */
const BOMB = Array.from({ length: 9 }, (_, level) => {
  const item = level === 0 ? 'x' : `*a${level - 1}`;
  return `a${level}: &a${level} [${Array(9).fill(item).join(', ')}]\n`;
}).join('');

test.each([
  ['nothing', '', []],
  ['comments and separators only', '# a\n---\n---\n# b\n', []],
  ['several documents', 'a: 1\n---\n\n---\nb: 2\n...\n---\n[]\n', [{ a: 1 }, { b: 2 }, []]],
  [
    'JSON, indented by tabs, with escapes',
    '{\n\t"a": "\\/\\u00e9\\ud83d\\ude00",\n\t"b": [1.5e3, null]\n}',
    [{ a: '/é😀', b: [1500, null] }],
  ],
  ['a byte order mark and CRLF', '\uFEFFa: 1\r\nb: |\r\n  x\r\n  y\r\n', [{ a: 1, b: 'x\ny\n' }]],
  [
    'dates, as text',
    'a: 2020-01-01\nb: 2001-12-14t21:59:43.10-05:00',
    [{ a: '2020-01-01', b: '2001-12-14t21:59:43.10-05:00' }],
  ],
  ["YAML 1.1's booleans, as keys too", 'on: yes\n"y": No\nnO: y', [{ true: true, y: false, nO: true }]],
  [
    "Go's numbers",
    'a: [010, 0o10, 0x1F, -0b11, 1_000, .5, 08, 1e3, 1., +1, 190:20, 0x, ._5, 1e400]',
    [{ a: [8, 8, 31, -3, 1000, 0.5, 8, 1000, 1, 1, '190:20', '0x', '._5', '1e400'] }],
  ],
  ['what is written in quotes or with a tag', 'a: "yes"\nb: !!str 010\nc: !!float 1', [{ a: 'yes', b: '010', c: 1 }]],
  [
    'merge keys',
    'a: &a {x: 1, z: 2}\nb: {<<: *a, z: 3}\nc: "<<"\n',
    [{ a: { x: 1, z: 2 }, b: { x: 1, z: 3 }, c: '<<' }],
  ],
  ['scalars, for whoever cares', '5\n---\ntext', [5, 'text']],
])('reads %s', (_title, text, documents) => {
  expect(loadYaml(text)).toEqual(documents);
});

test('a key named __proto__ is a key and pollutes nothing', () => {
  const [document] = loadYaml('__proto__: {polluted: 1}\nb: &b {__proto__: {polluted: 2}}\nc: {<<: *b}');
  expect(Object.keys(document as object)).toEqual(['__proto__', 'b', 'c']);
  expect(Object.getPrototypeOf(document)).toBe(Object.prototype);
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
});

test.each([
  ['no YAML, with its place', 'a: 1\nb: [1,\n', /^x\.yaml is not valid YAML: line 3, column 1: /],
  ['a key given twice, at its line', 'a: 1\nb: 2\na: 3\n', /line 3, column 1: duplicated mapping key/],
  ['a key given twice in JSON', '{"a": 1, "a": 2}', /duplicated mapping key/],
  ['tabs for indentation', 'a:\n\tb: 1', /line 2/],
  ['a NUL', 'a: b\0c', /null byte/],
  ['a control character', 'a: \x1b[31m', /non-printable/],
  ['UTF-16', '\uFFFD\uFFFDa\0:\0', /UTF-16/],
  ['types of a programming language', 'a: !!js/function "x"', /unknown tag/],
  ['text too deep', '['.repeat(5000), /nesting|deep/],
  ['aliases of themselves', 'a: &a [*a]', /nested more than 100 levels/],
  ['an alias bomb', BOMB, /expands to more than 1,000,000 nodes/],
])('refuses %s', (_title, text, message) => {
  const failure = refusal(text);
  expect(failure.code).toBe('bad-file');
  expect(failure.message).toMatch(message);
  expect(failure.message).not.toContain('\n');
});

test('the bomb is refused before it is unfolded, which would never end', () => {
  refusal(BOMB);
});

test('reads whatever dumpYaml writes, each in a document of its own', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue({ maxDepth: 4 })), (values) => {
      const present = values.filter((value) => value !== null);
      expect(loadYaml(present.map((value) => `---\n${dumpYaml(value)}`).join(''))).toEqual(present);
    }),
    { numRuns: 300 },
  );
});

test('no text makes it throw anything but a Failure', () => {
  const piece = fc.constantFrom(
    ...'a:-?[]{},#&*!|>\'"%@`\n \t0~<',
    '---',
    '...',
    '\n- ',
    '&a ',
    '*a',
    '<<: ',
    '? ',
    '\\u',
    '!!',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      try {
        loadYaml(pieces.join(''));
      } catch (error) {
        expect(isFailure(error, 'bad-file')).toBe(true);
      }
    }),
    { numRuns: 3000 },
  );
});
