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

/** The times of a watch, in milliseconds except `watchSeconds`. */
export interface Tuning {
  /** The server is asked to end each watch after this time, so that a half-open connection is noticed. */
  watchSeconds: number;
  /** A watch that the server has not ended this long after `watchSeconds` counts as lost. */
  slackMs: number;
  /** Pause before the first retry; it doubles with each further failure up to `maxBackoffMs`. */
  backoffMs: number;
  maxBackoffMs: number;
  /** If a server has not sent all initial events of a streamed list after this time, list and watch are used instead. */
  initialMs: number;
  /** Random factor of the pauses, from 0 to 1. */
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

/** A connection that lasted longer than this many times `backoffMs` counts as a success, and the pauses start again. */
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
 * `Store.watch` for one API server: lists, then watches, until the signal aborts. If the server supports it, list and watch
 * are one stream (sendInitialEvents).
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
    // The pauses start again after a connection that was live for a while, so that a line that breaks every ten seconds is
    // not paused most of the time.
    if (lived > tuning.backoffMs * STEADY) failures = 0;
    if (failure && !watcher.succeeded && isFailure(failure, ...fatal)) throw failure;
    if (failure?.code === 'unauthenticated') api.refresh();
    if (!failure && lived >= 1000) continue;
    // Also pause if the server ends each watch at once without an error, so that this is not a tight loop.
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
  /** True after the first successful answer of the server. */
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
    const written = name !== undefined && since !== undefined;
    this.held = new Held(written ? { namespace: api.namespace, name, resourceVersion: since } : undefined);
  }

  /** Makes the next attempt list again. */
  forget(): void {
    this.version = undefined;
  }

  /** Lists if the present state is not known, then watches until the server ends the connection. */
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
   * Handles one live event, unless it is older than the present version. kube-apiserver sends each change once and in order,
   * so such an event was repeated by a proxy. Handled after a deletion, it would bring back the resource.
   */
  private *live({ type, object }: RawEvent<MultiKeyListener>): Generator<StoreEvent> {
    const { resourceVersion } = object.metadata;
    if (!isNewer(resourceVersion, this.version)) return;
    if (type !== 'BOOKMARK') yield* this.held.apply(type, asMultiKeyListener(object));
    this.version = resourceVersion;
  }

  /** Lists and watches in one stream. Returns true if the server does not support that, so that two requests are needed. */
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

/** Compares resourceVersions. Versions that are not decimal numbers cannot be compared and count as newer. */
function isNewer(version = '', than = ''): boolean {
  const number = /^[1-9]\d*$/;
  return !number.test(version) || !number.test(than) || BigInt(version) > BigInt(than);
}

function isInitialEnd({ object }: RawEvent<MultiKeyListener>): boolean {
  return object.metadata.annotations?.[INITIAL_END] === 'true';
}
