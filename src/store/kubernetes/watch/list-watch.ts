import { setTimeout as sleep } from 'node:timers/promises';
import { Failure, isFailure } from '../../../model/failure.js';
import { PLURAL, type MultiKeyListener } from '../../../model/resource.js';
import type { StoreEvent, WatchQuery } from '../../store.js';
import type { Api, Doing } from '../http/api.js';
import { Held } from './known-objects.js';
import { asMultiKeyListener } from '../http/items.js';
import { listAll } from '../http/lists.js';
import { skupperPath } from '../http/paths.js';
import { rawEvents, type RawEvent } from './watch-stream.js';

/** How a watch keeps itself alive; all times in milliseconds but `watchSeconds`. */
export interface Tuning {
  /** The server is asked to end a watch after so long, so that a half-open one is noticed. */
  watchSeconds: number;
  /** A watch that is silent beyond its end by this much is lost. */
  slackMs: number;
  backoffMs: number;
  maxBackoffMs: number;
  /** In place of an initial list that a server never finishes. */
  initialMs: number;
  random: () => number;
}

export const TUNING: Tuning = {
  watchSeconds: 60,
  slackMs: 15_000,
  backoffMs: 250,
  maxBackoffMs: 10_000,
  initialMs: 15_000,
  random: Math.random,
};

/** A connection that lasted as long as so many first waits has not failed. */
const STEADY = 8;

const INITIAL_END = 'k8s.io/initial-events-end';
const SYNCED: StoreEvent = { type: 'SYNCED' };

/** Final before the first success: the server refuses the request. */
const REFUSED = ['forbidden', 'crd-missing', 'skupper-too-old', 'rejected', 'internal'] as const;

/** Also final, unless our own write has just succeeded (`since` is set). */
const MISDIRECTED = [
  'unauthenticated',
  'credential-plugin',
  'tls',
  'kubeconfig-missing',
  'kubeconfig-invalid',
  'context-unknown',
  'bad-response',
] as const;

/**
 * `Store.watch` for one API server: list, then watch, for ever. Where the
 * server can, both are one stream (sendInitialEvents).
 *
 * @throws Failure of a REFUSED or MISDIRECTED code, before the first success only
 */
export async function* listWatch(
  api: Api,
  query: WatchQuery,
  signal: AbortSignal,
  tuning: Tuning,
): AsyncGenerator<StoreEvent> {
  const watcher = new Watcher(api, query, signal, tuning);
  const fatal = query.since === undefined ? [...REFUSED, ...MISDIRECTED] : REFUSED;
  let failures = 0;
  if (query.since !== undefined) yield SYNCED;
  while (!signal.aborted) {
    const began = Date.now();
    let failure: Failure | undefined;
    try {
      yield* watcher.attempt();
    } catch (error) {
      failure = api.failure(watcher.doing, error);
    }
    if (signal.aborted) return;
    const lived = Date.now() - began;
    // A watch that was live for a while begins anew: on a line that breaks every ten seconds it must not mostly wait.
    if (lived > tuning.backoffMs * STEADY) failures = 0;
    if (failure && !watcher.succeeded && isFailure(failure, ...fatal)) throw failure;
    if (failure?.code === 'unauthenticated') api.refresh();
    if (!failure && lived >= 1000) continue;
    // A server that ends each watch at once is not asked in a tight loop either.
    const waitMs = Math.min(tuning.maxBackoffMs, tuning.backoffMs * 2 ** failures) * (0.5 + tuning.random() / 2);
    failures = Math.min(failures + 1, 30);
    if (failure) {
      watcher.forget();
      yield { type: 'LOST', failure, retryInMs: Math.round(waitMs) };
    }
    await sleep(waitMs, undefined, { signal }).catch(() => undefined);
  }
}

class Watcher {
  readonly doing: Doing;
  /** The server has answered at least once as it should. */
  succeeded = false;
  private readonly held: Held;
  private version: string | undefined;
  private streaming = true;

  constructor(
    private readonly api: Api,
    private readonly query: WatchQuery,
    private readonly signal: AbortSignal,
    private readonly tuning: Tuning,
  ) {
    const { name, since, allNamespaces } = query;
    this.doing = { verb: 'watch', resource: PLURAL, name, allNamespaces };
    this.version = since;
    const known = name !== undefined && since !== undefined;
    this.held = new Held(known ? { namespace: api.namespace, name, resourceVersion: since } : undefined);
  }

  /** The next attempt lists again. */
  forget(): void {
    this.version = undefined;
  }

  /** One connection: what exists where that is not known yet, then changes until the server ends it. */
  async *attempt(): AsyncGenerator<StoreEvent> {
    if (this.version === undefined && this.streaming) {
      const refused = yield* this.streamedList();
      if (!refused) return;
      this.streaming = false;
    }
    if (this.version === undefined) yield* this.list();
    for await (const event of await this.open({ resourceVersion: this.version })) {
      yield* this.live(event);
    }
  }

  /**
   * One event beyond what was known. The versions of a watch only grow (kube-apiserver sends each change once and in
   * order), so one that is no newer was sent twice on the way: after a deletion it would come back as a resource.
   */
  private *live({ type, object }: RawEvent<MultiKeyListener>): Generator<StoreEvent> {
    const { resourceVersion } = object.metadata;
    if (!isNewer(resourceVersion, this.version)) return;
    if (type !== 'BOOKMARK') yield* this.held.apply(type, asMultiKeyListener(object));
    this.version = resourceVersion;
  }

  /** @returns true where the server cannot do this, and list and watch are to be asked for one by one */
  private async *streamedList(): AsyncGenerator<StoreEvent, boolean> {
    const bound = new AbortController();
    const timer = setTimeout(() => bound.abort(), this.tuning.initialMs);
    try {
      this.held.beginList();
      const initial = { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' };
      for await (const event of await this.open(initial, bound.signal)) {
        if (this.version !== undefined) yield* this.live(event);
        else if (event.type !== 'BOOKMARK') yield* this.held.apply(event.type, asMultiKeyListener(event.object));
        else if (isInitialEnd(event)) {
          clearTimeout(timer);
          this.version = event.object.metadata.resourceVersion;
          yield* this.held.endList();
          yield SYNCED;
        }
      }
      if (this.version === undefined)
        throw new Failure('bad-response', 'the server ended the watch before it had sent what exists');
      return false;
    } catch (error) {
      const refused = bound.signal.aborted || (isFailure(error, 'rejected') && this.version === undefined);
      if (refused && !this.signal.aborted) return true;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  private async *list(): AsyncGenerator<StoreEvent> {
    const { items, resourceVersion } = await listAll<MultiKeyListener>(
      this.api,
      { ...this.doing, verb: 'list' },
      this.path(),
      this.selectors(),
      this.signal,
    );
    this.succeeded = true;
    this.held.beginList();
    for (const item of items) yield* this.held.apply('ADDED', asMultiKeyListener(item));
    yield* this.held.endList();
    this.version = resourceVersion;
    yield SYNCED;
  }

  private async open(
    start: Record<string, string | undefined>,
    bound?: AbortSignal,
  ): Promise<AsyncGenerator<RawEvent<MultiKeyListener>>> {
    const { watchSeconds, slackMs } = this.tuning;
    const query = {
      ...this.selectors(),
      watch: '1',
      allowWatchBookmarks: 'true',
      timeoutSeconds: String(watchSeconds),
      ...start,
    };
    const signal = bound ? AbortSignal.any([this.signal, bound]) : this.signal;
    const opened = await this.api.stream(
      this.doing,
      { method: 'GET', path: this.path(), query },
      signal,
      watchSeconds * 1000 + slackMs,
    );
    this.succeeded = true;
    return rawEvents<MultiKeyListener>(this.api, this.doing, opened);
  }

  private path(): string {
    return skupperPath(PLURAL, this.query.allNamespaces ? undefined : this.api.namespace);
  }

  private selectors(): Record<string, string | undefined> {
    const { name, selector } = this.query;
    return { labelSelector: selector, fieldSelector: name === undefined ? undefined : `metadata.name=${name}` };
  }
}

/** Versions that are no decimal numbers cannot be compared; they count as newer. */
function isNewer(version = '', than = ''): boolean {
  const number = /^[1-9]\d*$/;
  return !number.test(version) || !number.test(than) || BigInt(version) > BigInt(than);
}

function isInitialEnd({ object }: RawEvent<MultiKeyListener>): boolean {
  return object.metadata.annotations?.[INITIAL_END] === 'true';
}
