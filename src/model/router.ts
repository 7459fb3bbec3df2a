import type { Fact, NetworkSite } from './facts.js';
import type { Code } from './failure.js';
import { serversOf, type Server } from './network.js';
import type { Spec, StrategyKind } from './resource.js';
import { keysOf, kindOf, valuesOf } from './strategy.js';

/** One routing key of a listener, as the router holds it (entity `listenerAddress`). */
export interface RouterKey {
  key: string;
  /** Weight, or for priority the number of keys after it; undefined where the routers of one site disagree. */
  value: number | undefined;
  /** Connections given to this key since the router made the entity; a changed value makes it anew, from 0. */
  given: number;
}

/** A MultiKeyListener, as the router holds it (entity `tcpListener`). */
export interface RouterListener {
  name: string;
  host: string;
  port: number;
  strategy: StrategyKind | undefined;
  /** The router accepts connections: it could bind the port, and a routing key is reachable. */
  up: boolean;
  /** The router's own words, for example why it could not bind the port; empty where it has none. */
  message: string;
  opened: number;
  open: number;
  keys: RouterKey[];
}

/** Who serves a routing key, as the router knows it (entity `router.address`). */
export interface RouterAddress {
  /** Connectors of this router and of edge routers that are attached to it. */
  local: number;
  /** Interior routers that reach the key. */
  remote: number;
  /** The ids of those routers. */
  through: string[];
}

/** What the routers of one site say about themselves at one moment. */
export interface RouterState {
  /** Ids of the routers that were asked; a site with high availability has two. */
  routers: string[];
  /** When the router started, in milliseconds since the epoch; undefined where it does not say. */
  startedAt?: number;
  listeners: RouterListener[];
  addresses: Readonly<Record<string, RouterAddress>>;
  /** The connectors of the network by router; present where the other routers were asked too. */
  network?: RouterSite[];
  /** What each router said, where the site has several: their counters restart one by one. */
  parts?: readonly RouterState[];
}

/** The connectors of one router. Its `name` is the router's id. */
export interface RouterSite extends NetworkSite {
  /** False where the router did not answer: its connectors are not known. */
  answered: boolean;
}

/**
 * Why nothing is known of the router, and whether that is because none is running. `code` is the failure of a command that
 * needs the router.
 */
export type RouterFact<T> =
  Extract<Fact<T>, { known: true }> | { known: false; why: string; running?: false; code?: Code };

/** What `status.local.router` tells of one resource. It holds no counters, so that it changes only when the listener does. */
export interface RouterStatus {
  /** False: the router has no listener of this name. */
  held: boolean;
  /** The listener has the port, the strategy and the values of the present spec. */
  current: boolean;
  up: boolean;
  /** The router's own words, as RouterListener has them. */
  message: string;
  /** Routing keys of the present spec that a connector serves. */
  routingKeysReachable: string[];
}

/** True if the router reaches a connector for the key. */
export function isReachable({ addresses }: RouterState, key: string): boolean {
  // A key may be named like a member that every object has.
  const address = Object.hasOwn(addresses, key) ? addresses[key] : undefined;
  return address !== undefined && address.local + address.remote > 0;
}

/** The routing keys of a spec that the router reaches. */
export function keysReachedBy(state: RouterState, spec: Spec): string[] {
  return keysOf(spec.strategy).filter((key) => isReachable(state, key));
}

/** The listener that the router holds for a MultiKeyListener. */
export function routerListener(state: RouterState, name: string): RouterListener | undefined {
  return state.listeners.find((listener) => listener.name === name);
}

/** The routing keys for which the router uses other values than the spec has, or that it should not have. */
export function differingKeys(listener: RouterListener, spec: Spec): string[] {
  const wanted = valuesOf(spec.strategy);
  const held = new Map(listener.keys.map(({ key, value }) => [key, value]));
  return [...new Set([...wanted.keys(), ...held.keys()])].filter(
    (key) => !held.has(key) || held.get(key) !== wanted.get(key),
  );
}

/** True if the router uses the strategy of the spec: its kind, its keys and their values. */
export function holdsStrategy(listener: RouterListener, spec: Spec): boolean {
  return listener.strategy === kindOf(spec.strategy) && differingKeys(listener, spec).length === 0;
}

/**
 * What the router says of one resource.
 *
 * @param endpoint the listener has the host and port of the spec, as on a system site; on Kubernetes the Service has them
 */
export function routerStatus(state: RouterState, name: string, spec: Spec, endpoint = true): RouterStatus {
  const listener = routerListener(state, name);
  const placed = listener !== undefined && (!endpoint || (listener.host === spec.host && listener.port === spec.port));
  return {
    held: listener !== undefined,
    current: placed && holdsStrategy(listener, spec),
    up: listener?.up ?? false,
    message: listener?.message ?? '',
    routingKeysReachable: keysReachedBy(state, spec),
  };
}

/**
 * Which sites serve a routing key, by name where it is known: sites with connectors for it, then interior routers that
 * reach it without connectors of their own (an edge router behind them has some) or that did not answer.
 *
 * @param names site names by site id
 * @returns undefined where the key is reachable and nothing tells through whom
 */
export function servedBy(state: RouterState, key: string, names: ReadonlyMap<string, string>): Server[] | undefined {
  const { network } = state;
  if (!network) return undefined;
  const called = network.map((site) => ({ ...site, name: names.get(site.id) ?? site.name }));
  const found: Server[] = serversOf(called, key);
  const through = (Object.hasOwn(state.addresses, key) ? state.addresses[key]?.through : undefined) ?? [];
  for (const id of through) {
    const at = network.findIndex((site) => site.name === id);
    const site = network[at];
    const serves = site?.services.some((service) => service.routingKey === key && service.connectors.length > 0);
    if (serves || state.routers.includes(id)) continue;
    const name = called[at]?.name ?? id;
    found.push({ site: site?.answered ? `edge of ${name}` : name });
  }
  return found.length === 0 && isReachable(state, key) ? undefined : found;
}
