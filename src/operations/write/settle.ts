import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../model/failure.js';
import type { MultiKeyListener } from '../../model/resource.js';
import { holdsStrategy, routerListener, type RouterState } from '../../model/router.js';
import { describeStrategy } from '../../model/strategy.js';
import type { Store } from '../../store/store.js';
import { deadline } from '../wait/deadline.js';
import { notInUse } from '../wait/failures.js';
import { ROUTER_POLL_MS } from '../wait/router.js';

export interface SettleOptions {
  /** How long to wait where the routers cannot be asked, in milliseconds. */
  settleMs: number;
  /** The longest wait for the routers, in milliseconds. */
  timeoutMs: number;
  signal: AbortSignal;
  narrate(text: string): void;
}

/**
 * After the first of two writes: waits until every router uses its weights. Where the routers cannot be asked nothing shows
 * that, and only time passes. Says which it is.
 *
 * @param written the resource as it is configured now
 * @returns what the routers said when they used the weights; undefined where they cannot be asked, or somebody else has
 *   changed the strategy
 * @throws Failure `wait-timeout`, `interrupted`, `not-found` where it was deleted meanwhile
 */
export async function settle(
  store: Store,
  written: MultiKeyListener,
  options: SettleOptions,
): Promise<RouterState | undefined> {
  const { settleMs, timeoutMs, narrate } = options;
  const { name } = written.metadata;
  const limit = deadline(options.signal, timeoutMs);
  try {
    for (let first = true; ; first = false) {
      const fact = await store.routers().state({ network: false, signal: limit.signal });
      refuseIfOver();
      if (!fact.known) {
        narrate(`step 1 of 2 done; step 2 follows in ${settleMs / 1000} s (${fact.why})`);
        await pause(settleMs, options.signal);
        return undefined;
      }
      const listener = routerListener(fact.value, name);
      const used = listener !== undefined && holdsStrategy(listener, written.spec);
      if (first) narrate(`step 1 of 2 done${used ? ', and the router uses it' : '; waiting until the router uses it'}`);
      if (used) return fact.value;
      await sleep(ROUTER_POLL_MS, undefined, { signal: limit.signal }).catch(() => undefined);
      refuseIfOver();
      // What somebody else made of it is told by the second write.
      const now = await store.get(name, { signal: options.signal });
      if (describeStrategy(now.spec.strategy) !== describeStrategy(written.spec.strategy)) return undefined;
    }
  } finally {
    limit.clear();
  }

  function refuseIfOver(): void {
    if (options.signal.aborted) throw new Failure('interrupted', 'interrupted');
    if (!limit.expired()) return;
    const why = 'the router does not use the current spec yet';
    throw notInUse(store.where, timeoutMs, [{ field: name, message: why }]);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    throw new Failure('interrupted', 'interrupted', { cause: error });
  }
}
