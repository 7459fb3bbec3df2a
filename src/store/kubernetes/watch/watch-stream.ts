import type { Api, Doing } from '../http/api.js';
import type { Item } from '../http/lists.js';
import type { Opened } from '../http/transport.js';

/** One line of a watch. The object of a bookmark has only a resourceVersion. */
export interface RawEvent<T extends Item> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  object: T;
}

const NEWLINE = 0x0a;
const LINE_LIMIT = 64 * 1024 * 1024;

/**
 * The events of a watch until the server ends it. Closes the stream at the end.
 *
 * @throws Failure for an ERROR event (`Expired` for status 410), for a line that is not JSON or incomplete, and for a lost
 *   connection
 */
export async function* rawEvents<T extends Item>(api: Api, doing: Doing, opened: Opened): AsyncGenerator<RawEvent<T>> {
  try {
    for await (const line of lines(opened.chunks, opened.hurry)) {
      const event = parse<T>(line);
      if (!event) throw api.badLine(doing, line);
      if (event.type === 'ERROR') throw api.statusFailure(doing, event.object as { code?: number });
      yield event as RawEvent<T>;
    }
  } catch (error) {
    throw api.failure(doing, error);
  } finally {
    opened.close();
  }
}

function parse<T extends Item>(line: string): RawEvent<T> | { type: 'ERROR'; object: unknown } | undefined {
  try {
    const event = JSON.parse(line) as (Partial<RawEvent<T>> & { object?: Partial<Item> | null }) | null;
    if (typeof event?.type !== 'string' || typeof event.object !== 'object' || !event.object) return undefined;
    const named = typeof event.object.metadata?.resourceVersion === 'string';
    return named || (event.type as string) === 'ERROR' ? (event as RawEvent<T>) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Splits chunks of bytes into lines. The bytes are decoded only when a line is complete, because the bytes of one character may
 * be in two chunks. A last line without a line break is yielded too.
 *
 * @param begun called after each chunk with true if the chunk ends within a line
 */
export async function* lines(
  chunks: AsyncIterable<Buffer>,
  begun: (pending: boolean) => void = () => undefined,
): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      parts.push(chunk.subarray(start, end));
      const line = Buffer.concat(parts).toString('utf8');
      parts = [];
      size = 0;
      start = end + 1;
      if (line.trim() !== '') yield line;
    }
    const rest = chunk.subarray(start);
    size += rest.length;
    if (size > LINE_LIMIT) throw new Error('a line of the watch is too long');
    if (rest.length > 0) parts.push(rest);
    begun(size > 0);
  }
  if (size > 0) yield Buffer.concat(parts).toString('utf8');
}
