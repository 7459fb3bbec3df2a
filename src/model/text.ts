/**
 * Characters that can move a terminal's cursor, change its title, or reorder or hide text: C0 and C1 controls, DEL, line
 * separators, lone surrogates, and Unicode's Default_Ignorable_Code_Point (bidirectional controls, zero-width characters,
 * fillers, variation selectors, tags).
 */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu;
/** UNSAFE without the line break, for text of several lines. */
const UNSAFE_IN_LINES = /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu;
/** Matches nearly every text, and is much faster than UNSAFE. */
const ASCII = /^[\u0020-\u007e]*$/;
const ASCII_LINES = /^[\n\u0020-\u007e]*$/;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\u001b': '\\e' };

const codeOf = (char: string): number => char.codePointAt(0) ?? 0;

/** True if the text must be escaped before it reaches a terminal. */
export function isUnsafe(text: string): boolean {
  return !ASCII.test(text) && text.search(UNSAFE) >= 0;
}

/** Makes text from a server, a file or a command line safe for a terminal: `\n`, `\e` or `\u{202e}` replace unsafe characters. */
export function escapeText(text: string): string {
  if (ASCII.test(text)) return text;
  return text.replace(UNSAFE, (char) => SHORT[char] ?? `\\u{${codeOf(char).toString(16)}}`);
}

/** Limit for text of others in messages, in UTF-16 code units: a webhook may answer with many kilobytes. */
const MOST_SHOWN = 500;

/** The first 500 UTF-16 code units of a text of others, with `…` if it is longer. Never ends with half a surrogate pair. */
export function shortened(text: string): string {
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN).replace(/[\ud800-\udbff]$/, '')}…` : text;
}

/** Makes a text safe for a terminal like `escapeText`, but keeps its line breaks. For text that we built (a hint, a diff). */
export function escapeLines(text: string): string {
  return text.split('\n').map(escapeText).join('\n');
}

/**
 * The escape of a character in JSON and in quoted YAML, such as `\u009b`. A character of two UTF-16 code units becomes a pair
 * of escapes, or with `long` a single `\U000e0041`, because YAML and shells do not accept surrogate pairs.
 */
function unicodeEscape(char: string, long = false): string {
  const hex = (unit: number, digits: number): string => unit.toString(16).padStart(digits, '0');
  if (long && char.length > 1) return `\\U${hex(codeOf(char), 8)}`;
  return Array.from({ length: char.length }, (_, at) => `\\u${hex(char.charCodeAt(at), 4)}`).join('');
}

/**
 * A value as JSON that is safe for a terminal: unsafe characters that JSON.stringify leaves alone are escaped, and JSON
 * parsers read them back.
 *
 * @param value JSON data; it must not be undefined or a function, which JSON.stringify does not turn into a text
 * @param indent spaces for each level; without it the text is one line
 */
export function jsonText(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, indent);
  return ASCII_LINES.test(text) ? text : text.replace(UNSAFE_IN_LINES, (char) => unicodeEscape(char));
}

/** A text in double quotes that YAML 1.1 and YAML 1.2 readers read back unchanged, and that is safe for a terminal. */
export function quotedYaml(text: string): string {
  const escaped = JSON.stringify(text).replace(UNSAFE, (char) => unicodeEscape(char, true));
  // YAML does not allow U+FFFE and U+FFFF unescaped. It allows the no-break space, but some readers fold it like a blank.
  return escaped.replace(/[\u00a0\ufffe\uffff]/g, (char) => unicodeEscape(char));
}

/** Quotes a word for a shell (bash, zsh and, unless the word needs escapes, fish). The result is always one line. */
export function shellWord(word: string): string {
  if (/^[\w.,=@%+:/-]+$/.test(word)) return word;
  if (!isUnsafe(word)) return `'${word.replaceAll("'", `'\\''`)}'`;
  const inQuotes = (char: string): string => {
    if (char in SHORT) return SHORT[char] ?? '';
    return codeOf(char) < 0x80 ? `\\x${codeOf(char).toString(16).padStart(2, '0')}` : unicodeEscape(char, true);
  };
  return `$'${word.replace(/[\\']/g, '\\$&').replace(UNSAFE, inQuotes)}'`;
}

/** A noun that agrees with a number: `plural(2, 'key')` is "keys". */
export function plural(count: number, noun: string): string {
  return count === 1 ? noun : `${noun}s`;
}

/** A number with its noun: "1 key", "2 keys". */
export function counted(count: number, noun: string): string {
  return `${count} ${plural(count, noun)}`;
}

/** A share from 0 to 1 as `75 %` or `0.1 %`, with at most one decimal. A share that would round to 0 is `<0.1 %`. */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 0.1) return '<0.1 %';
  return `${Math.round(value * 10) / 10} %`;
}
