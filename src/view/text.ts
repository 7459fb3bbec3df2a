import { unicodeWidth } from './width.js';

/**
 * What could move a cursor, change a title, reorder or hide text: C0 and C1
 * controls, DEL, line separators, bidirectional controls, zero-width and tag characters, lone surrogates.
 */
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}]|[\ufe00-\ufe0f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;

const PLAIN_TEXT = /^[\u0020-\u007e]*$/;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\u001b': '\\e' };

/** Text from a server, a file or a command line, made safe for a terminal: what can't be seen is written out. */
export function escapeText(text: string): string {
  // Nearly every text; the other pattern takes a while to be made.
  if (PLAIN_TEXT.test(text)) return text;
  return text.replace(UNSAFE, (char) => SHORT[char] ?? `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}

/** The same for a text of several lines that is ours (a hint, a diff): line breaks stay. */
export function escapeLines(text: string): string {
  return text.split('\n').map(escapeText).join('\n');
}

/** Columns that a text takes on a terminal. */
export function widthOf(text: string): number {
  // ASCII without escapes is nearly every cell; the library is for the rest.
  return PLAIN_TEXT.test(text) ? text.length : unicodeWidth(text);
}

/** The text padded with spaces to that many columns. */
export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const fill = ' '.repeat(Math.max(0, width - widthOf(text)));
  return align === 'left' ? text + fill : fill + text;
}

/** Plain text (no ANSI) cut to that many columns, the mark included. */
export function cut(text: string, width: number, mark = '…'): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  let used = widthOf(mark);
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)) {
    used += widthOf(segment);
    if (used > width) break;
    kept += segment;
  }
  return kept + mark;
}

/** Words broken into lines of at most that many columns; a longer word stands alone. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
