import stringWidth from 'string-width';

/** Columns of a text with more than ASCII in it. The build loads the library at the first call: its tables take a while. */
export const unicodeWidth = (text: string): number => stringWidth(text);
