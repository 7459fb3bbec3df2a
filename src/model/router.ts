import type { Fact, NetworkSite } from './facts.js';
import type { Code } from './failure.js';
import { serversOf, type Server } from './network.js';
import type { Spec, StrategyKind } from './resource.js';
import { keysOf, kindOf, valuesOf } from './strategy.js';

/** One routing key of a listener in the router (entity `listenerAddress`). */
export interface RouterKey {
  key: string;
  /** Weight, or for priority the number of keys after it; undefined if the routers of one site have different values. */
  value: number | undefined;
  /** Connections given to this key since the router created the entity. A change of the value creates it again, from 0. */
  given: number;
}

/** A MultiKeyListener in the router (entity `tcpListener`). */
export interface RouterListener {
  name: string;
  host: string;
  port: number;
  strategy: StrategyKind | undefined;
  /** True if the router accepts connections: it could bind the port, and a routing key is reachable. */
  up: boolean;
  /** The router's message, for example why it could not bind the port; empty if it has none. */
  message: string;
  /** Connections since the router created the entity. */
  opened: number;
  /** Connections that are open now. */
  open: number;
  keys: RouterKey[];
}

/** How a router reaches the connectors of a routing key (entity `router.address`). */
export interface RouterAddress {
  /** Number of connectors of this router and of the edge routers attached to it. */
  local: number;
  /** Number of other interior routers that have a connector for the key or an edge router with one. */
  remote: number;
  /** The ids of those routers. */
  through: string[];
}

/** The state of the routers of one site at one moment. */
export interface RouterState {
  /** Ids of the queried routers; a site with high availability has two. */
  routers: string[];
  /** Start time of the router (of several: the last start), in milliseconds since the epoch; undefined if not known. */
  startedAt?: number;
  listeners: RouterListener[];
  addresses: Readonly<Record<string, RouterAddress>>;
  /** The connectors of the network by router; present if the other routers were queried too. */
  network?: RouterSite[];
  /** The state of each router if the site has several. Their counters restart independently of each other. */
  parts?: readonly RouterState[];
}

/** The connectors of one router. `name` is the router's id. */
export interface RouterSite extends NetworkSite {
  /** False if the router did not answer, so that its connectors are not known. */
  answered: boolean;
}

/**
 * The value that was read from the router, or the reason why it could not be read. `running` is false if the reason is that
 * no router is running; `code` is the failure code for a command that needs the router.
 */
export type RouterFact<T> =
  Extract<Fact<T>, { known: true }> | { known: false; why: string; running?: false; code?: Code };

/** The value of `status.local.router`. It has no counters, because a watch would report a change with every connection. */
export interface RouterStatus {
  /** True if the router has a listener of this name. */
  held: boolean;
  /** True if the listener has the host, port, strategy and values of the present spec. */
  current: boolean;
  up: boolean;
  /** See `RouterListener.message`. */
  message: string;
  /** Routing keys of the present spec that a connector serves. */
  routingKeysReachable: string[];
}

/** True if the router reaches a connector for the key. */
export function isReachable({ addresses }: RouterState, key: string): boolean {
  // A routing key may be called `constructor` or like another inherited member.
  const address = Object.hasOwn(addresses, key) ? addresses[key] : undefined;
  return address !== undefined && address.local + address.remote > 0;
}

/** The routing keys of a spec that the router reaches. */
export function keysReachedBy(state: RouterState, spec: Spec): string[] {
  return keysOf(spec.strategy).filter((key) => isReachable(state, key));
}

/** The router's listener for the MultiKeyListener of that name, or undefined. */
export function routerListener(state: RouterState, name: string): RouterListener | undefined {
  return state.listeners.find((listener) => listener.name === name);
}

/** The routing keys that the router and the spec do not both have with the same value. */
export function differingKeys(listener: RouterListener, spec: Spec): string[] {
  const wanted = valuesOf(spec.strategy);
  const actual = new Map(listener.keys.map(({ key, value }) => [key, value]));
  return [...new Set([...wanted.keys(), ...actual.keys()])].filter(
    (key) => !actual.has(key) || actual.get(key) !== wanted.get(key),
  );
}

/** True if the router uses the strategy of the spec: same kind, same keys, same values. */
export function holdsStrategy(listener: RouterListener, spec: Spec): boolean {
  return listener.strategy === kindOf(spec.strategy) && differingKeys(listener, spec).length === 0;
}

/**
 * The status of one resource from the state of its router.
 *
 * @param endpoint compare host and port too. True on system sites; on Kubernetes the Service has the spec's host and port,
 *   and the router another port
 */
export function routerStatus(state: RouterState, name: string, spec: Spec, endpoint = true): RouterStatus {
  const listener = routerListener(state, name);
  const hasEndpoint =
    listener !== undefined && (!endpoint || (listener.host === spec.host && listener.port === spec.port));
  return {
    held: listener !== undefined,
    current: hasEndpoint && holdsStrategy(listener, spec),
    up: listener?.up ?? false,
    message: listener?.message ?? '',
    routingKeysReachable: keysReachedBy(state, spec),
  };
}

/**
 * The sites that serve a routing key: sites with connectors for it, then interior routers through which it is reached but
 * whose connectors for it were not found, either because an edge router behind them has the connector or because they did not
 * answer.
 *
 * @param names site names by site id; without a name the router's id is used
 * @returns undefined if the network was not queried, or if the key is reachable and no site for it was found
 */
export function servedBy(state: RouterState, key: string, names: ReadonlyMap<string, string>): Server[] | undefined {
  const { network } = state;
  if (!network) return undefined;
  const named = network.map((site) => ({ ...site, name: names.get(site.id) ?? site.name }));
  const found: Server[] = serversOf(named, key);
  const through = (Object.hasOwn(state.addresses, key) ? state.addresses[key]?.through : undefined) ?? [];
  for (const id of through) {
    const at = network.findIndex((site) => site.name === id);
    const site = network[at];
    const serves = site?.services.some((service) => service.routingKey === key && service.connectors.length > 0);
    if (serves || state.routers.includes(id)) continue;
    const name = named[at]?.name ?? id;
    found.push({ site: site?.answered ? `edge of ${name}` : name });
  }
  return found.length === 0 && isReachable(state, key) ? undefined : found;
}
