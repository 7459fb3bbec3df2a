import { setTimeout as sleep } from 'node:timers/promises';

/** Yielded between events, so that the reader can check a state that no event reports. */
export const TICK = { type: 'TICK' } as const;

/**
 * Yields the items of a source as they arrive, and a TICK whenever none has arrived for some time. The source must end when
 * the signal aborts. A reader that stops early must abort the signal, because a source with a pending `next()` cannot be closed.
 *
 * @param pauseMs called before each item: milliseconds until the next TICK; undefined for no TICK
 */
export async function* withTicks<T>(
  source: AsyncIterable<T>,
  pauseMs: () => number | undefined,
  signal: AbortSignal,
): AsyncGenerator<T | typeof TICK> {
  const items = source[Symbol.asyncIterator]();
  let next = items.next();
  try {
    for (;;) {
      const ms = signal.aborted ? undefined : pauseMs();
      const got = ms === undefined ? await next : await Promise.race([next, tick(ms, next)]);
      if (got?.done) return;
      yield got ? got.value : TICK;
      if (got) next = items.next();
    }
  } finally {
    next.catch(() => undefined);
    void items.return?.().catch(() => undefined);
  }
}

/** Resolves after `ms` milliseconds or once `next` settles, whichever is first; leaves no timer behind. */
function tick(ms: number, next: Promise<unknown>): Promise<undefined> {
  const over = new AbortController();
  const stop = (): void => over.abort();
  next.then(stop, stop);
  return sleep(ms, undefined, { signal: over.signal }).catch(() => undefined);
}
