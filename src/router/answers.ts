import { STRATEGY_KINDS, type StrategyKind } from '../model/resource.js';
import type { RouterAddress, RouterListener, RouterSite, RouterState } from '../model/router.js';
import type { Entity } from './connection.js';

/** Skupper's name for the `tcpListener` of a MultiKeyListener (its internal/site/multikeylistener.go). */
const OWN = 'multiAddress/';
/** A mobile address, as `router.address` names those of routing keys. */
const MOBILE = 'M';

/** The entities of one router, as its management node answered. */
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

/** What one router says about itself. Attributes of another shape than the router's count as absent. */
export function stateOf(answers: Answers): RouterState {
  const id = answers.router.map((entity) => text(entity, 'id')).find((each) => each !== '') ?? '';
  const self = answers.node?.find((entity) => text(entity, 'id') === id);
  // The instance of a router is the second in which it started.
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
    if (!full.startsWith(OWN)) return [];
    const opened = number(entity, 'connectionsOpened');
    return [
      {
        name: full.slice(OWN.length),
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
  const mobile = entities.filter((entity) => text(entity, 'name').startsWith(MOBILE));
  const pairs = mobile.map((entity): [string, RouterAddress] => {
    const through = entity['remoteHostRouters'];
    return [
      text(entity, 'name').slice(MOBILE.length),
      {
        local: number(entity, 'subscriberCount'),
        remote: number(entity, 'remoteCount'),
        through: Array.isArray(through) ? through.map(String) : [],
      },
    ];
  });
  return Object.fromEntries(pairs);
}

/** The ids of the edge routers that are attached to a router, from its connections. */
export function edgesOf(connections: readonly Entity[]): string[] {
  const edges = connections.filter((entity) => text(entity, 'role') === 'edge');
  return [...new Set(edges.map((entity) => text(entity, 'container')).filter((id) => id !== ''))];
}

/** The ids of the interior routers through which the routing keys of a router's own listeners are reached. */
export function passedThrough({ listeners, addresses }: RouterState): string[] {
  const keys = new Set(listeners.flatMap((listener) => listener.keys.map(({ key }) => key)));
  const ids = [...keys].flatMap((key) => (Object.hasOwn(addresses, key) ? (addresses[key]?.through ?? []) : []));
  return [...new Set(ids)];
}

/**
 * The connectors of one router, by routing key.
 *
 * @param connectors its `tcpConnector` entities; undefined where it did not answer
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
