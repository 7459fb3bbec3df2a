import type { MultiKeyListener, Strategy } from './resource.js';
import { keysOf, weightsOf } from './strategy.js';

/** One routing key as traffic sees it. */
export interface KeyShare {
  key: string;
  /** Weighted only. */
  weight?: number;
  /** Priority only, from 1. */
  rank?: number;
  /** At least one connector exists for it (not: its backend answers); undefined where nobody knows. */
  reachable: boolean | undefined;
  /** Part of the new connections it gets now, 0 to 1; undefined where reachability is unknown. */
  share: number | undefined;
}

/**
 * Part of the new connections that each key gets: weighted in proportion to the
 * weights of the reachable keys, priority all to the first reachable one. They
 * sum to 1, or to 0 when no key takes any. Measured on the router (docs/traffic.md).
 *
 * @param reachable the reachable keys; keys that are not in the strategy count for nothing
 */
export function sharesOf(strategy: Strategy, reachable: ReadonlySet<string>): Map<string, number> {
  const keys = keysOf(strategy);
  const open = keys.filter((key) => reachable.has(key));
  const shares = new Map(keys.map((key): [string, number] => [key, 0]));
  if (strategy.priority) {
    if (open[0] !== undefined) shares.set(open[0], 1);
    return shares;
  }
  const weights = weightsOf(strategy);
  const weightOf = (key: string): number => Math.max(0, weights[key] ?? 0);
  const sum = open.reduce((total, key) => total + weightOf(key), 0);
  if (sum > 0) for (const key of open) shares.set(key, weightOf(key) / sum);
  return shares;
}

/**
 * The keys of a strategy that the site's router reaches where it was asked, else those that Skupper reports as reachable;
 * undefined where neither says anything about them (not processed, an error, a router that could not be asked).
 */
export function reachableKeys(resource: MultiKeyListener): Set<string> | undefined {
  const status = resource.status;
  const router = status?.local?.router;
  if (router) return router.known ? new Set(router.value.routingKeysReachable) : undefined;
  if (!status?.status || status.status === 'Error') return undefined;
  if (status.local && status.local.applied !== 'Applied' && status.local.applied !== 'ChangePending') return undefined;
  const own = new Set(keysOf(resource.spec?.strategy));
  const weighted = status.strategy?.weighted?.routingKeysReachable;
  const priority = status.strategy?.priority?.routingKeysReachable;
  if (!weighted && !priority) return status.local || status.status === 'Ready' ? undefined : new Set();
  // In-place changes leave removed keys in the status until the network changes next.
  return new Set([...(priority ?? []), ...Object.keys(weighted ?? {})].filter((key) => own.has(key)));
}

/**
 * The strategy's keys in its order, each with its share.
 *
 * @param reachable the reachable keys; undefined where nobody knows them
 */
export function keyShares(resource: MultiKeyListener, reachable = reachableKeys(resource)): KeyShare[] {
  const strategy = resource.spec?.strategy ?? {};
  const shares = reachable ? sharesOf(strategy, reachable) : undefined;
  return keysOf(strategy).map((key, index) => ({
    key,
    ...(strategy.priority ? { rank: index + 1 } : { weight: weightsOf(strategy)[key] ?? 0 }),
    reachable: reachable?.has(key),
    share: shares?.get(key),
  }));
}
