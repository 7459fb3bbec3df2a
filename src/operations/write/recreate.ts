import { desired } from '../../model/build.js';
import { Failure, isFailure, type Code } from '../../model/failure.js';
import type { MultiKeyListener } from '../../model/resource.js';
import { strategyFlag } from '../../model/strategy.js';
import type { Store } from '../../store/store.js';
import { reloadCommand } from '../wait/failures.js';
import { deadline } from '../wait/deadline.js';
import { waitUntilGone } from '../wait/wait.js';

/** How long the router is given to let go of the old listener; after that the create goes on. */
const RELEASE_MS = 10_000;

/** The old manifest in a place that outlives this process. */
export interface Kept {
  file: string;
  text: string;
  /** The command line that creates it again. */
  restore: string;
  /** Removes the file. */
  drop(): Promise<void>;
}

/** After these codes the outcome is unknown; any other code means that nothing was done. */
const UNSURE: readonly Code[] = [
  'unreachable',
  'tls',
  'request-timeout',
  'server-error',
  'bad-response',
  'file-system',
  'interrupted',
  'internal',
];

export interface RecreateOptions {
  dryRun: boolean;
  timeoutMs: number;
  signal: AbortSignal;
  /** Keeps the manifest durably, whole when this resolves. Throws where it can't, and then nothing is deleted. */
  keep(resource: MultiKeyListener): Promise<Kept>;
  narrate(text: string): void;
  /** Makes a system site forget the deleted resource, before the new one is created. */
  forget?: (() => Promise<void>) | undefined;
}

/**
 * Deletes exactly the version that was read and creates the changed one: the
 * only way to another kind of strategy. When the create fails the old one is put
 * back. Once the delete is sent Ctrl-C no longer stops it half-way; for whatever does (a kill, a lost connection) the old
 * manifest is kept in a file from before the delete until the old or the new resource is known to be there.
 *
 * Throws what `keep` throws and `conflict` when it changed meanwhile (nothing done), the create's own
 * failure (the old one is back), or `partial` when it could not be put back.
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
  const kept = await options.keep(desired(before));
  options.narrate(`Backup of the old manifest: ${kept.file}`);
  options.narrate(`If interrupted, restore it with: ${kept.restore}`);
  const deleted = await store.delete(name, guard).catch(async (error: unknown) => {
    if (isFailure(error) && !UNSURE.includes(error.code)) await drop(kept, options);
    else throw withKept(error, name, kept);
    throw error;
  });
  options.narrate(`${name} deleted; creating it again with ${strategyFlag(after.spec.strategy)}`);
  try {
    const created = await createAgain(store, before, after, deleted.gone, options);
    await drop(kept, options);
    return created;
  } catch (error) {
    if (!(error instanceof PutBack)) throw withKept(error, name, kept);
    await drop(kept, options);
    throw error;
  }
}

async function drop(kept: Kept, { narrate }: RecreateOptions): Promise<void> {
  await kept.drop().catch(() => narrate(`${kept.file} could not be removed; it is no longer needed.`));
}

/** The create's own failure: the old resource is back. */
class PutBack extends Failure {}

/** The failure with the way back, where it is not known that the old or the new one is there. */
function withKept(error: unknown, name: string, kept: Kept): Failure {
  const { code, message, causes, hint } = isFailure(error) ? error : new Failure('internal', String(error));
  const gone = code === 'partial' ? `\n${kept.text}` : '';
  const next = `Check whether ${name} exists. Backup of the old manifest: ${kept.file}; restore it with: ${kept.restore}${gone}`;
  return new Failure(code, message, { causes, hint: [hint, next].filter(Boolean).join('\n'), cause: error });
}

/** Once the old one is deleted: waits until it is gone everywhere, and creates the changed one or puts back the old. */
async function createAgain(
  store: Store,
  before: MultiKeyListener,
  after: MultiKeyListener,
  gone: boolean,
  { timeoutMs, forget, narrate }: RecreateOptions,
): Promise<MultiKeyListener> {
  const { name, uid } = before.metadata;
  let forgotten = false;
  try {
    if (!gone) await waitUntilGone(store, name, { uid, timeoutMs, signal: never() });
    await (forget?.() ?? released(store, name));
    forgotten = forget !== undefined;
    return await store.create(desired(after));
  } catch (error) {
    if (forgotten)
      narrate(`The site was reloaded without ${name}. Apply the restored resource with: ${reloadCommand(store.where)}`);
    throw await rollBack(store, before, error);
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
async function rollBack(store: Store, before: MultiKeyListener, error: unknown): Promise<unknown> {
  const { name } = before.metadata;
  const why = error instanceof Error ? error.message : String(error);
  if (isFailure(error, 'already-exists')) {
    return new Failure('already-exists', `${name} was deleted, and another client recreated it first`, {
      hint: 'Check it, then decide again.',
      cause: error,
    });
  }
  if (isFailure(error, 'wait-timeout'))
    return new Failure('partial', `${name} could not be deleted completely: ${why}`, { cause: error });
  try {
    await store.create(desired(before));
  } catch (again) {
    // A create without an answer may have been done after all.
    if (isFailure(again, 'already-exists')) return error;
    const message = `${name} was deleted, could not be created again, and could not be restored: ${why}`;
    return new Failure('partial', message, { cause: again });
  }
  const code = isFailure(error) ? error.code : 'internal';
  return new PutBack(code, `${name} could not be recreated, and the old resource was restored: ${why}`, {
    causes: isFailure(error) ? error.causes : [],
    hint: isFailure(error) ? error.hint : undefined,
    cause: error,
  });
}
