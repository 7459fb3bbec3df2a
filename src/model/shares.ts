import type { MultiKeyListener, Strategy } from './resource.js';
import { keysOf, weightsOf } from './strategy.js';

/** One routing key of a strategy and its share of the traffic. */
export interface KeyShare {
  key: string;
  /** Only for a weighted strategy. */
  weight?: number;
  /** Only for a priority strategy: 1 for the first key. */
  rank?: number;
  /** True if at least one connector exists for the key, whether or not its backend answers. Undefined if not known. */
  reachable: boolean | undefined;
  /** Expected share of the new connections now, from 0 to 1; undefined if reachability is not known. */
  share: number | undefined;
}

/**
 * The expected share of new connections of each key. Weighted: in proportion to the weights of the reachable keys. Priority:
 * everything to the first reachable key. The rules were measured on the router (docs/traffic.md).
 *
 * @param reachable the reachable keys; keys that are not in the strategy are ignored
 * @returns shares from 0 to 1 that add up to 1, or to 0 if no key can take connections
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
 * The reachable keys of a strategy, from the site's router if it was queried, otherwise from Skupper's status. Undefined if
 * they are not known: the resource is not processed or has an error, or the query of the router failed.
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
  // After an in-place change the status still has removed keys until the next change of the network.
  return new Set([...(priority ?? []), ...Object.keys(weighted ?? {})].filter((key) => own.has(key)));
}

/**
 * The keys of a strategy, in the order of `keysOf`, with their expected shares.
 *
 * @param reachable the reachable keys; undefined if they are not known
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
