import { STRATEGY_KINDS, type StrategyKind } from '../model/resource.js';
import type { RouterAddress, RouterListener, RouterSite, RouterState } from '../model/router.js';
import type { Entity } from './connection.js';

/** Prefix of the `tcpListener` of a MultiKeyListener (Skupper's internal/site/multikeylistener.go). */
const LISTENER_PREFIX = 'multiAddress/';
/** Prefix of mobile addresses in `router.address`. Routing keys are mobile addresses. */
const MOBILE_PREFIX = 'M';

/** The entities of one router, by type, as its management node returned them. */
export interface Answers {
  router: readonly Entity[];
  tcpListener: readonly Entity[];
  listenerAddress: readonly Entity[];
  address: readonly Entity[];
  /** `router.node`; empty on an edge router. */
  node?: readonly Entity[];
}

function text(entity: Entity, name: string): string {
  const value = entity[name];
  return typeof value === 'string' ? value : '';
}

function number(entity: Entity, name: string): number {
  const value = Number(entity[name] ?? 0);
  return Number.isFinite(value) ? value : 0;
}

/** The state of one router, from its entities. An attribute of an unexpected type counts as absent. */
export function stateOf(answers: Answers): RouterState {
  const id = answers.router.map((entity) => text(entity, 'id')).find((each) => each !== '') ?? '';
  const self = answers.node?.find((entity) => text(entity, 'id') === id);
  // A router's `instance` is its start time in seconds since the epoch.
  const started = self === undefined ? 0 : number(self, 'instance');
  return {
    routers: [id],
    ...(started > 0 ? { startedAt: started * 1000 } : {}),
    listeners: listenersOf(answers),
    addresses: addressesOf(answers.address),
  };
}

function listenersOf({ tcpListener, listenerAddress }: Answers): RouterListener[] {
  return tcpListener.flatMap((entity) => {
    const full = text(entity, 'name');
    if (!full.startsWith(LISTENER_PREFIX)) return [];
    const opened = number(entity, 'connectionsOpened');
    return [
      {
        name: full.slice(LISTENER_PREFIX.length),
        host: text(entity, 'host'),
        port: number(entity, 'port'),
        strategy: kindIn(text(entity, 'multiAddressStrategy')),
        up: text(entity, 'operStatus') === 'up',
        message: text(entity, 'connectionMsg'),
        opened,
        open: Math.max(0, opened - number(entity, 'connectionsClosed')),
        keys: listenerAddress
          .filter((each) => text(each, 'listener') === full)
          .map((each) => ({
            key: text(each, 'address'),
            value: number(each, 'value'),
            given: number(each, 'connectionsOpened'),
          })),
      },
    ];
  });
}

function kindIn(word: string): StrategyKind | undefined {
  return STRATEGY_KINDS.find((kind) => kind === word);
}

function addressesOf(entities: readonly Entity[]): Record<string, RouterAddress> {
  const mobile = entities.filter((entity) => text(entity, 'name').startsWith(MOBILE_PREFIX));
  const pairs = mobile.map((entity): [string, RouterAddress] => {
    const through = entity['remoteHostRouters'];
    return [
      text(entity, 'name').slice(MOBILE_PREFIX.length),
      {
        local: number(entity, 'subscriberCount'),
        remote: number(entity, 'remoteCount'),
        through: Array.isArray(through) ? through.map(String) : [],
      },
    ];
  });
  return Object.fromEntries(pairs);
}

/** The ids of the edge routers attached to a router, from its `connection` entities. */
export function edgesOf(connections: readonly Entity[]): string[] {
  const edges = connections.filter((entity) => text(entity, 'role') === 'edge');
  return [...new Set(edges.map((entity) => text(entity, 'container')).filter((id) => id !== ''))];
}

/** The ids of the interior routers through which a router reaches the routing keys of its MultiKeyListeners. */
export function passedThrough({ listeners, addresses }: RouterState): string[] {
  const keys = new Set(listeners.flatMap((listener) => listener.keys.map(({ key }) => key)));
  const ids = [...keys].flatMap((key) => (Object.hasOwn(addresses, key) ? (addresses[key]?.through ?? []) : []));
  return [...new Set(ids)];
}

/**
 * The connectors of one router, grouped by routing key.
 *
 * @param id the router's id
 * @param connectors the router's `tcpConnector` entities; undefined if the router did not answer
 */
export function siteOf(id: string, connectors: readonly Entity[] | undefined): RouterSite {
  const siteId = connectors?.map((entity) => text(entity, 'siteId')).find((each) => each !== '');
  const byKey = new Map<string, string[]>();
  for (const entity of connectors ?? []) {
    const key = text(entity, 'address');
    byKey.set(key, [
      ...(byKey.get(key) ?? []),
      text(entity, 'name') || `${text(entity, 'host')}:${number(entity, 'port')}`,
    ]);
  }
  return {
    id: siteId ?? id,
    name: id,
    answered: connectors !== undefined,
    services: [...byKey].map(([routingKey, names]) => ({ routingKey, connectors: names, listeners: [] })),
  };
}
