import { cut, widthOf } from '../text.js';

const COLOUR = /(\u001b\[[0-9;]*m)/;

/**
 * Cuts a coloured line to `width` columns. Colour sequences have no width and are all kept, so that no colour stays switched
 * on. Other control characters must be escaped before.
 */
export function clip(line: string, width: number, mark: string): string {
  if (widthOf(line) <= width) return line;
  let room = Math.max(0, width - widthOf(mark));
  let full = false;
  return line
    .split(COLOUR)
    .map((part, index) => {
      if (index % 2 === 1) return part;
      if (full || part === '') return '';
      const text = widthOf(part) <= room ? part : cut(part, room, '');
      full = text !== part;
      room -= widthOf(text);
      return full ? text + (width > 0 ? mark : '') : text;
    })
    .join('');
}
