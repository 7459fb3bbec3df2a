import { isFailure, joinFailures, type Failure } from '../../model/failure.js';
import type { Store } from '../../store/store.js';
import { waitUntilGone } from '../wait/wait.js';
import { withDeletion } from './outcome.js';
import type { Deletion, WriteOptions } from './work.js';

type Target = Deletion & { store: Store };
type Options = Pick<WriteOptions, 'dryRun' | 'goal' | 'ignoreNotFound' | 'timeoutMs' | 'signal' | 'tell' | 'explain'>;

/** The number of deletions that run at the same time. */
const AT_ONCE = 8;

/**
 * Deletes the targets, eight at a time; continues after a failure, and reports the results in the order of the targets.
 *
 * @returns the deleted targets, and one failure that joins the failures of the others
 */
export async function removeAll(
  targets: readonly Target[],
  options: Options,
): Promise<{ deleted: Target[]; failure: Failure | undefined }> {
  const deleted: Target[] = [];
  const failures: Failure[] = [];
  for (let start = 0; start < targets.length; start += AT_ONCE) {
    const batch = targets.slice(start, start + AT_ONCE);
    const results = await Promise.all(batch.map((target) => remove(target, options)));
    for (const [index, result] of results.entries()) {
      const target = batch[index];
      if (isFailure(result)) failures.push(result);
      else if (target && result === 'deleted') {
        deleted.push(target);
        options.tell({ type: 'done', name: target.name, outcome: 'deleted' });
      }
    }
  }
  return { deleted, failure: joinFailures(failures) };
}

/**
 * Deletes one resource and waits until it is gone. A target without a uid was named by the user: whatever has the name now
 * is deleted, without a read first. A client dry run reads it to find out whether it exists; one with a uid was listed already.
 */
async function remove({ store, name, uid }: Target, options: Options): Promise<'deleted' | 'absent' | Failure> {
  const { signal, timeoutMs } = options;
  try {
    if (options.dryRun === 'client') {
      if (uid === undefined) await store.get(name, { signal });
      return 'deleted';
    }
    const dryRun = options.dryRun === 'server';
    const sent = await store.delete(name, { uid, dryRun, signal });
    if (options.goal !== 'none' && !dryRun && !sent.gone) {
      await waitUntilGone(store, name, { uid: sent.uid ?? uid, timeoutMs, signal }).catch((error: unknown) => {
        throw withDeletion(error, name);
      });
    }
    return 'deleted';
  } catch (error) {
    if (isFailure(error, 'not-found') && options.ignoreNotFound) return 'absent';
    const failure = (await options.explain?.(store, name, error)) ?? error;
    if (isFailure(failure)) return failure;
    throw failure;
  }
}
