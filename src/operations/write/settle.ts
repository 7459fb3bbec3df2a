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
  /** The fixed wait if the routers cannot be asked, in milliseconds. */
  settleMs: number;
  /** The longest wait for the routers, in milliseconds. */
  timeoutMs: number;
  signal: AbortSignal;
  narrate(text: string): void;
}

/**
 * Waits after a write until the routers use its weights or, if they cannot be asked, for a fixed time. Narrates which of the
 * two it does.
 *
 * @param written the resource, once it is configured
 * @returns the state of the routers when they used the weights; undefined if they cannot be asked, or another client has
 *   changed the strategy
 * @throws Failure `wait-timeout`, `interrupted`, `not-found` if the resource was deleted meanwhile
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
      // Another client has changed the strategy: the second write fails with the conflict.
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
