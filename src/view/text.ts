import { unicodeWidth } from './width.js';

export { escapeLines, escapeText } from '../model/text.js';

const ASCII = /^[\u0020-\u007e]*$/;

/** The width of a text in terminal columns; ANSI escape sequences have none. */
export function widthOf(text: string): number {
  // Nearly every cell is printable ASCII, for which the library is not needed.
  return ASCII.test(text) ? text.length : unicodeWidth(text);
}

/** The text padded with spaces to `width` columns. */
export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const fill = ' '.repeat(Math.max(0, width - widthOf(text)));
  return align === 'left' ? text + fill : fill + text;
}

/** Cuts plain text (no ANSI) to `width` columns, including the mark. */
export function cut(text: string, width: number, mark = '…'): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  let used = widthOf(mark);
  for (const character of charactersOf(text)) {
    used += widthOf(character);
    if (used > width) break;
    kept += character;
  }
  return kept + mark;
}

/** The grapheme clusters of a text, which must not be split. */
function* charactersOf(text: string): Generator<string> {
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)) yield segment;
}

/** Joins pieces into lines of at most `width` columns; a wider piece gets its own line. */
function packed(pieces: Iterable<string>, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const piece of pieces) {
    const wide = widthOf(piece);
    if (line !== '' && used + wide > width) {
      lines.push(line);
      [line, used] = ['', 0];
    }
    line += piece;
    used += wide;
  }
  return [...lines, line];
}

/** Breaks a word that is too wide: after commas, and a part that is still too wide at any character. */
function broken(word: string, width: number): string[] {
  if (widthOf(word) <= width) return [word];
  const parts = word.split(/(?<=,)/);
  return packed(parts.length > 1 ? parts.flatMap((part) => broken(part, width)) : charactersOf(word), width);
}

/** Wraps plain text (no ANSI) to lines of at most `width` columns: at spaces; a longer word after commas or anywhere. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) <= width) {
      line += ` ${word}`;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = broken(word, width);
    line = pieces.pop() ?? '';
    lines.push(...pieces);
  }
  return [...lines, line];
}

/** The least width of a text beside its lead; in less it would wrap after every word. */
const LEAST_TEXT = 24;
/** The indent of lines that belong to the line above them. */
export const INDENT = 4;

/**
 * A paragraph with a hanging indent: the text follows the lead, and wrapped lines are aligned with its beginning. If that
 * leaves too little room, the text begins on the line after the lead.
 *
 * @param lead may be coloured
 * @param text plain, without ANSI
 * @param width columns of the terminal; Infinity in a pipe, where nothing wraps
 * @param paint colours each line of the text
 */
export function hang(lead: string, text: string, width: number, paint = (line: string): string => line): string[] {
  const beside = widthOf(lead);
  if (beside > 2 * INDENT && width - beside < LEAST_TEXT) {
    const lines = wrap(text, Math.max(1, width - INDENT));
    return [lead.trimEnd(), ...lines.map((line) => ' '.repeat(INDENT) + paint(line))];
  }
  const [first = '', ...rest] = wrap(text, Math.max(1, width - beside));
  return [lead + paint(first), ...rest.map((line) => ' '.repeat(beside) + paint(line))];
}
