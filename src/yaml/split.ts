/** A part of a file that is read on its own: one document, or none (comments only). */
export interface Chunk {
  text: string;
  /** Where it starts in the file, in UTF-16 units. */
  offset: number;
}

/** Lines that start or end a document; nothing else may stand so at the start of a line, not even inside quotes. */
const MARKER = /(?:^|\n)(?:---|\.\.\.)(?=[ \t\r\n]|$)/g;
/** Blank lines and comments, and then a directive such as `%YAML 1.2`. */
const DIRECTIVE = /(?:[ \t]*(?:#[^\n]*)?\r?\n)*%/y;

/**
 * The documents of a YAML text, in order: cut before each line that starts with `---` and after each that starts with
 * `...`, while directives stay with the document they are for. Joined, the chunks are the text. A mistake in one chunk
 * hides nothing of the next, and each can be read and forgotten on its own. Lines end in `\n` or `\r\n`.
 */
export function* splitDocuments(text: string): Generator<Chunk> {
  let start = 0;
  /** The `---` of a chunk that begins with directives was met. */
  let begun = false;
  for (const { 0: found, index } of text.matchAll(MARKER)) {
    const marker = index + found.length - 3;
    const ends = text[marker] === '.';
    if (!ends && !begun && matchesAt(DIRECTIVE, text, start)) {
      begun = true;
      continue;
    }
    const cut = ends ? text.indexOf('\n', marker) + 1 || text.length : marker;
    if (cut === start) continue;
    yield { text: text.slice(start, cut), offset: start };
    start = cut;
    begun = false;
  }
  if (start < text.length) yield { text: text.slice(start), offset: start };
}

function matchesAt(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}

/** Blank lines, comments and the line `---` before a document's first words. */
const BEFORE = /(?:(?:---)?[ \t]*(?:#[^\n]*)?\r?\n)*/y;

/** Where in the chunk the first words stand. */
export function firstWords(chunk: string): number {
  BEFORE.lastIndex = 0;
  return BEFORE.exec(chunk)?.[0].length ?? 0;
}

/** One value of JSON right after another; in a string it means nothing, and is found out below. */
const NEXT_VALUE = /[}\]]\s*(?:[{[]|null\b)/;
/** What `jq` prints where it selects nothing; kubectl passes over it. */
const NULLS = /(?:\s*null(?![^\s{[]))+/y;
const STRING_OR_BRACKET = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]]/gs;

/**
 * The values of a chunk that is a stream of JSON, as `jq -c` and kubectl write and kubectl reads it. A chunk of anything
 * else is returned as it is: one whose first value is not JSON, or is followed by nothing.
 */
export function splitJsonValues(chunk: Chunk): Chunk[] {
  const { text, offset } = chunk;
  const first = firstWords(text);
  if (!/[{[]/.test(text[first] ?? '') || !NEXT_VALUE.test(text)) return [chunk];
  const values: Chunk[] = [];
  let start = 0;
  let depth = 0;
  for (const { 0: found, index } of text.matchAll(STRING_OR_BRACKET)) {
    if (found === '{' || found === '[') depth += 1;
    else if (found === '}' || found === ']') depth -= 1;
    if (depth !== 0 || found.startsWith('"')) continue;
    if (start > 0) start = afterNulls(text, start);
    const value = { text: text.slice(start, index + 1), offset: offset + start };
    if (start === 0 && !isJson(value.text.slice(first))) return [chunk];
    values.push(value);
    // Of a file with a byte order mark that was appended to one without a last line break.
    start = text[index + 1] === '\ufeff' ? index + 2 : index + 1;
  }
  start = afterNulls(text, start);
  const rest = text.slice(start);
  return rest.trim() === '' ? values : [...values, { text: rest, offset: offset + start }];
}

function afterNulls(text: string, at: number): number {
  NULLS.lastIndex = at;
  return at + (NULLS.exec(text)?.[0].length ?? 0);
}

/** True for one value of JSON. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A byte order mark where a file, or one that was appended to another, begins. */
const BYTE_ORDER_MARK = /(^|\n(?:---|\.\.\.)[^\n]*\n|\n(?=\ufeff(?:---|\.\.\.|[{[%])))\ufeff/g;

/**
 * The text as a reader shows it: without the byte order marks of files that were put together, and with `\n` for a lone
 * carriage return. Lines and columns of the result are those of an editor.
 */
export function normalized(text: string): string {
  const plain = text.includes('\ufeff') ? text.replace(BYTE_ORDER_MARK, '$1') : text;
  return plain.includes('\r') ? plain.replace(/\r(?!\n)/g, '\n') : plain;
}
