import { unicodeWidth } from './width.js';

export { escapeLines, escapeText } from '../model/text.js';

const ASCII = /^[\u0020-\u007e]*$/;

/** Columns that a text takes on a terminal. */
export function widthOf(text: string): number {
  // ASCII without escapes is nearly every cell; the library is for the rest.
  return ASCII.test(text) ? text.length : unicodeWidth(text);
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
