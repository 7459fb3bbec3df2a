import fc from 'fast-check';
import { jsonText, quotedYaml, shellWord } from '../../../src/model/text.js';
import { ageOf, formatAge, formatSeconds } from '../../../src/view/age.js';
import { cut, escapeLines, escapeText, pad, widthOf } from '../../../src/view/text.js';

/** Written out as code points, so that this file can't be read wrongly either. */
const ranges: [string, number, number][] = [
  ['C0', 0x00, 0x1f],
  ['DEL and C1', 0x7f, 0x9f],
  ['Arabic letter mark', 0x61c, 0x61c],
  ['zero-width and marks', 0x200b, 0x200f],
  ['line separators and bidi', 0x2028, 0x202e],
  ['joiners and isolates', 0x2060, 0x206f],
  ['grapheme joiner', 0x34f, 0x34f],
  ['hidden in Khmer, Mongolian and music', 0x17b4, 0x17b5],
  ['Mongolian selectors', 0x180b, 0x180f],
  ['byte order mark', 0xfeff, 0xfeff],
  ['variation selectors', 0xfe00, 0xfe0f],
  ['interlinear', 0xfff9, 0xfffb],
  ['tags', 0xe0000, 0xe007f],
  ['lone surrogates', 0xd800, 0xdfff],
];
const isUnsafe = (code: number): boolean => ranges.some(([, from, to]) => code >= from && code <= to);
const codes = (text: string): number[] => [...text].map((char) => char.codePointAt(0) ?? 0);

describe('escapeText', () => {
  test.each(ranges)('%s', (_name, from, to) => {
    for (let code = from; code <= to; code += 1) {
      const escaped = escapeText(`a${String.fromCodePoint(code)}b`);
      expect([code, /^a[\x20-\x7e]+b$/.test(escaped)]).toEqual([code, true]);
    }
  });

  test('nothing unsafe survives, and all that is safe does', () => {
    const hostile = fc
      .array(
        fc.oneof(
          fc.constantFrom(...ranges.map(([, from]) => String.fromCodePoint(from))),
          fc.string({ unit: 'binary' }),
          fc.constantFrom('\ud83d', '\ude00', '\u001b]0;x\u0007', '\r', 'ä', '世', '😀'),
        ),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(hostile, (text) => {
        const escaped = escapeText(text);
        expect(codes(escaped).filter(isUnsafe)).toEqual([]);
        for (const char of text)
          if (!isUnsafe(char.codePointAt(0) ?? 0) && /\p{L}/u.test(char)) expect(escaped).toContain(char);
      }),
    );
  });

  test('is idempotent and leaves plain text as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => expect(escapeText(escapeText(text))).toBe(escapeText(text))),
    );
    for (const text of ['', 'plain text', 'Ärger 世界 😀', '<>&"\'\\']) expect(escapeText(text)).toBe(text);
  });

  test('the usual suspects are readable', () => {
    expect(escapeText('a\u001b[2J\nb\tc\r\u202e\u009b')).toBe('a\\e[2J\\nb\\tc\\r\\u{202e}\\u{9b}');
    expect(escapeLines('one\ntwo\u001b')).toBe('one\ntwo\\e');
  });
});

describe('in the quotes of others', () => {
  const evil = 'a\u009b\u202e\u{e0041}\u001b\n"';

  test('JSON', () => {
    expect(jsonText({ a: evil })).toBe(String.raw`{"a":"a\u009b\u202e\udb40\udc41\u001b\n\""}`);
    expect(jsonText({ a: 1 }, 2)).toBe('{\n  "a": 1\n}');
  });

  test('YAML, where halves of a character stand for nothing', () => {
    expect(quotedYaml(evil)).toBe(String.raw`"a\u009b\u202e\U000e0041\u001b\n\""`);
  });

  test('shells', () => {
    expect(['web', 'a b', "it's", ''].map(shellWord)).toEqual(['web', "'a b'", String.raw`'it'\''s'`, "''"]);
    expect(shellWord(`'\\${evil}`)).toBe(String.raw`$'\'\\a\u009b\u202e\U000e0041\e\n"'`);
  });
});

describe('widths', () => {
  test('count columns, not characters', () => {
    expect([widthOf('abc'), widthOf('世界'), widthOf('😀'), widthOf('é'), widthOf('')]).toEqual([3, 4, 2, 1, 0]);
    expect(pad('世', 4)).toBe('世  ');
    expect(pad('7', 3, 'right')).toBe('  7');
    expect(pad('long', 2)).toBe('long');
  });

  test('a cut text is never wider than asked, and unchanged where it fits', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '世', '😀', 'é', '-') }),
        fc.integer({ min: 1, max: 30 }),
        (text, width) => {
          const shown = cut(text, width);
          expect(widthOf(shown)).toBeLessThanOrEqual(width);
          if (widthOf(text) <= width) expect(shown).toBe(text);
          else expect(shown.endsWith('…')).toBe(true);
        },
      ),
    );
  });
});

/** `duration.HumanDuration` of k8s.io/apimachinery, spelled out as its own test does. */
describe('formatAge', () => {
  const s = 1000;
  const m = 60 * s;
  const h = 60 * m;
  const d = 24 * h;
  test.each([
    [-2 * s, '<invalid>'],
    [-1500, '0s'],
    [0, '0s'],
    [1 * s, '1s'],
    [70 * s, '70s'],
    [2 * m - 1, '119s'],
    [2 * m, '2m'],
    [190 * s, '3m10s'],
    [9 * m + 59 * s, '9m59s'],
    [10 * m, '10m'],
    [10 * m + 1 * s, '10m'],
    [3 * h - 1, '179m'],
    [8 * h - 1, '7h59m'],
    [8 * d - 1, '7d23h'],
    [70 * m, '70m'],
    [3 * h, '3h'],
    [3 * h + 10 * m, '3h10m'],
    [8 * h, '8h'],
    [8 * h + 20 * m, '8h'],
    [47 * h, '47h'],
    [2 * d, '2d'],
    [2 * d + 3 * h, '2d3h'],
    [8 * d, '8d'],
    [8 * d + 5 * h, '8d'],
    [729 * d, '729d'],
    [2 * 365 * d, '2y'],
    [2 * 365 * d + 12 * d, '2y12d'],
    [8 * 365 * d, '8y'],
    [8 * 365 * d + 12 * d, '8y'],
    [20 * 365 * d, '20y'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatAge(ms)).toBe(text);
  });

  test('of times that are missing or none', () => {
    const now = Date.parse('2026-07-23T10:00:12Z');
    expect(ageOf('2026-07-23T10:00:00Z', now)).toBe('12s');
    for (const time of [undefined, null, '', 'yesterday']) expect(ageOf(time, now)).toBeUndefined();
  });

  test('measured seconds', () => {
    expect([0, 1449, 9999, 10_000, 61_700].map(formatSeconds)).toEqual(['0.0 s', '1.4 s', '10.0 s', '10 s', '62 s']);
  });
});
