/** A part of a file that is a YAML stream of its own: nearly always one document. */
export interface Chunk {
  text: string;
  /** Where it starts in the file, in UTF-16 units. */
  offset: number;
}

/** The same text, as long, with every line ending in `\n`: a byte order mark must be gone already. */
export function withLineFeeds(text: string): string {
  return text.includes('\r') ? text.replace(/\r(?!\n)/g, '\n') : text;
}

/**
 * The file cut before each line that starts with `---`: nothing but the start of
 * a document may stand there, not even inside quotes. So each can be read, and
 * forgotten, on its own, and a mistake in one hides nothing of the next. A file
 * with directives (`%YAML`) stays whole.
 */
export function* splitDocuments(text: string): Generator<Chunk> {
  let start = 0;
  if (!text.startsWith('%') && !text.includes('\n%')) {
    for (let at = text.indexOf('\n---'); at >= 0; at = text.indexOf('\n---', at + 1)) {
      const next = text[at + 4];
      if (next !== undefined && !/[ \t\r\n]/.test(next)) continue;
      yield { text: text.slice(start, at + 1), offset: start };
      start = at + 1;
    }
  }
  yield { text: start === 0 ? text : text.slice(start), offset: start };
}

/** Blank lines, comments and the line `---` before a document's first words. */
const BEFORE = /(?:(?:---)?[ \t]*(?:#[^\n]*)?\r?\n)*/y;

/** Where in the chunk the first words stand. */
export function firstWords(chunk: string): number {
  BEFORE.lastIndex = 0;
  return BEFORE.exec(chunk)?.[0].length ?? 0;
}
