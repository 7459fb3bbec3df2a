/**
 * What could move a cursor, change a title, reorder or hide text: C0 and C1 controls, DEL, line separators, lone
 * surrogates, and all that Unicode says is shown as nothing (bidirectional controls, zero-width, fillers, variation
 * selectors, tags).
 */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu;
/** The same in a text whose lines are its structure. */
const UNSAFE_IN_LINES = /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu;
/** Nearly every text. */
const ASCII = /^[\u0020-\u007e]*$/;
const ASCII_LINES = /^[\n\u0020-\u007e]*$/;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\u001b': '\\e' };

const codeOf = (char: string): number => char.codePointAt(0) ?? 0;

/** Whether something in the text must not reach a terminal as it is. */
export function isUnsafe(text: string): boolean {
  return !ASCII.test(text) && text.search(UNSAFE) >= 0;
}

/** Text from a server, a file or a command line, made safe for a terminal: what can't be seen is written out. */
export function escapeText(text: string): string {
  if (ASCII.test(text)) return text;
  return text.replace(UNSAFE, (char) => SHORT[char] ?? `\\u{${codeOf(char).toString(16)}}`);
}

/** The most that is shown of what somebody else wrote, as a webhook's answer of many kilobytes. */
const MOST_SHOWN = 500;

/** The beginning of a foreign text, never half a character, with a sign where something is left out. */
export function shortened(text: string): string {
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN).replace(/[\ud800-\udbff]$/, '')}…` : text;
}

/** The same for a text of several lines that is ours (a hint, a diff): line breaks stay. */
export function escapeLines(text: string): string {
  return text.split('\n').map(escapeText).join('\n');
}

/** `\u009b`, as JSON and quoted YAML write it: one for each UTF-16 unit, or one `\U000e0041` where that is not allowed. */
function unicodeEscape(char: string, long = false): string {
  const hex = (unit: number, digits: number): string => unit.toString(16).padStart(digits, '0');
  if (long && char.length > 1) return `\\U${hex(codeOf(char), 8)}`;
  return Array.from({ length: char.length }, (_, at) => `\\u${hex(char.charCodeAt(at), 4)}`).join('');
}

/**
 * A value as JSON that any terminal may be shown: what JSON.stringify leaves as it is but could do harm there is
 * escaped too, which every reader undoes. Undefined for what JSON has no words for is the caller's fault.
 *
 * @param indent spaces for each level; all on one line without it
 */
export function jsonText(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, indent);
  return ASCII_LINES.test(text) ? text : text.replace(UNSAFE_IN_LINES, (char) => unicodeEscape(char));
}

/** A text in double quotes, as YAML 1.1 and 1.2 read it back; nothing in it does harm on a terminal. */
export function quotedYaml(text: string): string {
  const escaped = JSON.stringify(text).replace(UNSAFE, (char) => unicodeEscape(char, true));
  // Not printable in YAML; the no-break space is, but some readers fold it.
  return escaped.replace(/[\u00a0\ufffe\uffff]/g, (char) => unicodeEscape(char));
}

/** A word as bash, zsh and fish's bash-like quoting take it, on one line whatever it holds. */
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

/** `75 %`, `0.1 %`: at most one decimal, none of which is rounded to nothing. */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 0.1) return '<0.1 %';
  return `${Math.round(value * 10) / 10} %`;
}
