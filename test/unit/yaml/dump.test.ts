import fc from 'fast-check';
import { CORE_SCHEMA, load } from 'js-yaml';

import { isFailure } from '../../../src/model/failure.js';
import { dumpYaml } from '../../../src/yaml/dump.js';

/** Strings that a YAML 1.1 reader takes for something else, from https://yaml.org/type/ and go-yaml's resolve.go. */
const WORDS = [
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'n', 'N', 'no', 'No', 'NO', 'on', 'On', 'ON', 'off', 'Off', 'OFF'],
  ...['true', 'True', 'TRUE', 'false', 'False', 'FALSE', 'null', 'Null', 'NULL', '~', '', '=', '<<'],
  ...[
    '0',
    '010',
    '08',
    '0x1f',
    '0X1F',
    '0o7',
    '0b1',
    '-0x1',
    '+1',
    '-1',
    '1_000',
    '0x_f',
    '+_1',
    '12345678901234567890',
  ],
  ...[
    '1.5',
    '.5',
    '-.5',
    '.',
    '+._',
    '5.',
    '1e3',
    '1E3',
    '1e+3',
    '1.e5',
    '1_0.0_1',
    '.inf',
    '.Inf',
    '-.INF',
    '+.inf',
    '.nan',
    '.NaN',
  ],
  ...[
    '1:20',
    '190:20:30',
    '12:30:45.5',
    '2020-01-01',
    '2020-1-1',
    '2001-12-14t21:59:43.10-05:00',
    '2001-12-14 21:59:43',
  ],
];

/** Strings whose characters YAML gives a meaning to, or cannot hold as they are. */
const PUNCTUATION = [
  ...[
    '-',
    '--',
    '---',
    '...',
    '... a',
    '?',
    '? a',
    '- a',
    ':',
    ': a',
    'a: b',
    'a:',
    'a #b',
    '#b',
    '&a',
    '*a',
    '!a',
    '|',
  ],
  ...[
    '>',
    '%a',
    '@a',
    '`a`',
    '{a',
    '{}',
    '[a',
    '[]',
    ']',
    ',',
    "'",
    '"',
    '\\',
    'a ',
    ' a',
    ' ',
    'a\nb',
    'a\n',
    '\n',
    '\na',
  ],
  ...['a\n\n', ' \na', '  a\n b\n', '\t', 'a\tb', 'x\r\ny', '\r', '\0', '\x07', '\x1b[31m', '\x7f', '\x85', '\xa0'],
  ...['\u2028', '\u2029', '\ufeff', '\ufffe', '\uffff', 'é', '😀', '__proto__', 'constructor', 'a'.repeat(1100)],
];

const PLAIN = [
  '0.0.0.0',
  '10.0.0.1',
  'east',
  'east-1',
  '1-east',
  'a.b',
  'skupper.io/v2alpha1',
  'a:b',
  'truely',
  '1.2.3',
  'e1',
];

const text = fc.oneof(
  fc.constantFrom(...WORDS, ...PUNCTUATION),
  fc.string({ unit: 'binary' }),
  fc.stringMatching(/^[-+0-9._:eExXobTZ ]{1,8}$/),
  fc.stringMatching(/^[ \n\ta-c#:-]{1,8}$/),
);
const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    number,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

function read(yaml: string): unknown {
  return load(yaml, { schema: CORE_SCHEMA });
}

test('writes keys in order, lists under their key, empty maps and a final newline', () => {
  const value = { b: [{ y1: 1, x: ['p', ['q']] }], a: { k2: {}, k10: [], k1: undefined }, m: 'one\ntwo\n' };
  expect(dumpYaml(value)).toBe('a:\n  k10: []\n  k2: {}\nb:\n- x:\n  - p\n  - - q\n  y1: 1\nm: |\n  one\n  two\n');
});

test.each([...WORDS])('quotes %j as a value, an item and a key', (word) => {
  const quoted = JSON.stringify(word);
  expect(
    dumpYaml({ [word]: word, list: [word] })
      .split('\n')
      .sort(),
  ).toEqual(['', `${quoted}: ${quoted}`, 'list:', `- ${quoted}`].sort());
});

test.each(PLAIN)('leaves %j unquoted', (word) => {
  expect(dumpYaml({ [word]: word })).toBe(`${word}: ${word}\n`);
});

test.each([...WORDS, ...PUNCTUATION])('%j is read back wherever it stands', (word) => {
  for (const value of [
    word,
    [word],
    [[word]],
    Object.fromEntries([[word, [word, { a: word }]]]),
    { a: { b: [word] } },
  ]) {
    expect(read(dumpYaml(value))).toEqual(value);
  }
});

test('any JSON value is read back', () => {
  fc.assert(
    fc.property(json, (value) => {
      const yaml = dumpYaml(value);
      expect(yaml.endsWith('\n')).toBe(true);
      expect(read(yaml)).toEqual(value);
    }),
    { numRuns: 2000 },
  );
});

test('no string is left unquoted that YAML 1.1 would resolve', () => {
  // The regular expressions of https://yaml.org/type/ word for word, but for their extended layout.
  const resolved = [
    /^(y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/,
    /^(~|null|Null|NULL|)$/,
    /^([-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(:[0-5]?[0-9])+)$/,
    /^([-+]?([0-9][0-9_]*)?\.[0-9]+([eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/,
    /^(\d{4}-\d\d-\d\d|\d{4}-\d\d?-\d\d?([Tt]|[ \t]+)\d\d?:\d\d:\d\d(\.\d*)?(([ \t]*)Z|[-+]\d\d?(:\d\d)?)?)$/,
    /^(=|<<)$/,
  ];
  const risky = fc.oneof(
    fc.stringMatching(/^[-+0-9._:eEbxoTZ ]{1,10}$/),
    fc.stringMatching(/^\d{4}-\d\d?-\d\d?([Tt ]\d\d?:\d\d:\d\d)?$/),
  );
  fc.assert(
    fc.property(risky, (word) => {
      const written = dumpYaml([word]).slice(2, -1);
      if (resolved.some((pattern) => pattern.test(word))) expect(written).toBe(JSON.stringify(word));
    }),
    { numRuns: 5000 },
  );
});

test('own keys named __proto__ are written', () => {
  expect(dumpYaml(JSON.parse('{"__proto__": {"a": 1}}'))).toBe('__proto__:\n  a: 1\n');
});

test('shared values are written twice, without anchors', () => {
  const shared = { x: [1] };
  expect(dumpYaml({ a: shared, b: shared })).toBe('a:\n  x:\n  - 1\nb:\n  x:\n  - 1\n');
});

const cyclic: Record<string, unknown> = {};
cyclic['self'] = cyclic;

test.each([
  ['an unpaired surrogate', ['a\ud800']],
  ['one in a key', { '\udc00': 1 }],
  ['a function', { a: () => 1 }],
  ['a date', { a: new Date(0) }],
  ['a cycle', cyclic],
  ['a big integer', { a: 1n }],
])('refuses %s', (_title, value) => {
  expect.assertions(1);
  try {
    dumpYaml(value);
  } catch (error) {
    expect(isFailure(error, 'invalid')).toBe(true);
  }
});
