import { readDocuments } from '../../../src/yaml/documents.js';
import { LineIndex } from '../../../src/yaml/lines.js';
import { normalized } from '../../../src/yaml/split.js';

/** The first fault of a stream as `line:column kind`, or else its documents. */
function read(given: string): unknown {
  const text = normalized(given);
  const all = [...readDocuments(text, given.startsWith('\ufeff'))];
  for (const { offset, reading } of all) {
    const [fault] = reading.faults;
    if (fault) {
      const { line, column } = new LineIndex(text).place(offset + fault.offset);
      return `${line}:${column} ${fault.kind}`;
    }
  }
  return all.map(({ reading }) => reading.value);
}

/** What YAML 1.2 takes and Go's reader refuses, drops or takes for something else. */
test.each([
  ['a directive', '%YAML 1.2\n---\na: 1\n', '1:1'],
  ['words behind a separator', 'a: 1\n--- b: 2\n', '2:5'],
  ['a separator without a blank', '"a\n---b"\n', '2:4'],
  ['a document after ...', 'a: 1\n...\nb: 2\n', '3:1'],
  ['... without a document', '# c\n...\n', '2:1'],
  ['a separator after a carriage return alone', 'a: 1\r---\rb: 2\n', '1:6'],
  ['a comment behind JSON', '{"a": 1} # c\n', '1:9'],
  ['YAML behind JSON', '{"a": 1}{"b": 1}c\n', '1:17'],
  ['JSON behind JSON in a file of YAML', '---\n{"a": 1}{"b": 1}\n', '2:9'],
  ['a number of JSON beyond 64 bits', '{"a": 1e400}\n', '1:1'],
  ['a tab before a key', 'a:\n  b: 1\n\t\nc: 2\n', '3:1'],
  ['a tab behind a dash', '-\ta\n', '1:2'],
  ['a tab where the indent of a block is looked for', 'a: |\n  \tb\n', '2:3'],
  ['a line separator of Unicode', 'a: b\u2028c\n', '1:5'],
  ['a control character in a comment', 'a: b # \u001b\n', '1:8'],
  ['an escape of JSON', 'a: "b\\/c"\n', '1:6'],
  ['a half character in an escape', 'a: "\\ud83d\\ude00"\n', '1:5'],
  ['an anchor with a colon', 'a: &b:c d\n', '1:4'],
  ['an anchor of a value around it', 'a: &a {b: &a c}\n', '1:14'],
  ['an alias of the value that it stands in', 'a: &a {x: 1}\nb: &a\n  <<: [*a]\n', '3:8'],
  ['two anchors of one text', 'a: &b\n  &c d\n', '2:3'],
  ['a tag of nothing', 'a: !!map\n', '1:4'],
  ['a list as a key', '[a, b]: c\n', '1:1'],
  ['null as a key', 'a: {~: b}\n', '1:5'],
  ['nothing as a key', '{: a}\n', '1:2'],
  ['a float as a key that 32 bits round', '1.23456789: a\n', '1:1'],
  ['a key without braces', 'a: [b: c]\n', '1:4'],
  ['a key of several lines', '- {a\n  b, c: d}\n', '1:4'],
  ['a question mark in brackets', '[a?b]\n', '1:2'],
  ['a colon before a comma', '{a:, b}\n', '1:3'],
  ['an empty item', '- -\n- a\n', '1:3'],
  ['a map on the line of its key', 'a: !!str b: c\n', '1:10'],
  ['a key behind brackets of several lines', 'a: {b:\nc }d: e\n', '2:4'],
  ['a merge that replaces', 'a: {x: 1, <<: {x: 2}}\n', '1:11'],
  ['a second merge', 'a: {<<: {x: 1}, <<: {x: 2}}\n', '1:17'],
  ['a merge of nothing', '? <<\n', '1:3'],
  ['infinity', 'a: -.inf\n', '1:4'],
  ['a block of text as a document', '|\n a\n', '1:1'],
])('%s is refused at its place', (_title, text, place) => {
  expect(read(text)).toBe(`${place} reader`);
});

test.each([
  [
    'nothing written as values',
    'a:\nb: {c: , d: }\ne:\n- f:\n',
    [{ a: null, b: { c: null, d: null }, e: [{ f: null }] }],
  ],
  ['tabs behind a colon and in brackets', 'a:\tb\nc: {\n\td: e }\n', [{ a: 'b', c: { d: 'e' } }]],
  ['tabs in the lines of a block', 'a: |\n  b:\n  \tc\n', [{ a: 'b:\n\tc\n' }]],
  ['an anchor of a map and one of its first key', 'a: &a\n  &b c: d\ne: *b\n', [{ a: { c: 'd' }, e: 'c' }]],
  ['an alias as a key', 'a: &a b\nc:\n  *a : d\n', [{ a: 'b', c: { b: 'd' } }]],
  ['a merge first', 'a: {<<: {x: 1, z: 2}, x: 3}\n', [{ a: { x: 3, z: 2 } }]],
  ['a long key behind ?', `? ${'k'.repeat(1100)}\n: v\n`, [{ ['k'.repeat(1100)]: 'v' }]],
  ['numbers and booleans as keys', '010: a\nyes: b\n1.5: c\n', [{ 8: 'a', true: 'b', 1.5: 'c' }]],
  ['URLs in brackets', 'a: [http://b.c/d, 10.0.0.1:80]\n', [{ a: ['http://b.c/d', '10.0.0.1:80'] }]],
  ['JSON with tabs and its own escapes', '{\n\t"a": "\\/\\ud83d\\ude00"\n}\n', [{ a: '/😀' }]],
  ['a byte order mark before YAML', '\ufeffa: 1\n---\n\ufeffb: 2\n', [{ a: 1 }, { b: 2 }]],
  ['an end before a separator', 'a: 1\n...\n---\nb: 2\n...\n', [{ a: 1 }, { b: 2 }]],
])('%s: read as Go reads it', (_title, text, documents) => {
  expect(read(text)).toEqual(documents);
});
