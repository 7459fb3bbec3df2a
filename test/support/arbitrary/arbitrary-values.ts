import fc from 'fast-check';

/** Any member at all, `__proto__` included. */
export function put(target: object, key: string | number, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}

const from = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const repeated = (text: string, ...counts: number[]): fc.Arbitrary<string> =>
  from(...counts.map((count) => text.repeat(count)));

/** Names that nearly everybody takes: DNS labels that start with a letter. */
export const label = fc.oneof(
  { weight: 4, arbitrary: from('a', 'b', 'web', 'web-2', 'east', 'west', 'x9') },
  { weight: 1, arbitrary: fc.stringMatching(/^[a-z][a-z0-9]{0,20}(-[a-z0-9]{1,10})?$/) },
);

/** Texts around every bound that some rule about names has. */
export const names = fc.oneof(
  label,
  repeated('a', 49, 50, 51, 52, 62, 63, 64, 252, 253, 254, 316, 317),
  from(
    '',
    ' ',
    'A',
    'Web',
    'a.b',
    'a..b',
    '.a',
    'a.',
    '-a',
    'a-',
    '-',
    '.',
    '..',
    'a--b',
    'a_b',
    '_a',
    'a_',
    '1',
    '1a',
  ),
  from(
    'a/b',
    '/a',
    'a/',
    'a/b/c',
    '/',
    '%2e',
    'a%b',
    'a b',
    'a\n',
    '\na',
    'a\u0000',
    'ü',
    'aü',
    '名',
    'ﬁ',
    'İ',
    '\u212a',
  ),
  from(
    'xn--bcher-kva',
    '1.2.3.4',
    '256.1.1.1',
    '01.2.3.4',
    '::',
    '::1',
    'fe80::1%eth0',
    '1:2',
    '[::1]',
    'a.1',
    'a,b',
    'a=b',
  ),
  repeated('a.', 30, 126, 127).map((text) => `${text}a`),
  fc.stringMatching(/^[-a-zA-Z0-9._/]{1,70}$/),
);

const ODD = [
  '\ud800',
  'a\udc00',
  '\ud800\udc00',
  '\ufeff',
  '\u2028',
  '\u0085',
  '\u00a0',
  '\u007f',
  '\u001b[31m',
  '\r\n',
  '\t',
];

/** Texts of every other kind. */
export const texts = fc.oneof(
  names,
  from(...ODD, ...ODD.map((text) => `a${text}`)),
  from(
    'null',
    '~',
    'true',
    'yes',
    'on',
    '010',
    '0x1f',
    '1_000',
    '1:20',
    '1e3',
    '<<',
    '=',
    '2001-01-01',
    '!!int',
    '---',
    '...',
  ),
  from('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length'),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ maxLength: 80 }),
);

/** Keys of labels and annotations around every bound. */
export const qualified = fc.oneof(
  names,
  fc.tuple(names, names).map(([prefix, name]) => `${prefix}/${name}`),
  from(
    'example.com/a',
    'Example.com/a',
    'app.kubernetes.io/name',
    'A',
    'a.B_c-D',
    `${'p'.repeat(63)}.x/${'n'.repeat(63)}`,
  ),
  repeated('p', 253, 254).map((text) => `${text}/a`),
);

/** Numbers around every bound that some reader has. */
export const numbers = fc.oneof(
  from(0, -0, 1, -1, 2, 80, 65534, 65535, 65536, 70000, 0.5, 1.5, -1.5, 1e3, 1e20, 1e21, 1e300, -1e300, 5e-324),
  from(
    2 ** 31 - 2,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 32,
    2 ** 53 - 1,
    2 ** 53,
    2 ** 62,
    2 ** 63 - 1024,
    2 ** 63,
    2 ** 64,
    -(2 ** 63),
  ),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** What stands in for a value of another type. */
export const scalars = fc.oneof(
  from<unknown>(null, true, false),
  numbers,
  from('1', '8080', '0', '-1', '1.0', 'true', 'false', 'null', ''),
  texts,
);

export const containers: fc.Arbitrary<unknown> = fc.oneof(
  from<unknown>(
    [],
    {},
    [null],
    [''],
    ['a'],
    ['a', 'a'],
    [1],
    [[]],
    [{}],
    { a: null },
    { a: '' },
    { a: 'b' },
    { a: 1 },
    { '': 1 },
  ),
  fc.array(scalars, { maxLength: 3 }),
  fc.dictionary(texts, scalars, { maxKeys: 3, noNullPrototype: true }),
);

export const values: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: scalars },
  { weight: 1, arbitrary: containers },
);
