import stringWidth from 'string-width';

/** The width of any text in terminal columns. */
export const unicodeWidth = (text: string): number => stringWidth(text);
