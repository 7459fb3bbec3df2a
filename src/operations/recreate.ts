import { desired } from '../model/build.js';
import { Failure, isFailure } from '../model/failure.js';
import type { MultiKeyListener } from '../model/resource.js';
import { strategyFlag } from '../model/strategy.js';
import type { Store } from '../store/store.js';
import { deadline, waitUntilGone } from '../wait.js';

/** How long the router is given to let go of the old listener; after that the create goes on. */
const RELEASE_MS = 10_000;

export interface RecreateOptions {
  dryRun: boolean;
  timeoutMs: number;
  signal: AbortSignal;
  /** A manifest for a person, should the worst happen. */
  manifest(resource: MultiKeyListener): Promise<string>;
  narrate(text: string): void;
}

/**
 * Deletes exactly the version that was read and creates the changed one: the
 * only way to another kind of strategy. When the create fails the old one is put
 * back. Once the delete is sent Ctrl-C no longer stops it half-way.
 *
 * Throws `conflict` when it changed meanwhile (nothing done), the create's own
 * failure (the old one is back), or `partial` with the manifest when it could not be put back.
 */
export async function recreate(
  store: Store,
  before: MultiKeyListener,
  after: MultiKeyListener,
  options: RecreateOptions,
): Promise<MultiKeyListener> {
  const { name, uid, resourceVersion } = before.metadata;
  const guard = { uid, resourceVersion };
  if (options.dryRun) {
    await store.delete(name, { ...guard, dryRun: true, signal: options.signal });
    return after;
  }
  if (options.signal.aborted) throw new Failure('interrupted', 'interrupted');
  const deleted = await store.delete(name, guard);
  options.narrate(`${name} deleted; creating it again with ${strategyFlag(after.spec.strategy)}`);
  try {
    if (!deleted.gone) await waitUntilGone(store, name, { uid, timeoutMs: options.timeoutMs, signal: never() });
    await released(store, name);
    return await store.create(desired(after));
  } catch (error) {
    throw await rollBack(store, before, error, options);
  }
}

/** Not with AbortSignal.timeout: Node 20 may collect one before it fires. */
async function released(store: Store, name: string): Promise<void> {
  const limit = deadline(never(), RELEASE_MS);
  await store.released(name, limit.signal).finally(() => limit.clear());
}

function never(): AbortSignal {
  return new AbortController().signal;
}

/** Puts the old resource back and returns the failure to throw. */
async function rollBack(
  store: Store,
  before: MultiKeyListener,
  error: unknown,
  options: RecreateOptions,
): Promise<unknown> {
  const { name } = before.metadata;
  const why = error instanceof Error ? error.message : String(error);
  if (isFailure(error, 'already-exists')) {
    return new Failure('already-exists', `${name} was deleted, and somebody else created it again before us`, {
      hint: 'Look at it and decide again.',
      cause: error,
    });
  }
  if (isFailure(error, 'wait-timeout')) {
    return new Failure('partial', `${name} is being deleted and does not go: ${why}`, {
      hint: `When it is gone, put it back or change it from this manifest:\n${await options.manifest(desired(before))}`,
      cause: error,
    });
  }
  try {
    await store.create(desired(before));
  } catch (again) {
    // A create without an answer may have been done after all.
    if (isFailure(again, 'already-exists')) return error;
    return new Failure('partial', `${name} was deleted and could not be created: ${why}`, {
      hint: `Putting the old one back failed too. Create it from this manifest:\n${await options.manifest(desired(before))}`,
      cause: again,
    });
  }
  const code = isFailure(error) ? error.code : 'internal';
  return new Failure(code, `${name} could not be created anew, and the old one was put back: ${why}`, {
    causes: isFailure(error) ? error.causes : [],
    hint: isFailure(error) ? error.hint : undefined,
    cause: error,
  });
}
