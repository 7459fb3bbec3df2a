import type { Server } from '../network.js';
import type { MultiKeyListener, StrategyKind } from '../resource.js';
import {
  holdsStrategy,
  isReachable,
  keysReachedBy,
  routerListener,
  servedBy,
  type RouterFact,
  type RouterState,
} from '../router.js';
import { keyShares, type KeyShare } from '../shares.js';
import { kindOf } from '../strategy.js';
import { countsInTotal, countsOver, sumOf } from './counters.js';
import { connectionsNeeded, deviates } from './statistics.js';

/** One routing key of a listener and what it was given. `share` is the expected one. */
export interface KeyTraffic extends KeyShare {
  /** Connections in the window, or in total where there is none. */
  connections: number;
  /** Since the router made the entity. */
  total: number;
  /** Its part of `connections`, 0 to 1; undefined where they are too few. */
  measured: number | undefined;
  perSecond: number | undefined;
  /** Undefined where nothing tells it. */
  servedBy: Server[] | undefined;
}

/** The router accepts connections, does not, has no such listener, or could not be asked. */
export type ListenerState = 'up' | 'down' | 'not-held' | 'unknown';

/** What the router really gave the routing keys of one MultiKeyListener. */
export interface ListenerTraffic {
  namespace: string;
  name: string;
  strategy: StrategyKind | undefined;
  state: ListenerState;
  /** The router's own words, or why it could not be asked. */
  message: string;
  /** When the router started, in milliseconds since the epoch; no counter is older. */
  since: number | undefined;
  /** Connections that are open now. */
  open: number;
  connections: number;
  total: number;
  perSecond: number | undefined;
  /** The shares cannot be told: with so few the 95 % range is wider than 10 points. */
  tooFew: boolean;
  /** The routing keys of the spec in its order, then others that the router holds. */
  keys: KeyTraffic[];
  /** Keys whose share cannot be chance. Only of a window in which neither the values nor what is reachable changed. */
  deviating: string[];
}

/** Readings of one site's routers, the last of which is the present; with more than one they are a window. */
export interface Readings {
  states: readonly RouterState[];
  /** Between the first and the last; undefined without a window. */
  seconds?: number;
  /** Site names by site id. */
  names: ReadonlyMap<string, string>;
}

/** The traffic of a listener whose router could not be asked. */
export function unknownTraffic(
  { metadata, spec }: MultiKeyListener,
  fact: Extract<RouterFact<RouterState>, { known: false }>,
): ListenerTraffic {
  return { ...nothing(metadata, kindOf(spec.strategy)), state: 'unknown', message: fact.why };
}

/** The traffic of a listener as its router counted it. Expected shares are those of the spec. */
export function trafficOf(resource: MultiKeyListener, { states, seconds, names }: Readings): ListenerTraffic {
  const { metadata, spec } = resource;
  const { name } = metadata;
  const strategy = kindOf(spec.strategy);
  const now = states.at(-1);
  const listener = now && routerListener(now, name);
  if (!listener) return { ...nothing(metadata, strategy), since: now?.startedAt, state: 'not-held' };
  const totals = countsInTotal(now, name);
  const counts = seconds === undefined ? totals : countsOver(states, name);
  const connections = sumOf(counts);
  const shares = keyShares(resource, new Set(keysReachedBy(now, spec)));
  const own = new Set(shares.map(({ key }) => key));
  const others = listener.keys.flatMap(({ key }): KeyShare[] =>
    own.has(key) ? [] : [{ key, reachable: isReachable(now, key), share: 0 }],
  );
  const tooFew = connections < connectionsNeeded(shares.map(({ share = 0 }) => share));
  const rate = (count: number): number | undefined => (seconds ? count / seconds : undefined);
  const keys = [...shares, ...others].map((share): KeyTraffic => {
    const count = counts.get(share.key) ?? 0;
    return {
      ...share,
      connections: count,
      total: totals.get(share.key) ?? 0,
      measured: tooFew ? undefined : count / connections,
      perSecond: rate(count),
      servedBy: servedBy(now, share.key, names),
    };
  });
  return {
    ...nothing(metadata, strategy),
    state: listener.up ? 'up' : 'down',
    message: listener.message,
    since: now.startedAt,
    open: listener.open,
    connections,
    total: sumOf(totals),
    perSecond: rate(connections),
    tooFew,
    keys,
    deviating: seconds === undefined || !isSteady(resource, states) ? [] : deviating(keys, connections),
  };
}

function nothing(metadata: MultiKeyListener['metadata'], strategy: StrategyKind | undefined): ListenerTraffic {
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    strategy,
    state: 'unknown',
    message: '',
    since: undefined,
    open: 0,
    connections: 0,
    total: 0,
    perSecond: undefined,
    tooFew: true,
    keys: [],
    deviating: [],
  };
}

/** The same keys with the values of the spec, and the same of them reachable, at every reading. */
function isSteady({ metadata, spec }: MultiKeyListener, states: readonly RouterState[]): boolean {
  const reached = new Set(states.map((state) => JSON.stringify(keysReachedBy(state, spec))));
  const held = states.every((state) => {
    const listener = routerListener(state, metadata.name);
    return listener !== undefined && holdsStrategy(listener, spec);
  });
  return held && reached.size === 1;
}

function deviating(keys: readonly KeyTraffic[], connections: number): string[] {
  const off = keys.filter(({ share = 0, connections: own }) => deviates(share, own / connections, connections));
  return off.map(({ key }) => key);
}
