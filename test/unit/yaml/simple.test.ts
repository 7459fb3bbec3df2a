import fc from 'fast-check';
import * as yaml from 'js-yaml';
import { FAILSAFE_SCHEMA, loadAll, Type } from 'js-yaml';
import { dumpYaml } from '../../../src/yaml/dump.js';
import { keyDiffers } from '../../../src/yaml/plain.js';
import { readSimple } from '../../../src/yaml/simple.js';
import { GOOD } from '../operations/validate/documents-check.js';

/** The published types leave these out. */
const jsYaml = yaml as unknown as { types: Record<string, Type> };

/** Scalars without quotes that js-yaml met and that YAML 1.1 reads differently. */
const doubtful: string[] = [];
const spy = new Type('!spy', {
  kind: 'scalar',
  resolve: (text: string) => {
    if (keyDiffers(text)) doubtful.push(text);
    return false;
  },
});
const types = [spy, ...['null', 'bool', 'int', 'float'].map((name) => jsYaml.types[name]!)];
const SCHEMA = FAILSAFE_SCHEMA.extend({ implicit: types });

/** Reads with js-yaml; undefined when it is no single document. */
function readAll(text: string): unknown {
  doubtful.length = 0;
  try {
    const documents = loadAll(text, null, { schema: SCHEMA });
    return documents.length === 1 ? documents[0] : undefined;
  } catch {
    return undefined;
  }
}

test.each([
  ['maps', GOOD],
  ['a list under its key, and one indented', 'a:\n- x\n- 2\nb:\n  - true\n  - "on"\nc: 1\n'],
  ['quotes', `a: "x: #y"\n"b.c/d": 'say "x"'\n`],
  ['comments and blank lines', '---\n# a\n\na: x\n  # b\nb: 0.0.0.0\n'],
  ['CRLF', GOOD.replaceAll('\n', '\r\n')],
  ['no line end', 'a:\n  b: web'],
])('reads %s', (_title, text) => {
  expect(readSimple(text)).toEqual(readAll(text));
  expect(readSimple(text)).toBeDefined();
});

test.each([
  ['nothing', ''],
  ['comments', '# a\n'],
  ['words of YAML 1.1', 'a: yes\n'],
  ['such words as key', 'on: 1\n'],
  ['null', 'a: null\n'],
  ['no value', 'a:\nb: 1\n'],
  ['no value at the end', 'a:\n'],
  ['an odd number', 'a: 010\n'],
  ['a date', 'a: 2020-01-01\n'],
  ['a key twice', 'a: 1\na: 2\n'],
  ['text of several lines', 'a: x\n  y\n'],
  ['a map below a text', 'a: x\n  b: 1\n'],
  ['a list below a text', 'a: x\n- b\n'],
  ['a list after its map', 'a: 1\n- b\n'],
  ['less indent than any', 'a:\n    b: 1\n  c: 1\n'],
  ['an indent at the start', '  a: 1\n'],
  ['maps in a list', 'a:\n- b: 1\n'],
  ['a comment behind a value', 'a: 1 # b\n'],
  ['escapes', 'a: "\\n"\n'],
  ['flow', 'a: {}\n'],
  ['anchors', 'a: &x b\n'],
  ['tags', 'a: !!str b\n'],
  ['two documents', 'a: 1\n---\nb: 1\n'],
  ['an end', 'a: 1\n...\n'],
  ['tabs', 'a:\tb\n'],
  ['other letters', 'a: é\n'],
  ['a prototype', '"__proto__": x\n'],
])('declines %s', (_title, text) => {
  expect(readSimple(text)).toBeUndefined();
});

/** What it reads, js-yaml reads as the same, and no scalar of it is one that YAML 1.1 reads differently. */
function holds(text: string): void {
  const simple = readSimple(text);
  if (simple === undefined) return;
  expect(simple).toEqual(readAll(text));
  expect(doubtful).toEqual([]);
}

test('agrees with js-yaml about what dumpYaml writes', () => {
  const name = fc.oneof(fc.stringMatching(/^[a-z][a-z0-9./-]{0,6}$/), fc.constantFrom('on', 'a b', '010', '__proto__'));
  const leaf = fc.oneof(
    name,
    fc.integer({ min: -5, max: 70000 }),
    fc.boolean(),
    fc.constantFrom(null, '', '1.5', '#', '- a'),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.dictionary(name, fc.oneof({ depthSize: 'small' }, leaf, fc.array(leaf, { maxLength: 3 }), tie('tree')), {
      maxKeys: 4,
    }),
  }));
  let read = 0;
  fc.assert(
    fc.property(tree, (value) => {
      const text = dumpYaml(value);
      holds(text);
      if (readSimple(text)) read += 1;
    }),
    { numRuns: 2000 },
  );
  expect(read).toBeGreaterThan(100);
});

test('agrees with js-yaml about lines thrown together', () => {
  const indent = fc.constantFrom('', '', '  ', '  ', '    ', '   ', '\t');
  const body = fc.constantFrom(
    ...[
      'a: 1',
      'b:',
      'b:',
      'c: x',
      'd: "y"',
      "e: 'z'",
      '- x',
      '- 1',
      '-',
      '- a: 1',
      'on: 1',
      'f: yes',
      'x y',
      '# c',
      '',
    ],
    ...[
      'g: 1.5',
      'h: 1_0',
      'i: a:b',
      'j: a #b',
      'k : 1',
      '"l": 1',
      "'m': 1",
      '---',
      '...',
      'n: |',
      'o: >-',
      '? p',
      ': q',
    ],
    ...['r: "s', 't: -1', 'u: 0x1', 'v: a/b.c-d', 'w: 1.2.3.4', 'null: 1', 'y: 1', '"<<": {}', 'a: 2'],
  );
  const end = fc.constantFrom('\n', '\n', '\n', '\r\n', ' \n', '');
  const line = fc.tuple(indent, body, end).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), (lines) => holds(lines.join(''))),
    { numRuns: 30_000 },
  );
});

test('agrees with js-yaml about a document with one character changed', () => {
  const characters = fc.constantFrom(...'\n\r\t -:#"\'{}[],&*!|>%@`?.~/<=_0aéyY');
  fc.assert(
    fc.property(fc.nat(GOOD.length), fc.nat(2), characters, (at, cut, text) => {
      holds(GOOD.slice(0, at) + text + GOOD.slice(at + cut));
    }),
    { numRuns: 10_000 },
  );
});
