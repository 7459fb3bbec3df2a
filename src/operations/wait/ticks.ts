import { setTimeout as sleep } from 'node:timers/promises';

/** Comes in between events, for what no event tells. */
export const TICK = { type: 'TICK' } as const;

/**
 * The items of a source as they come, with a TICK wherever none came for some time. The source must end with the signal: who
 * stops reading aborts it, because a source that is waited for cannot be closed.
 *
 * @param pauseMs asked before each: after so many milliseconds; undefined: never
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

/** After that time, or as soon as there is an item: no timer is left behind. */
function tick(ms: number, next: Promise<unknown>): Promise<undefined> {
  const over = new AbortController();
  const stop = (): void => over.abort();
  next.then(stop, stop);
  return sleep(ms, undefined, { signal: over.signal }).catch(() => undefined);
}
