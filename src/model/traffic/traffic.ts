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

/** The measured traffic of one routing key. `share` is the expected share. */
export interface KeyTraffic extends KeyShare {
  /** Connections in the window; without a window the same as `total`. */
  connections: number;
  /** Connections since the router created the entity. */
  total: number;
  /** Measured share of `connections`, from 0 to 1; undefined if there are too few. */
  measured: number | undefined;
  /** Connections per second in the window; undefined without a window. */
  perSecond: number | undefined;
  /** The sites that serve the key; undefined if not known. */
  servedBy: Server[] | undefined;
}

/** The router's listener accepts connections (up) or does not (down), does not exist (not-held), or could not be queried. */
export type ListenerState = 'up' | 'down' | 'not-held' | 'unknown';

/** The measured traffic of one MultiKeyListener. */
export interface ListenerTraffic {
  namespace: string;
  name: string;
  strategy: StrategyKind | undefined;
  state: ListenerState;
  /** The router's message (see `RouterListener.message`), or why it could not be queried. */
  message: string;
  /** Start time of the router, in milliseconds since the epoch: all counters began at this time or later. */
  since: number | undefined;
  /** Connections that are open now. */
  open: number;
  /** Sum over all keys, as are `total` and `perSecond`. */
  connections: number;
  total: number;
  perSecond: number | undefined;
  /** True if there are too few connections to measure shares (see `connectionsNeeded`). */
  tooFew: boolean;
  /** The routing keys of the spec in display order, then other keys that the router has. */
  keys: KeyTraffic[];
  /**
   * Keys whose measured share differs from the expected one by more than chance explains (see `deviates`). Empty without a
   * window, and if values or reachable keys changed in it.
   */
  deviating: string[];
}

/** Readings of the routers of one site, in order. The last one is the present state; several are a window. */
export interface Readings {
  states: readonly RouterState[];
  /** Time between the first and the last reading, in seconds; undefined without a window. */
  seconds?: number;
  /** Site names by site id. */
  names: ReadonlyMap<string, string>;
}

/** The traffic of a listener whose router could not be queried: state `unknown` and no keys. */
export function unknownTraffic(
  { metadata, spec }: MultiKeyListener,
  fact: Extract<RouterFact<RouterState>, { known: false }>,
): ListenerTraffic {
  return { ...noTraffic(metadata, kindOf(spec.strategy)), state: 'unknown', message: fact.why };
}

/** The traffic of a listener, from its router's counters. The expected shares are those of the spec. */
export function trafficOf(resource: MultiKeyListener, { states, seconds, names }: Readings): ListenerTraffic {
  const { metadata, spec } = resource;
  const { name } = metadata;
  const strategy = kindOf(spec.strategy);
  const now = states.at(-1);
  const listener = now && routerListener(now, name);
  if (!listener) return { ...noTraffic(metadata, strategy), since: now?.startedAt, state: 'not-held' };
  const totals = countsInTotal(now, name);
  const counts = seconds === undefined ? totals : countsOver(states, name);
  const connections = sumOf(counts);
  const shares = keyShares(resource, new Set(keysReachedBy(now, spec)));
  const keysOfSpec = new Set(shares.map(({ key }) => key));
  const others = listener.keys.flatMap(({ key }): KeyShare[] =>
    keysOfSpec.has(key) ? [] : [{ key, reachable: isReachable(now, key), share: 0 }],
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
    ...noTraffic(metadata, strategy),
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

function noTraffic(metadata: MultiKeyListener['metadata'], strategy: StrategyKind | undefined): ListenerTraffic {
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

/** True if at every reading the router had the strategy of the spec, and the same keys were reachable. */
function isSteady({ metadata, spec }: MultiKeyListener, states: readonly RouterState[]): boolean {
  const reached = new Set(states.map((state) => JSON.stringify(keysReachedBy(state, spec))));
  const hasStrategy = states.every((state) => {
    const listener = routerListener(state, metadata.name);
    return listener !== undefined && holdsStrategy(listener, spec);
  });
  return hasStrategy && reached.size === 1;
}

function deviating(keys: readonly KeyTraffic[], connections: number): string[] {
  const isOff = ({ share = 0, connections: own }: KeyTraffic): boolean =>
    deviates(share, own / connections, connections);
  return keys.filter(isOff).map(({ key }) => key);
}
