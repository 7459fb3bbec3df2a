import { Failure } from '../../model/failure.js';
import type { MultiKeyListener } from '../../model/resource.js';
import type { StoreEvent } from '../store.js';
import { fileSystemFailure } from './errors.js';
import { fingerprint } from './files/fingerprint.js';
import { Bell, Watchers } from './files/notices.js';

/**
 * Interval of readings without a notice of the file system: nested folders, network file systems and the router have none, and a
 * notice can be lost.
 */
const RECHECK_MS = 1_000;
/** Interval of readings while a folder does not exist or cannot be watched. */
const BLIND_RECHECK_MS = 500;
const RETRY_MS = 1_000;

export interface WatchOptions {
  /** Reads the present resources. */
  list(): Promise<MultiKeyListener[]>;
  /** The folders to watch for changes; they need not exist. */
  folders(): Promise<string[]>;
  /** For a watch of one resource: the resourceVersion that the caller knows. Any other version is reported as MODIFIED. */
  since?: string | undefined;
  signal: AbortSignal;
}

/**
 * See Store.watch. A notice of the file system only starts a reading; changes are found by comparing the resources, including
 * their status, with those of the last reading.
 *
 * @throws Failure if the first reading fails
 */
export async function* watchFiles({
  list,
  folders,
  since,
  signal,
}: WatchOptions): AsyncGenerator<StoreEvent, void, undefined> {
  const bell = new Bell(signal);
  const watchers = new Watchers(() => bell.ring());
  let last = new Map<string, Fingerprinted>();
  let synced = false;
  let live = false;
  try {
    while (!signal.aborted) {
      try {
        // Watch before reading, so that a change in between is noticed.
        const seeing = await watchers.follow(await folders());
        let now = index(await list());
        if ([...last.keys()].some((key) => !now.has(key))) {
          // A file that is just being rewritten may be valid YAML but incomplete, so read again before reporting a deletion.
          await bell.settle();
          now = index(await list());
        }
        const events = differences(synced ? last : startingPoint(since, now), now);
        last = now;
        yield* events;
        if (!live) yield { type: 'SYNCED' };
        live = true;
        synced = true;
        await bell.wait(seeing ? RECHECK_MS : BLIND_RECHECK_MS);
      } catch (error) {
        if (signal.aborted) return;
        if (!synced) throw error;
        live = false;
        const failure = error instanceof Failure ? error : fileSystemFailure(error, 'read', 'the namespace');
        yield { type: 'LOST', failure, retryInMs: RETRY_MS };
        await bell.wait(RETRY_MS);
      }
    }
  } finally {
    watchers.close();
  }
}

interface Fingerprinted {
  object: MultiKeyListener;
  print: string;
}

/**
 * The resources to compare the first reading with. A resource with another version than `since` is in it, so that it is
 * reported as MODIFIED. One with the same version is not, so that it is reported as ADDED: its status, which the version does
 * not include, may have changed.
 */
function startingPoint(
  since: string | undefined,
  now: ReadonlyMap<string, Fingerprinted>,
): ReadonlyMap<string, Fingerprinted> {
  const changed = [...now].filter(([, { object }]) => since !== undefined && object.metadata.resourceVersion !== since);
  return new Map(changed.map(([key, { object }]) => [key, { object, print: '' }]));
}

function index(list: readonly MultiKeyListener[]): Map<string, Fingerprinted> {
  return new Map(
    list.map((object) => [
      `${object.metadata.namespace}/${object.metadata.name}`,
      { object, print: fingerprint(object) },
    ]),
  );
}

/** The events that lead from `before` to `after`: deletions first, at most one for each resource. */
function differences(
  before: ReadonlyMap<string, Fingerprinted>,
  after: ReadonlyMap<string, Fingerprinted>,
): StoreEvent[] {
  const events: StoreEvent[] = [];
  for (const [key, { object }] of before) if (!after.has(key)) events.push({ type: 'DELETED', object });
  for (const [key, { object, print }] of after) {
    const was = before.get(key);
    if (was === undefined) events.push({ type: 'ADDED', object });
    else if (was.print !== print) events.push({ type: 'MODIFIED', object });
  }
  return events;
}
