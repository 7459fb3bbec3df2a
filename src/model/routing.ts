import type { Facts } from './facts.js';
import { isReachable, servedBy } from './router.js';
import { networkOf, servedKeys, serversOf, type Server } from './network.js';
import type { MultiKeyListener } from './resource.js';
import { keyShares, reachableKeys, sharesOf, type KeyShare } from './shares.js';
import { keysOf } from './strategy.js';
import { trafficOf } from './traffic/traffic.js';

/** One row of the routing keys that `inspect` shows. */
export interface KeyRoute extends KeyShare {
  /** The sites that serve the key; undefined if they are not known. */
  servedBy: Server[] | undefined;
  /** Expected share, from 0 to 1, without the keys of --without; absent without that flag. */
  shareWithout?: number;
  /** Connections that the router gave to the key since it created the entity; absent if the router was not queried. */
  connections?: number;
  /** Measured share of the connections, from 0 to 1; undefined if there are too few connections. */
  measured?: number;
}

/**
 * A test whether a connector serves a routing key, from the router's state if it was queried, otherwise from the network that
 * the Site publishes.
 *
 * @returns undefined if neither is known
 */
export function serving(facts: Facts | undefined): ((key: string) => boolean) | undefined {
  const router = facts?.router;
  if (router?.known) return (key) => isReachable(router.value, key);
  const network = networkOf(facts);
  const served = network && servedKeys(network);
  return served && ((key) => served.has(key));
}

/**
 * The keys that new connections can reach, from the router's state if it was queried, otherwise from the network that the
 * Site publishes, otherwise from the resource's status. The network comes before the status, because Skupper derives the
 * status from it: after an in-place change the status keeps removed keys until the next change of the network.
 *
 * @returns undefined if they are not known
 */
export function reachableNow(resource: MultiKeyListener, facts: Facts | undefined): Set<string> | undefined {
  const isServed = serving(facts);
  const status = reachableKeys(resource);
  const unprocessed = status === undefined && resource.status?.status !== 'Ready';
  if (!isServed || (unprocessed && !facts?.router?.known)) return status;
  return new Set(keysOf(resource.spec?.strategy).filter(isServed));
}

/** The sites that serve a key, from the router's state if it was queried, otherwise from the network that the Site publishes. */
function serversNow(facts: Facts | undefined, key: string): Server[] | undefined {
  const network = networkOf(facts);
  if (facts?.router?.known) return servedBy(facts.router.value, key, siteNames(facts));
  return network && serversOf(network, key);
}

/** The known names of sites by site id: those in the published network and those of the namespace's Sites. */
export function siteNames(facts: Facts | undefined): Map<string, string> {
  const sites = facts?.sites.known ? facts.sites.value : [];
  const named = sites.flatMap(({ uid, name }): [string, string][] => (uid === undefined ? [] : [[uid, name]]));
  const router = facts?.router?.known ? facts.router.value : undefined;
  // The queried routers belong to the Site of this namespace, whose name the routers do not have.
  const own = router?.network?.filter(({ name }) => router.routers.includes(name)) ?? [];
  const [only, ...more] = sites;
  return new Map([
    ...(only && more.length === 0 ? own.map(({ id }): [string, string] => [id, only.name]) : []),
    ...(networkOf(facts) ?? []).map(({ id, name }): [string, string] => [id, name]),
    ...named,
  ]);
}

/**
 * The rows of the table of routing keys: weight or rank, reachability, shares and the sites that serve the key.
 *
 * @param without keys whose loss is simulated in `shareWithout`; they stay in the table with share 0
 */
export function routesOf(resource: MultiKeyListener, facts?: Facts, without: readonly string[] = []): KeyRoute[] {
  const reachable = reachableNow(resource, facts);
  const remaining = new Set([...(reachable ?? [])].filter((key) => !without.includes(key)));
  const sharesWithout = reachable ? sharesOf(resource.spec?.strategy ?? {}, remaining) : undefined;
  const counted = countedByRouter(resource, facts);
  return keyShares(resource, reachable).map((row) => ({
    ...row,
    servedBy: serversNow(facts, row.key),
    ...counted.get(row.key),
    ...(without.length > 0 && sharesWithout ? { shareWithout: sharesWithout.get(row.key) ?? 0 } : {}),
  }));
}

/** The connections that the router counted, by routing key; empty if it was not queried. */
function countedByRouter(
  resource: MultiKeyListener,
  facts: Facts | undefined,
): Map<string, Pick<KeyRoute, 'connections' | 'measured'>> {
  const router = facts?.router;
  if (!router?.known) return new Map();
  const { keys } = trafficOf(resource, { states: [router.value], names: new Map() });
  return new Map(keys.map(({ key, connections, measured }) => [key, { connections, measured }]));
}
