import { isFailure, joinFailures, type Failure } from '../../model/failure.js';
import type { Store } from '../../store/store.js';
import { waitUntilGone } from '../wait/wait.js';
import type { Deletion, WriteOptions } from './work.js';

type Target = Deletion & { store: Store };
type Options = Pick<WriteOptions, 'dryRun' | 'goal' | 'ignoreNotFound' | 'timeoutMs' | 'signal' | 'tell' | 'explain'>;

const AT_ONCE = 8;

/**
 * Deletes several at a time, goes on after a failure, and tells the results in the order of the targets.
 * Returns those that were deleted, and one failure for all that were not.
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
 * Deletes one resource and waits until it is gone. A name given by hand means whatever bears it now: no read comes
 * before the delete. A dry run of the client only reads what no selector has read.
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
      await waitUntilGone(store, name, { uid: sent.uid ?? uid, timeoutMs, signal });
    }
    return 'deleted';
  } catch (error) {
    if (isFailure(error, 'not-found') && options.ignoreNotFound) return 'absent';
    const failure = (await options.explain?.(store, name, error)) ?? error;
    if (isFailure(failure)) return failure;
    throw failure;
  }
}
