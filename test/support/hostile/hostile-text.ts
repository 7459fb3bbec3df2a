import type { MultiKeyListener } from '../../../src/model/resource.js';
import { shown } from '../../../src/view/formats.js';
import fc from 'fast-check';

/** Texts that do harm where they are shown as they are, or that are hard to lay out; written as code points. */
export const HOSTILE: Readonly<Record<string, string>> = {
  'CSI: clear, colour, home': '\u001b[2J\u001b[31mred\u001b[H',
  'CSI: alternate screen, mouse, paste': '\u001b[?1049h\u001b[?1000h\u001b[?2004h',
  'CSI: report what is on the screen': '\u001b[6n\u001b[c\u001b[21t',
  'OSC 0: title': '\u001b]0;owned\u0007',
  'OSC 8: link': '\u001b]8;;http://evil.example\u001b\\click\u001b]8;;\u001b\\',
  'OSC 52: clipboard': '\u001b]52;c;cm0gLXJmIH4=\u0007',
  'DCS, APC, PM, SOS': '\u001bP+q544e\u001b\\\u001b_x\u001b\\\u001b^x\u001b\\\u001bXx\u001b\\',
  'reset, character sets, save': '\u001bc\u001b(0lqk\u001b7\u001b8',
  'C1: CSI, OSC, DCS, ST, NEL': '\u009b31m\u009d0;x\u009c\u0090q\u009c\u0085\u0080\u009f',
  'C0: NUL, BEL, BS, VT, FF, SO, SI, SUB': 'a\u0000b\u0007c\u0008\u0008d\u000be\u000cf\u000e\u000fg\u001a',
  DEL: 'a\u007f\u007fb',
  'line breaks': 'one\ntwo\r\nthree\rfour',
  'a row that is none': '\nfake  ● Ready  weighted  2/2  fake  80  1s\nError: all is lost',
  tabs: 'a\tb\t\tc',
  'separators of lines': 'a\u2028b\u2029c',
  'bidi overrides': '\u202egnp.exe\u202c \u202da\u202a\u202b',
  'bidi isolates and marks': '\u2066a\u2067b\u2068c\u2069\u200e\u200f\u061c',
  'zero width': 'a\u200bb\u200cc\u200dd\u2060e\ufefff',
  'soft hyphen, fillers': 'a\u00adb\u034fc\u115f\u1160\u3164\uffa0d',
  'hidden in scripts': 'a\u17b4\u17b5b\u180b\u180e\u180fc\u{1d173}\u{1bca0}d',
  'variation selectors': '\u2764\ufe0f\ufe0ea\u{e0100}',
  'tag characters': 'a\u{e0041}\u{e0042}\u{e007f}b',
  'interlinear, object': 'a\ufff9b\ufffac\ufffb',
  'lone surrogates': 'a\ud800b\udc00c\udfff',
  combining: `e\u0301 Z${'\u0335\u0321\u0489'.repeat(20)}a`,
  'combining first': '\u0301\u0308abc',
  wide: '漢字テスト한국어',
  'full width': 'ＡＢＣ！　＠',
  emoji: '😀👩\u200d👩\u200d👧🏳\ufe0f\u200d🌈🇩🇪👍🏽',
  'right to left': 'עברית العربية',
  'quotes and shell': `"'\`$(reboot)\\ %0A;|&<>*`,
  'formats of others': '%s%n::error file=x::y\u0023{x}{{x}}<%= 1 %>',
  'YAML words': '- &a *a !b ? : {} [] # | > @ %TAG ---',
  long: 'x'.repeat(300),
};

/** Everything at once. */
export const ALL_HOSTILE = Object.values(HOSTILE).join('');

/** The texts that every terminal gives the same width: what xterm's emulator and we measure alike. */
export const SAME_WIDTH = ['web', ...['wide', 'full width', 'combining', 'CSI: clear, colour, home'].map(byName)];

function byName(name: string): string {
  return HOSTILE[name] ?? '';
}

/** Any text: the corpus, parts of it side by side, and whatever Unicode has. */
export const hostileText = (): fc.Arbitrary<string> =>
  // U+FFFD is what bytes that are no UTF-8 show as: harmIn takes it for those.
  anyText().map((text) => text.replaceAll('\ufffd', ''));

const anyText = (): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...Object.values(HOSTILE)) },
    {
      weight: 2,
      arbitrary: fc
        .array(fc.constantFrom(...Object.values(HOSTILE)), { minLength: 2, maxLength: 4 })
        .map((all) => all.join('')),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 20 }) },
    { weight: 1, arbitrary: fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 }).map(fromUnits) },
  );

const fromUnits = (units: readonly number[]): string => String.fromCharCode(...units);

/** Ranges of code points that may not reach a terminal; not shared with the program, so that a slip there is seen here. */
const HARMFUL: readonly (readonly [number, number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xd800, 0xdfff],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
  [0xfffd, 0xfffd],
  [0x1bca0, 0x1bca3],
  [0x1d173, 0x1d17a],
  [0xe0000, 0xe0fff],
];

/** The sequences that the program itself sends: its colours; the waiting line; and those of the live screen. */
const COLOURS = /\u001b\[(?:0|1|2|9|22|29|3[1-3]|39)m/g;
const WAITING = /\r\u001b\[K/g;
// A frame ends its lines with CR LF, of which the terminal driver makes CR CR LF.
const LIVE = /\r(?=\r\n)|\u001b\[(?:\?(?:1049|25|7|2004|2026)[hl]|\d+;1H|J|K)/g;
/** What the prompts of @inquirer/prompts send: cursor, erase, colours of its theme, modes of readline. */
const PROMPTS = /\u001b\[(?:\?25[hl]|[0-9]*[ABCDGJK]|[0-9;]*m|\?2004[hl])/g;

export type Sender = 'plain' | 'colours' | 'live' | 'prompts';

const OWN: Readonly<Record<Sender, readonly RegExp[]>> = {
  plain: [],
  colours: [WAITING, COLOURS],
  live: [WAITING, COLOURS, LIVE],
  prompts: [WAITING, COLOURS, PROMPTS],
};

/**
 * What came to a terminal or a pipe and should not have, each with what stands around it. Line breaks are allowed, on a
 * terminal as CR LF; everything else below U+0020 only as part of the sender's own sequences.
 *
 * @param text as decoded from UTF-8: bytes that are none show as U+FFFD, which no text of the corpus holds
 */
export function harmIn(text: string, sender: Sender = 'plain'): string[] {
  const rest = OWN[sender].reduce((left, own) => left.replace(own, ''), text).replaceAll('\r\n', '\n');
  const found: string[] = [];
  let at = 0;
  for (const char of rest) {
    const code = char.codePointAt(0) ?? 0;
    const harmful = !(code > 0x1f && code < 0x7f) && HARMFUL.some(([from, to]) => code >= from && code <= to);
    if (harmful && char !== '\n') {
      found.push(`U+${code.toString(16)} in ${JSON.stringify(rest.slice(Math.max(0, at - 30), at + 10))}`);
    }
    at += char.length;
  }
  return found;
}

/** What `-o json` and `-o yaml` print of several resources. */
export function listOf(resources: readonly MultiKeyListener[]): object {
  return { apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '' }, items: resources.map(shown) };
}
