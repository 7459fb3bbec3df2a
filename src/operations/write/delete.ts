import { isFailure, type Failure } from '../../model/failure.js';
import type { Store } from '../../store/store.js';
import { waitUntilGone } from '../wait/wait.js';

/** One resource to delete; with a uid (a selector found it) exactly that one. */
export interface Target {
  name: string;
  uid?: string;
}

export interface RemoveOptions {
  dryRun: boolean;
  ignoreNotFound: boolean;
  /** Wait until each is really gone. */
  wait: boolean;
  timeoutMs: number;
  signal: AbortSignal;
}

export type Removal =
  { name: string; outcome: 'deleted' | 'absent' } | { name: string; outcome: 'failed'; failure: Failure };

/**
 * Deletes one resource and, if asked, waits until it is gone. A name given by
 * hand means whatever bears it now: no read comes before the delete.
 */
export async function remove(store: Store, target: Target, options: RemoveOptions): Promise<Removal> {
  const { name, uid } = target;
  const { dryRun, signal, timeoutMs } = options;
  try {
    const deleted = await store.delete(name, { uid, dryRun, signal });
    if (options.wait && !dryRun && !deleted.gone) {
      await waitUntilGone(store, name, { uid: deleted.uid ?? uid, timeoutMs, signal });
    }
    return { name, outcome: 'deleted' };
  } catch (error) {
    if (isFailure(error, 'not-found') && options.ignoreNotFound) return { name, outcome: 'absent' };
    if (isFailure(error)) return { name, outcome: 'failed', failure: error };
    throw error;
  }
}

/** Several at a time, results in the order of the targets. */
export async function removeAll(
  store: Store,
  targets: readonly Target[],
  options: RemoveOptions,
  onDone: (removal: Removal) => void,
): Promise<void> {
  const AT_ONCE = 8;
  for (let start = 0; start < targets.length; start += AT_ONCE) {
    const removals = await Promise.all(
      targets.slice(start, start + AT_ONCE).map((target) => remove(store, target, options)),
    );
    removals.forEach(onDone);
  }
}
