import { desired } from '../../model/build.js';
import { Failure, isFailure, type Code } from '../../model/failure.js';
import type { MultiKeyListener } from '../../model/resource.js';
import { strategyFlag } from '../../model/strategy.js';
import type { Store } from '../../store/store.js';
import { reloadCommand } from '../wait/failures.js';
import { deadline } from '../wait/deadline.js';
import { waitUntilGone } from '../wait/wait.js';

/** How long the create waits for the router to remove the old listener, in milliseconds; after that it is sent anyway. */
const RELEASE_MS = 10_000;

/** The backup of the old manifest, in a file that outlives this process. */
export interface Kept {
  file: string;
  text: string;
  /** The command line that restores the resource from the file. */
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
  /** Writes the backup; it is complete and on disk when this resolves. If it throws, nothing is deleted. */
  keep(resource: MultiKeyListener): Promise<Kept>;
  narrate(text: string): void;
  /** Reloads a system site without the deleted resource, before the new one is created. */
  forget?: (() => Promise<void>) | undefined;
}

/**
 * Deletes exactly the version that was read and creates the changed resource: on Kubernetes the only way to another kind of
 * strategy. If the create fails, the old resource is restored. Once the delete is sent, Ctrl-C no longer interrupts the
 * sequence; against a kill or a lost connection, a backup of the old manifest is in a file from before the delete until the
 * old or the new resource is known to exist.
 *
 * @returns the created resource; with a dry run, `after`
 * @throws Failure what `keep` throws, `interrupted` before the delete, `conflict` if the resource has changed meanwhile (nothing
 *   was done), the create's own failure (the old resource is restored), `partial` if it could not be restored
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

/** The create's own failure, after the old resource was restored. */
class PutBack extends Failure {}

/** Adds the backup and the command to restore it to a failure after which neither resource is known to exist. */
function withKept(error: unknown, name: string, kept: Kept): Failure {
  const { code, message, causes, hint } = isFailure(error) ? error : new Failure('internal', String(error));
  const gone = code === 'partial' ? `\n${kept.text}` : '';
  const next = `Check whether ${name} exists. Backup of the old manifest: ${kept.file}; restore it with: ${kept.restore}${gone}`;
  return new Failure(code, message, { causes, hint: [hint, next].filter(Boolean).join('\n'), cause: error });
}

/** Waits until the deleted resource and its listener are gone, then creates the changed resource, or else restores the old one. */
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

/** Waits until the router has removed the listener. Node 20 may collect an `AbortSignal.timeout` before it fires, hence `deadline`. */
async function released(store: Store, name: string): Promise<void> {
  const limit = deadline(never(), RELEASE_MS);
  await store.released(name, limit.signal).finally(() => limit.clear());
}

function never(): AbortSignal {
  return new AbortController().signal;
}

/** Restores the old resource and returns the failure to throw. */
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
    // The create may have succeeded although its answer was lost.
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
