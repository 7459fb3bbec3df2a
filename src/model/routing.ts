import type { Facts } from './facts.js';
import { networkOf, servedKeys, serversOf, type Server } from './network.js';
import type { MultiKeyListener } from './resource.js';
import { keyShares, reachableKeys, sharesOf, type KeyShare } from './shares.js';
import { keysOf } from './strategy.js';

/** One routing key as `inspect` shows it. */
export interface KeyRoute extends KeyShare {
  /** The sites that serve it; undefined where no network is published. */
  servedBy: Server[] | undefined;
  /** Its share if the keys of --without were lost; only then present. */
  shareWithout?: number;
}

/**
 * The keys that new connections can reach. The network that the Site publishes
 * is what Skupper's own status is made from, and is newer: after a change in
 * place the status keeps removed keys until the network changes next.
 */
export function reachableNow(resource: MultiKeyListener, facts: Facts | undefined): Set<string> | undefined {
  const network = networkOf(facts);
  const status = reachableKeys(resource);
  if (!network || (status === undefined && resource.status?.status !== 'Ready')) return status;
  const served = servedKeys(network);
  return new Set(keysOf(resource.spec?.strategy).filter((key) => served.has(key)));
}

/**
 * The table of routing keys: weight or rank, share now, who serves it.
 *
 * @param without keys that are thought away; they stay in the table with no share
 */
export function routesOf(resource: MultiKeyListener, facts?: Facts, without: readonly string[] = []): KeyRoute[] {
  const network = networkOf(facts);
  const reachable = reachableNow(resource, facts);
  const left = new Set([...(reachable ?? [])].filter((key) => !without.includes(key)));
  const then = reachable ? sharesOf(resource.spec?.strategy ?? {}, left) : undefined;
  return keyShares(resource, reachable).map((row) => ({
    ...row,
    servedBy: network ? serversOf(network, row.key) : undefined,
    ...(without.length > 0 && then ? { shareWithout: then.get(row.key) ?? 0 } : {}),
  }));
}
