import { setTimeout as sleep } from 'node:timers/promises';
import { isFailure } from '../../model/failure.js';
import type { MultiKeyListener } from '../../model/resource.js';
import type { Store, StoreEvent } from '../../store/store.js';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Replaces `Store.watch` if the user may not watch: reads the named resources (without names, the list of the selector)
 * repeatedly, with a pause that grows from 250 ms to 10 s, and yields the differences as events.
 *
 * @param known resources that the caller already knows; no ADDED event is yielded for them
 * @throws Failure `forbidden` if reading is forbidden too
 */
export async function* poll(
  store: Store,
  { names, selector, known = [] }: { names: readonly string[]; selector?: string; known?: readonly MultiKeyListener[] },
  signal: AbortSignal,
): AsyncGenerator<StoreEvent> {
  const byName = (all: readonly MultiKeyListener[]): Map<string, MultiKeyListener> =>
    new Map(all.map((resource) => [resource.metadata.name, resource]));
  let before = byName(known);
  let live = false;
  for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
    try {
      const now = byName(
        names.length > 0 ? await getAll(store, names, signal) : await store.list({ selector, signal, router: true }),
      );
      for (const [name, object] of before) {
        if (now.get(name)?.metadata.uid !== object.metadata.uid) yield { type: 'DELETED', object };
      }
      for (const [name, object] of now) {
        const old = before.get(name);
        if (old?.metadata.uid !== object.metadata.uid) yield { type: 'ADDED', object };
        else if (old?.metadata.resourceVersion !== object.metadata.resourceVersion) yield { type: 'MODIFIED', object };
      }
      before = now;
      if (!live) yield { type: 'SYNCED' };
      live = true;
    } catch (error) {
      if (signal.aborted) return;
      if (!isFailure(error) || error.code === 'forbidden') throw error;
      live = false;
      yield { type: 'LOST', failure: error, retryInMs: pauseMs };
    }
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}

async function getAll(store: Store, names: readonly string[], signal: AbortSignal): Promise<MultiKeyListener[]> {
  const found: MultiKeyListener[] = [];
  for (const name of names) {
    try {
      found.push(await store.get(name, { signal, router: true }));
    } catch (error) {
      if (!isFailure(error, 'not-found')) throw error;
    }
  }
  return found;
}
