/** A part of a file that is read on its own: one document, or none (comments only). */
export interface Chunk {
  text: string;
  /** Where it starts in the file, in UTF-16 units. */
  offset: number;
  /** The document before it was ended with `...`, and no `---` starts this one. */
  after?: true;
}

/** Why a document could not be read, or only as lenient readers take it. */
export interface Fault {
  /** `reader`: Go's reader does not read it, or reads something else. */
  kind: 'syntax' | 'tag' | 'duplicate' | 'excess' | 'reader';
  message: string;
  /** In UTF-16 units from the start of the text. */
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
  let after = false;
  const chunk = (end: number): Chunk => {
    const part = text.slice(start, end);
    return { text: part, offset: start, ...(after && !part.startsWith('---') && { after }) };
  };
  for (const { 0: found, index } of text.matchAll(MARKER)) {
    const marker = index + found.length - 3;
    const ends = text[marker] === '.';
    if (!ends && !begun && matchesAt(DIRECTIVE, text, start)) {
      begun = true;
      continue;
    }
    const cut = ends ? text.indexOf('\n', marker) + 1 || text.length : marker;
    if (cut === start) continue;
    yield chunk(cut);
    start = cut;
    after = ends;
    begun = false;
  }
  if (start < text.length) yield chunk(text.length);
}

/** What no reader of Kubernetes takes: more than a comment behind `---`, or `---` that is no separator at the start of a line. */
const SEPARATOR_LINE = /(?:^|\n)---(?:[ \t]*(?=[^ \t\r\n#]|\r[^\n])|(?=#))/;
/** What a carriage return alone would make a separator, which no reader that cuts the file takes for one. */
const LONE_BEFORE_MARKER = /\r(?:---|\.\.\.)(?=\s|$)/;
/** Go's readers take any blank for one before a JSON object. */
const ODD_BLANK = /^[ \t\r\n]*[^\S \t\r\n]\s*\{/;
const NOTHING_BUT_END = /^(?:[ \t]*(?:#[^\n]*)?\r?\n)*\.\.\.(?=\s|$)/;

/**
 * What is wrong with the lines around a document for Go's readers, which cut a file at lines that start with `---`, take no
 * directives and read nothing after `...`.
 *
 * @param holds whether the chunk has a document
 */
export function faultOf({ text, after }: Chunk, holds: boolean): Fault | undefined {
  const fault = (offset: number, message: string): Fault => ({ kind: 'reader', message, offset });
  if (after && holds) {
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

/** True for one value of JSON. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A byte order mark where a file, or a document of one, begins. */
const BYTE_ORDER_MARK = /(^|(?<!(?:^|\n)---[^\n]*)\n---[^\n]*\n)\ufeff/g;

/** A carriage return alone, except beside what would become a separator by it. */
const LONE_RETURN = /(?<!(?:^|\n)---[ \t]*)\r(?!\n|(?:---|\.\.\.)(?:\s|$))/g;

/**
 * The text as a reader shows it: without the byte order marks of files that were put together, and with `\n` for a lone
 * carriage return. Lines and columns of the result are those of an editor.
 */
export function normalized(text: string): string {
  const plain = text.includes('\ufeff') ? text.replace(BYTE_ORDER_MARK, '$1') : text;
  return plain.includes('\r') ? plain.replace(/\r\r\n/g, '\r\n').replace(LONE_RETURN, '\n') : plain;
}
