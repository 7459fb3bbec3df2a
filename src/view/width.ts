import stringWidth from 'string-width';

/** Columns of a text with more than ASCII in it. */
export const unicodeWidth = (text: string): number => stringWidth(text);
