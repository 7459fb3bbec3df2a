import { proportional, splitWeights } from './two-writes.js';
import type { Spec, Strategy } from '../resource.js';
import { kindOf, sameStrategy, valuesOf, weightsOf } from '../strategy.js';

/** Fields of the listener itself. To change one, Skupper replaces the router's listener together with all its routing keys. */
export const LISTENER_FIELDS = ['host', 'port', 'tlsCredentials', 'requireClientCert', 'observer'] as const;
export type ListenerField = (typeof LISTENER_FIELDS)[number];

/** The circumstances of a change that decide what the router does with it. */
export interface Circumstances {
  /** The resource is deleted and created again. */
  recreate?: boolean;
  /** The site is a system site, where a reload applies the change. */
  reload?: boolean;
  /** The system site is reloaded after the delete, and again after the create. */
  forgets?: boolean;
  /** The user asked for a single write. */
  oneStep?: boolean;
  /** The Configured condition is stale or not True, so it cannot tell when a first write has taken effect. */
  unprocessed?: boolean;
}

/** The routing keys of two strategies, by whether their value in the router changes (see `valuesOf`). */
export interface KeyChanges {
  unchanged: string[];
  changed: string[];
  added: string[];
  removed: string[];
}

/** The effect of a change on the connections of a listener. */
export interface Disruption {
  /**
   * What the router does: nothing; replaces routing keys; replaces the listener; deletes the listener and creates it again;
   * restarts once; restarts twice.
   */
  way: 'nothing' | 'keys' | 'listener' | 'recreate' | 'reload' | 'reloads';
  keys: KeyChanges;
  /** The fields whose change makes Skupper replace the listener. */
  replaced: ListenerField[];
  /** Keys of the old strategy that take connections now; if reachability is not known, all that could. */
  live: string[];
  /** False if reachability is not known: the other members then assume that all keys are reachable. */
  known: boolean;
  /** What happens to open connections. */
  open: 'kept' | 'cut';
  /**
   * What happens to new connections while the change is applied: nothing (untouched); unchanged keys take them (taken); they are
   * refused for a moment (refused); they are refused from then on, because no reachable key is left (ended); they are refused
   * already, because no key is reachable (unserved).
   */
  fresh: 'untouched' | 'taken' | 'refused' | 'ended' | 'unserved';
  /** The keys that take new connections while the change is applied (of two writes: during the first). */
  takers: string[];
  /** True if the strategy changes but all shares stay the same. */
  sameShares: boolean;
  /** The strategies to write in order, one or two. The last is the requested one. */
  steps: Strategy[];
  /** Why the change is sent in one write that refuses new connections, instead of two writes that do not. */
  oneWrite?: 'priority' | 'no-substitute' | 'limits' | 'asked' | 'unprocessed';
}

function compare(old: Strategy, next: Strategy): KeyChanges {
  const was = valuesOf(old);
  const is = valuesOf(next);
  const keys = [...is.keys()];
  return {
    unchanged: keys.filter((key) => was.get(key) === is.get(key)),
    changed: keys.filter((key) => was.has(key) && was.get(key) !== is.get(key)),
    added: keys.filter((key) => !was.has(key)),
    removed: [...was.keys()].filter((key) => !is.has(key)),
  };
}

/** The router does not distinguish absent, null, empty and false. */
function differs(old: Spec, next: Spec, field: ListenerField): boolean {
  return (old[field] || undefined) !== (next[field] || undefined);
}

function wayOf(old: Spec, next: Spec, replaced: readonly ListenerField[], how: Circumstances): Disruption['way'] {
  const same = sameStrategy(old.strategy, next.strategy);
  const recreated = how.recreate || kindOf(old.strategy) !== kindOf(next.strategy);
  if (!recreated && same && replaced.length === 0) return 'nothing';
  if (how.reload) return recreated && how.forgets ? 'reloads' : 'reload';
  if (recreated) return 'recreate';
  return replaced.length > 0 ? 'listener' : 'keys';
}

/**
 * Predicts the effect of an update on the connections of a listener, and plans it as one or two writes. Skupper deletes the
 * changed routing keys from the router and then adds them again; while the router has none, clients are refused. Open
 * connections survive the deletion of their routing key, but not that of the listener (measured: docs/traffic.md).
 *
 * @param reachable the keys that have a connector; undefined if not known
 */
export function disruption(
  old: Spec,
  next: Spec,
  reachable: ReadonlySet<string> | undefined,
  how: Circumstances = {},
): Disruption {
  const keys = compare(old.strategy, next.strategy);
  const values = valuesOf(old.strategy);
  const weighted = kindOf(old.strategy) === 'weighted';
  // A key of weight 0 gets no connections.
  const takes = (key: string): boolean => !weighted || (values.get(key) ?? 0) > 0;
  const live = [...values.keys()].filter((key) => (reachable?.has(key) ?? true) && takes(key));
  const replaced = LISTENER_FIELDS.filter((field) => differs(old, next, field));
  const way = wayOf(old, next, replaced, how);
  const takers = live.filter((key) => keys.unchanged.includes(key));
  const base = {
    way,
    keys,
    replaced,
    live,
    known: reachable !== undefined,
    open: way === 'nothing' || way === 'keys' ? ('kept' as const) : ('cut' as const),
    takers,
    sameShares:
      !sameStrategy(old.strategy, next.strategy) && proportional(weightsOf(old.strategy), weightsOf(next.strategy)),
    steps: [next.strategy],
  };
  const survives = keys.added.length > 0 || live.some((key) => !keys.removed.includes(key));
  const lost = survives ? 'refused' : 'ended';
  if (way === 'nothing') return { ...base, fresh: 'untouched' };
  if (live.length === 0) return { ...base, fresh: 'unserved' };
  if (way !== 'keys') return { ...base, takers: [], fresh: lost };
  if (takers.length === live.length) return { ...base, fresh: 'untouched' };
  if (takers.length > 0) return { ...base, fresh: 'taken' };
  if (lost === 'ended') return { ...base, fresh: 'ended' };
  if (!weighted) return { ...base, fresh: 'refused', oneWrite: 'priority' };
  const split = splitWeights(weightsOf(old.strategy), weightsOf(next.strategy), live, reachable);
  if (typeof split === 'string') return { ...base, fresh: 'refused', oneWrite: split };
  if (how.oneStep) return { ...base, fresh: 'refused', oneWrite: 'asked' };
  if (how.unprocessed) return { ...base, fresh: 'refused', oneWrite: 'unprocessed' };
  return { ...base, fresh: 'taken', takers: [split.kept], steps: [split.first, next.strategy] };
}
