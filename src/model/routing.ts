import type { Facts } from './facts.js';
import { isReachable, servedBy } from './router.js';
import { networkOf, servedKeys, serversOf, type Server } from './network.js';
import type { MultiKeyListener } from './resource.js';
import { keyShares, reachableKeys, sharesOf, type KeyShare } from './shares.js';
import { keysOf } from './strategy.js';
import { trafficOf } from './traffic/traffic.js';

/** One routing key as `inspect` shows it. */
export interface KeyRoute extends KeyShare {
  /** The sites that serve it; undefined where no network is published. */
  servedBy: Server[] | undefined;
  /** Its share if the keys of --without were lost; only then present. */
  shareWithout?: number;
  /** Connections given to it since the router made the entity; absent where the router was not asked. */
  connections?: number;
  /** Its part of the connections that were given, 0 to 1; undefined where they are too few to tell. */
  measured?: number;
}

/**
 * Tells whether a connector serves a routing key: by the router's own word where it was asked, else by the network that the Site
 * publishes.
 *
 * @returns undefined where neither tells
 */
export function serving(facts: Facts | undefined): ((key: string) => boolean) | undefined {
  const router = facts?.router;
  if (router?.known) return (key) => isReachable(router.value, key);
  const network = networkOf(facts);
  const served = network && servedKeys(network);
  return served && ((key) => served.has(key));
}

/**
 * The keys that new connections can reach, by the router's own word where it was asked. The network that the Site publishes
 * is what Skupper's own status is made from, and is newer: after a change in
 * place the status keeps removed keys until the network changes next.
 */
export function reachableNow(resource: MultiKeyListener, facts: Facts | undefined): Set<string> | undefined {
  const isServed = serving(facts);
  const status = reachableKeys(resource);
  const unprocessed = status === undefined && resource.status?.status !== 'Ready';
  if (!isServed || (unprocessed && !facts?.router?.known)) return status;
  return new Set(keysOf(resource.spec?.strategy).filter(isServed));
}

/** Who serves a key: the router's own word where it was asked, else the network that the Site publishes. */
function serversNow(facts: Facts | undefined, key: string): Server[] | undefined {
  const network = networkOf(facts);
  if (facts?.router?.known) return servedBy(facts.router.value, key, siteNames(facts));
  return network && serversOf(network, key);
}

/** The names of sites by their ids, as far as they are known here: those of the published network, and the Site itself. */
export function siteNames(facts: Facts | undefined): Map<string, string> {
  const sites = facts?.sites.known ? facts.sites.value : [];
  const named = sites.flatMap(({ uid, name }): [string, string][] => (uid === undefined ? [] : [[uid, name]]));
  const router = facts?.router?.known ? facts.router.value : undefined;
  // The routers that were asked belong to the Site of this namespace.
  const own = router?.network?.filter(({ name }) => router.routers.includes(name)) ?? [];
  const [only, ...more] = sites;
  return new Map([
    ...(only && more.length === 0 ? own.map(({ id }): [string, string] => [id, only.name]) : []),
    ...(networkOf(facts) ?? []).map(({ id, name }): [string, string] => [id, name]),
    ...named,
  ]);
}

/**
 * The table of routing keys: weight or rank, share now, who serves it.
 *
 * @param without keys that are thought away; they stay in the table with no share
 */
export function routesOf(resource: MultiKeyListener, facts?: Facts, without: readonly string[] = []): KeyRoute[] {
  const reachable = reachableNow(resource, facts);
  const left = new Set([...(reachable ?? [])].filter((key) => !without.includes(key)));
  const then = reachable ? sharesOf(resource.spec?.strategy ?? {}, left) : undefined;
  const given = givenTo(resource, facts);
  return keyShares(resource, reachable).map((row) => ({
    ...row,
    servedBy: serversNow(facts, row.key),
    ...given.get(row.key),
    ...(without.length > 0 && then ? { shareWithout: then.get(row.key) ?? 0 } : {}),
  }));
}

/** What the router counted, by routing key. */
function givenTo(
  resource: MultiKeyListener,
  facts: Facts | undefined,
): Map<string, Pick<KeyRoute, 'connections' | 'measured'>> {
  const router = facts?.router;
  if (!router?.known) return new Map();
  const { keys } = trafficOf(resource, { states: [router.value], names: new Map() });
  return new Map(keys.map(({ key, connections, measured }) => [key, { connections, measured }]));
}
