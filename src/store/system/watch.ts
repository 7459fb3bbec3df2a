import { Failure } from '../../model/failure.js';
import type { MultiKeyListener } from '../../model/resource.js';
import type { StoreEvent } from '../store.js';
import { fileSystemFailure } from './errors.js';
import { fingerprint } from './files/fingerprint.js';
import { Bell, Watchers } from './files/notices.js';

/** For what no notice tells: nested folders, network file systems, a lost notice. */
/** So often the router is asked as well, whose changes nobody announces. */
const RECHECK_MS = 1_000;
/** While a folder does not exist or cannot be watched. */
const BLIND_RECHECK_MS = 500;
const RETRY_MS = 1_000;

export interface WatchOptions {
  /** What there is now. */
  list(): Promise<MultiKeyListener[]>;
  /** The folders whose changes matter; they need not exist. */
  folders(): Promise<string[]>;
  /** The resourceVersion of the one resource that is listed, as the watcher knows it: another one is a change of it. */
  since?: string | undefined;
  signal: AbortSignal;
}

/**
 * See Store.watch. A notice of the file system only says that it is time to look: what
 * changed is found by reading anew and comparing, status included.
 *
 * @throws Failure when the first reading fails
 */
export async function* watchFiles({
  list,
  folders,
  since,
  signal,
}: WatchOptions): AsyncGenerator<StoreEvent, void, undefined> {
  const bell = new Bell(signal);
  const watchers = new Watchers(() => bell.ring());
  let known = new Map<string, Known>();
  let synced = false;
  let live = false;
  try {
    while (!signal.aborted) {
      try {
        // Watch first, read second: a change in between rings.
        const seeing = await watchers.follow(await folders());
        let now = index(await list());
        if ([...known.keys()].some((key) => !now.has(key))) {
          // A file that is being rewritten may be proper YAML and hold half of what it held.
          await bell.settle();
          now = index(await list());
        }
        const events = differences(synced ? known : startingPoint(since, now), now);
        known = now;
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

interface Known {
  object: MultiKeyListener;
  print: string;
}

/**
 * A resource of another version than the known one is MODIFIED at the start. One of the same version
 * is ADDED as without it: its status, which the version does not cover, may have changed.
 */
function startingPoint(since: string | undefined, now: ReadonlyMap<string, Known>): ReadonlyMap<string, Known> {
  const changed = [...now].filter(([, { object }]) => since !== undefined && object.metadata.resourceVersion !== since);
  return new Map(changed.map(([key, { object }]) => [key, { object, print: '' }]));
}

function index(list: readonly MultiKeyListener[]): Map<string, Known> {
  return new Map(
    list.map((object) => [
      `${object.metadata.namespace}/${object.metadata.name}`,
      { object, print: fingerprint(object) },
    ]),
  );
}

/** The events that make `after` of `before`: deletions first, each key at most once. */
function differences(before: ReadonlyMap<string, Known>, after: ReadonlyMap<string, Known>): StoreEvent[] {
  const events: StoreEvent[] = [];
  for (const [key, { object }] of before) if (!after.has(key)) events.push({ type: 'DELETED', object });
  for (const [key, { object, print }] of after) {
    const was = before.get(key);
    if (was === undefined) events.push({ type: 'ADDED', object });
    else if (was.print !== print) events.push({ type: 'MODIFIED', object });
  }
  return events;
}
