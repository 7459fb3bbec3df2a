import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../model/failure.js';
import type { MultiKeyListener } from '../../model/resource.js';
import { routerStatus, type RouterFact, type RouterState } from '../../model/router.js';
import { routerWord } from '../../model/summary.js';
import type { Store } from '../../store/store.js';
import { deadline } from './deadline.js';
import { notInUse } from './failures.js';

/** Interval between two readings of a router that does not use the present spec yet, in milliseconds. */
export const ROUTER_POLL_MS = 250;

/**
 * Asks the routers of a cluster whether a resource that the controller reports as Ready is really in use. It can only delay
 * "ready": if the routers cannot be asked, the status counts. A reading is shared by all resources that are judged within
 * ROUTER_POLL_MS.
 */
export class SecondOpinion {
  private reading: Promise<RouterFact<RouterState>> | undefined;
  private readAt = 0;

  constructor(
    private readonly store: Store,
    private readonly signal: AbortSignal,
  ) {}

  /** Returns why the routers do not serve the resource's present spec yet; undefined if they do or cannot be asked. */
  async against({ metadata, spec }: MultiKeyListener): Promise<string | undefined> {
    if (!this.reading || Date.now() - this.readAt >= ROUTER_POLL_MS) {
      this.readAt = Date.now();
      this.reading = this.store.routers().state({ network: false, signal: this.signal });
    }
    const fact = await this.reading;
    if (!fact.known) return undefined;
    const { state, message } = routerWord({ ...fact, value: routerStatus(fact.value, metadata.name, spec, false) });
    return state === 'Ready' ? undefined : message;
  }
}

/** The result of a reload: the router uses the present specs, some of them are not applied, or the router cannot be asked. */
export type Reloaded = { state: 'used' } | { state: 'not-applied' } | { state: 'unknown'; why: string };

/**
 * Waits until the router of a system site is back after a reload and uses the present spec of these resources.
 *
 * @throws Failure `wait-timeout`, `interrupted`, and what reading the resources throws
 */
export async function untilReloaded(
  store: Store,
  names: readonly string[],
  options: { timeoutMs: number; signal: AbortSignal; onWaiting(why: string): void },
): Promise<Reloaded> {
  const limit = deadline(options.signal, options.timeoutMs);
  try {
    for (;;) {
      const resources = await Promise.all(
        names.map((name) => store.get(name, { signal: options.signal, router: true })),
      );
      if (resources.some(({ status }) => status?.local?.applied !== 'Applied')) return { state: 'not-applied' };
      const late = resources.map((resource) => ({ name: resource.metadata.name, ...lateness(resource) }));
      const unknown = late.find(({ unknown: asked }) => asked);
      if (unknown) return { state: 'unknown', why: unknown.why ?? '' };
      const waiting = late.filter(({ why }) => why !== undefined);
      const [first] = waiting;
      if (!first) return { state: 'used' };
      if (options.signal.aborted) throw new Failure('interrupted', 'interrupted');
      if (limit.expired()) {
        const problems = waiting.map(({ name, why = '' }) => ({ field: name, message: why }));
        throw notInUse(store.where, options.timeoutMs, problems);
      }
      options.onWaiting(first.why ?? '');
      await sleep(ROUTER_POLL_MS, undefined, { signal: limit.signal }).catch(() => undefined);
    }
  } finally {
    limit.clear();
  }
}

/** Returns why the router does not use the present spec of an applied resource yet; `unknown` if it cannot be asked. */
function lateness({ status }: MultiKeyListener): { why?: string; unknown?: true } {
  const router = status?.local?.router;
  if (!router) return {};
  if (!router.known) return { why: router.why, ...(router.running === false ? {} : { unknown: true }) };
  const { held, current } = router.value;
  return held && current ? {} : { why: routerWord(router).message };
}
