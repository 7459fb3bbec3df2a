import { proportional, splitWeights } from './two-writes.js';
import type { Spec, Strategy } from '../resource.js';
import { kindOf, sameStrategy, valuesOf, weightsOf } from '../strategy.js';

/** Fields of the listener itself: the router can't change one, only replace it with all its routing keys. */
export const LISTENER_FIELDS = ['host', 'port', 'tlsCredentials', 'requireClientCert', 'observer'] as const;
export type ListenerField = (typeof LISTENER_FIELDS)[number];

/** How the change is sent, as far as it decides what the router does with it. */
export interface Circumstances {
  /** Deleted and created again. */
  recreate?: boolean;
  /** A system site: a reload applies it. */
  reload?: boolean;
  /** The site is reloaded between the delete and the create, and once more after it. */
  forgets?: boolean;
  /** One write was asked for. */
  oneStep?: boolean;
  /** The Configured condition is stale or not True, so it cannot tell when a first write has taken effect. */
  unprocessed?: boolean;
}

export interface KeyChanges {
  unchanged: string[];
  changed: string[];
  added: string[];
  removed: string[];
}

export interface Disruption {
  /** What the router does: nothing, other routing keys, another listener, one after the other, a restart, two restarts. */
  way: 'nothing' | 'keys' | 'listener' | 'recreate' | 'reload' | 'reloads';
  keys: KeyChanges;
  replaced: ListenerField[];
  /** Keys of the old strategy that take connections now; all of them where that is not known. */
  live: string[];
  /** False where nobody knows which keys are reachable: what follows holds if they are. */
  known: boolean;
  open: 'kept' | 'cut';
  /**
   * New connections while it is applied: not affected at all; taken by the keys that stay; refused for a moment;
   * refused from then on, for no reachable key is left; there are none, for no key is reachable now.
   */
  fresh: 'untouched' | 'taken' | 'refused' | 'ended' | 'unserved';
  /** The keys that take new connections meanwhile (in the first write, where there are two). */
  takers: string[];
  /** The strategy is another one, yet every share stays what it is. */
  sameShares: boolean;
  /** The strategies to write, one after the other: one, or two. The last is what was asked for. */
  steps: Strategy[];
  /** Why new connections are refused although two writes are there to avoid it. */
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

/** Absent, null, empty and false are the same to the router. */
function differs(old: Spec, next: Spec, field: ListenerField): boolean {
  return (old[field] || undefined) !== (next[field] || undefined);
}

function wayOf(old: Spec, next: Spec, replaced: readonly ListenerField[], around: Circumstances): Disruption['way'] {
  const same = sameStrategy(old.strategy, next.strategy);
  const anew = around.recreate || kindOf(old.strategy) !== kindOf(next.strategy);
  if (!anew && same && replaced.length === 0) return 'nothing';
  if (around.reload) return anew && around.forgets ? 'reloads' : 'reload';
  if (anew) return 'recreate';
  return replaced.length > 0 ? 'listener' : 'keys';
}

/**
 * What an update does to the connections of a listener, and in how many writes
 * it is best done. Skupper deletes the routing keys that change from the router
 * and then adds them again; while none is left, clients are refused. Open
 * connections outlive their routing key, but not the listener (measured: docs/traffic.md).
 *
 * @param reachable the keys that have a connector; undefined where nobody knows
 */
export function disruption(
  old: Spec,
  next: Spec,
  reachable: ReadonlySet<string> | undefined,
  around: Circumstances = {},
): Disruption {
  const keys = compare(old.strategy, next.strategy);
  const values = valuesOf(old.strategy);
  const weighted = kindOf(old.strategy) === 'weighted';
  // A key of weight 0 gets nothing.
  const takes = (key: string): boolean => !weighted || (values.get(key) ?? 0) > 0;
  const live = [...values.keys()].filter((key) => (reachable?.has(key) ?? true) && takes(key));
  const replaced = LISTENER_FIELDS.filter((field) => differs(old, next, field));
  const way = wayOf(old, next, replaced, around);
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
  if (around.oneStep) return { ...base, fresh: 'refused', oneWrite: 'asked' };
  if (around.unprocessed) return { ...base, fresh: 'refused', oneWrite: 'unprocessed' };
  return { ...base, fresh: 'taken', takers: [split.kept], steps: [split.first, next.strategy] };
}
