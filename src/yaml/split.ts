/** A part of a file that is parsed on its own: one document, or only comments. */
export interface Chunk {
  text: string;
  /** Start of the chunk in the file, in UTF-16 code units. */
  offset: number;
  /** True if the chunk follows a `...` and does not start with `---`. */
  after?: true;
}

/** Why a document could not be read. */
export interface Fault {
  /** `reader`: valid YAML 1.2 that Go's reader refuses or reads differently. */
  kind: 'syntax' | 'tag' | 'duplicate' | 'excess' | 'reader';
  message: string;
  /** In UTF-16 code units from the start of the text. */
  offset: number;
}

/** Start of a line that begins or ends a document. YAML forbids these characters there for anything else, even inside quotes. */
const MARKER = /(?:^|\n)(?:---|\.\.\.)(?=[ \t\r\n]|$)/g;
/** Blank lines and comments, followed by a directive such as `%YAML 1.2`. */
const DIRECTIVE = /(?:[ \t]*(?:#[^\n]*)?\r?\n)*%/y;

/**
 * Splits a YAML text into its documents, in order: before each line that starts with `---` and after each line that starts
 * with `...`. Directives stay with the document that follows them. The chunks joined together are the whole text.
 * Because each chunk is parsed on its own, a mistake in one does not hide those in the next, and a large file does not have
 * to be in memory as data. Lines end in `\n` or `\r\n`.
 */
export function* splitDocuments(text: string): Generator<Chunk> {
  let start = 0;
  /** True after the `---` that ends the directives of the present chunk. */
  let directivesEnded = false;
  let after = false;
  const chunk = (end: number): Chunk => {
    const part = text.slice(start, end);
    return { text: part, offset: start, ...(after && !part.startsWith('---') && { after }) };
  };
  for (const { 0: found, index } of text.matchAll(MARKER)) {
    const marker = index + found.length - 3;
    const ends = text[marker] === '.';
    if (!ends && !directivesEnded && matchesAt(DIRECTIVE, text, start)) {
      directivesEnded = true;
      continue;
    }
    const cut = ends ? text.indexOf('\n', marker) + 1 || text.length : marker;
    if (cut === start) continue;
    yield chunk(cut);
    start = cut;
    after = ends;
    directivesEnded = false;
  }
  if (start < text.length) yield chunk(text.length);
}

/** A line that starts with `---` and that no Kubernetes tool accepts: with more than a comment after it, or without a blank. */
const SEPARATOR_LINE = /(?:^|\n)---(?:[ \t]*(?=[^ \t\r\n#]|\r[^\n])|(?=#))/;
/** `---` or `...` after a lone carriage return: a line of its own for YAML, but not for readers that split a file at `\n`. */
const LONE_BEFORE_MARKER = /\r(?:---|\.\.\.)(?=\s|$)/;
/** Another blank than those of YAML before `{`. Go's readers skip it to see whether the text is JSON. */
const ODD_BLANK = /^[ \t\r\n]*[^\S \t\r\n]\s*\{/;
/** `...` after nothing but blank lines and comments. */
const NOTHING_BUT_END = /^(?:[ \t]*(?:#[^\n]*)?\r?\n)*\.\.\.(?=\s|$)/;

/**
 * Finds a fault in the lines around a document for Go's readers: they split a file at lines that start with `---`, do not know
 * directives, and ignore everything after `...`.
 *
 * @param hasDocument false if the chunk has only comments
 */
export function faultOf({ text, after }: Chunk, hasDocument: boolean): Fault | undefined {
  const fault = (offset: number, message: string): Fault => ({ kind: 'reader', message, offset });
  if (after && hasDocument) {
    return fault(firstWords(text), 'Kubernetes tools read nothing between ... and ---: put --- before this document');
  }
  if (matchesAt(DIRECTIVE, text, 0)) {
    return fault(DIRECTIVE.lastIndex - 1, 'Kubernetes tools do not read directives: remove this line');
  }
  const lone = text.includes('\r') ? LONE_BEFORE_MARKER.exec(text) : null;
  if (lone) return fault(lone.index + 1, 'a line break is missing before this');
  if (ODD_BLANK.test(text)) return fault(0, 'a blank other than a space stands before {: remove it');
  const comment = /^\s*\{/.test(text.slice(firstWords(text))) ? /\}\s*(?:#|[\r\n]\.\.\.)/.exec(text) : null;
  if (comment && isJson(text.slice(firstWords(text), comment.index + 1))) {
    return fault(comment.index + 1, 'JSON has no comments and no ... : remove what follows');
  }
  const separator = text.includes('---') ? SEPARATOR_LINE.exec(text) : null;
  if (separator) {
    const message = 'only a comment can follow --- on its line: start the document on the next line';
    return fault(separator.index + separator[0].length, message);
  }
  const start = text.startsWith('---') ? text.indexOf('\n') + 1 : 0;
  const end = NOTHING_BUT_END.exec(text.slice(start));
  return end && !after
    ? fault(start + end[0].length - 3, 'no document comes before this ...: remove the line')
    : undefined;
}

function matchesAt(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}

/** Blank lines, comments and the line `---` before the content of a document. */
const BEFORE = /(?:(?:---)?[ \t]*(?:#[^\n]*)?\r?\n)*/y;

/** Offset, in UTF-16 code units, of the first content in a chunk: after blank lines, comments and the line `---`. */
export function firstWords(chunk: string): number {
  BEFORE.lastIndex = 0;
  return BEFORE.exec(chunk)?.[0].length ?? 0;
}

/** One JSON value right after another. It may also match inside a string; splitJsonValues skips strings. */
const NEXT_VALUE = /[}\]]\s*(?:[{[]|null\b)/;
/** The `null` that `jq` prints if it selects nothing; kubectl skips it. */
const NULLS = /(?:\s*null(?![^\s{[]))+/y;
const STRING_OR_BRACKET = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]]/gs;

/**
 * Splits a chunk that holds several JSON values one after another, as `jq -c` writes and kubectl reads them, into one chunk
 * for each value. Any other chunk is returned unchanged: one that does not begin with JSON, or that holds a single value.
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
    start = index + 1;
  }
  start = afterNulls(text, start);
  const rest = text.slice(start);
  return /^[ \t\r\n]*$/.test(rest) ? values : [...values, { text: rest, offset: offset + start }];
}

function afterNulls(text: string, at: number): number {
  NULLS.lastIndex = at;
  return at + (NULLS.exec(text)?.[0].length ?? 0);
}

/** True if the text is exactly one JSON value. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A byte order mark at the start of a file, or of a document in it. */
const BYTE_ORDER_MARK = /(^|(?<!(?:^|\n)---[^\n]*)\n---[^\n]*\n)\ufeff/g;

/** A lone carriage return, except next to `---` or `...`, which would become a separator if it were a line break. */
const LONE_RETURN = /(?<!(?:^|\n)---[ \t]*)\r(?!\n|(?:---|\.\.\.)(?:\s|$))/g;

/**
 * The text without byte order marks at the start of the files it was joined from, and with `\n` in place of a lone carriage
 * return, so that line and column numbers agree with those of an editor.
 */
export function normalized(text: string): string {
  const plain = text.includes('\ufeff') ? text.replace(BYTE_ORDER_MARK, '$1') : text;
  return plain.includes('\r') ? plain.replace(/\r\r\n/g, '\r\n').replace(LONE_RETURN, '\n') : plain;
}
