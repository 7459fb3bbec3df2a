import fc from 'fast-check';
import { anything } from './arbitrary-resource.js';

/** Changes the match of that number (counted round) of a pattern in a text. */
function changeOne(text: string, pattern: RegExp, which: number, change: (...match: string[]) => string): string {
  const count = [...text.matchAll(pattern)].length;
  if (count === 0) return text;
  let at = 0;
  return text.replace(pattern, (...match: unknown[]) => {
    const own = match.filter((part): part is string => typeof part === 'string');
    return at++ === which % count ? change(...own) : (own[0] ?? '');
  });
}

const NUMBER = /(?<=:)-?\d+(?=[,}])/g;
const NUMBERS = ['$&.0', '$&e0', '$&E+0', '0$&', '-0', '1e400', '$&.5', '+$&', '0x1f', '1_0', '080', '.5', '5.'];
const LARGE = [
  '9007199254740993',
  '9223372036854775807',
  '9223372036854775808',
  '-9223372036854775808',
  '18446744073709551616',
];
const TEXT = /"[^"\\]*[^"\\:](?=")/g;
const ESCAPES = [
  '\\u0061',
  '\\ud800',
  '\\ud83d\\ude00',
  '\\/',
  '\\u0000',
  '\\x41',
  '\\b',
  '\u0001',
  '\t',
  '\u00a0',
  '\u2028',
];

type Rewrite = (text: string, which: number) => string;

const number =
  (form: string): Rewrite =>
  (text, which) =>
    changeOne(text, NUMBER, which, (digits) => form.replace('$&', digits ?? ''));
const escape =
  (form: string): Rewrite =>
  (text, which) =>
    changeOne(text, TEXT, which, (quoted) => `${quoted}${form}`);
const repeated =
  (value: string): Rewrite =>
  (text, which) =>
    changeOne(text, /"[^"\\]*":/g, which, (key) => `${key}${value},${key}`);

/** What other writers of JSON, and hands, do to it. */
const REWRITES: readonly Rewrite[] = [
  ...[...NUMBERS, ...LARGE].map(number),
  ...ESCAPES.map(escape),
  ...['null', '1', '"a"', '{}'].map(repeated),
  ...['  ', '\t'].map((indent): Rewrite => (text) => {
    try {
      return JSON.stringify(JSON.parse(text), null, indent);
    } catch {
      return text;
    }
  }),
  (text) => text.replaceAll('\n', '\r\n'),
  (text) => `\n${text}\n`,
  (text) => `\ufeff${text}`,
  (text, which) => changeOne(text, /[}\]]/g, which, (end) => `,${end ?? ''}`),
  (text, which) => changeOne(text, /,/g, which, () => ', /* a comment */ '),
  (text, which) => changeOne(text, /"/g, which, () => "'"),
  (text) => `${text} x`,
  (text, which) => text.slice(0, which % (text.length + 1)),
];

/** JSON texts with up to two things that JSON itself leaves open, or forbids. */
export const jsonText: fc.Arbitrary<string> = fc
  .tuple(anything, fc.array(fc.tuple(fc.constantFrom(...REWRITES), fc.nat(200)), { maxLength: 2 }))
  .map(([object, rewrites]) =>
    rewrites.reduce((text, [rewrite, which]) => rewrite(text, which), JSON.stringify(object)),
  );
