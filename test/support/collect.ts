import type { Store, StoreEvent, WatchQuery } from '../../src/store/store.js';
import { HANGS_MS } from './program.js';

/** A watch that runs beside the test. */
export interface Collector {
  readonly events: StoreEvent[];
  /** The events in short: `ADDED web`, `SYNCED`, `LOST unreachable`. */
  readonly seen: string[];
  /** Resolves when the last event is this one, in short form; fails where it never comes. */
  until(last: string): Promise<void>;
  /** Resolves when this was seen, whatever came after it. */
  untilSeen(event: string): Promise<void>;
  /** Forgets what was seen. */
  clear(): void;
  /** Aborts, and resolves when the iteration has ended; throws what the watch threw. */
  stop(): Promise<void>;
  /** Resolves when the iteration ended by itself; throws what it threw. */
  ended: Promise<void>;
}

export function inShort(event: StoreEvent): string {
  if (event.type === 'SYNCED') return 'SYNCED';
  if (event.type === 'LOST') return `LOST ${event.failure.code}`;
  return `${event.type} ${event.object.metadata.name}`;
}

/** Starts a watch and keeps what it yields. */
export function collect(store: Store, query: WatchQuery = {}): Collector {
  const abort = new AbortController();
  const events: StoreEvent[] = [];
  const seen: string[] = [];
  let wake: () => void = () => undefined;
  const ended = (async () => {
    for await (const event of store.watch(query, abort.signal)) {
      events.push(event);
      seen.push(inShort(event));
      wake();
    }
  })();
  // Whoever awaits it sees the error; nobody must.
  ended.catch(() => undefined).finally(() => wake());
  const wait = async (done: () => boolean, what: string): Promise<void> => {
    const deadline = Date.now() + HANGS_MS;
    while (!done()) {
      if (Date.now() > deadline) throw new Error(`waited for "${what}", saw: ${seen.join(', ')}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 50);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  return {
    events,
    seen,
    ended,
    until: (last) => wait(() => seen.at(-1) === last, last),
    untilSeen: (event) => wait(() => seen.includes(event), event),
    clear() {
      events.length = 0;
      seen.length = 0;
    },
    async stop() {
      abort.abort();
      await ended;
    },
  };
}
