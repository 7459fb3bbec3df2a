import { setTimeout as sleep } from 'node:timers/promises';
import { isFailure, type Failure } from '../../model/failure.js';
import type { MultiKeyListener } from '../../model/resource.js';
import type { Store } from '../../store/store.js';
import { TrafficReader, type TrafficReport } from './read.js';

/** Interval between two readings of the routers with --watch, in milliseconds. */
const EVERY_MS = 1000;
/** Interval between two readings of the resources and the names of sites, in milliseconds: they change seldom. */
const RESOURCES_EVERY_MS = 10_000;

/**
 * Measures how many connections the routers gave to each routing key of the resources.
 *
 * @param windowMs time between two readings, whose difference is reported; undefined: one reading, totals are reported
 * @throws Failure what the store throws; the `AbortError` of the pause when the signal aborts
 */
export async function measureTraffic(
  store: Store,
  resources: readonly MultiKeyListener[],
  { windowMs, now, signal }: { windowMs: number | undefined; now(): number; signal: AbortSignal },
): Promise<TrafficReport> {
  const reader = new TrafficReader(store, now);
  await Promise.all([reader.about(resources, signal), reader.read(resources, signal)]);
  if (windowMs !== undefined) {
    await sleep(windowMs, undefined, { signal });
    await reader.read(resources, signal);
  }
  return reader.report(windowMs);
}

export interface WatchTrafficOptions {
  /** Reads the resources anew. */
  resources(signal: AbortSignal): Promise<readonly MultiKeyListener[]>;
  windowMs: number;
  /** Yield one report per window, each starting where the previous one ended, so that every connection is counted once. */
  consecutive?: boolean;
  now(): number;
}

/** A report; `lost` is the failure of the last reading of the resources, which are then those of an earlier reading. */
export type LiveReport = TrafficReport & { lost: Failure | undefined };

/**
 * Yields the traffic of the last `windowMs` until the signal aborts: about once a second or, with `consecutive`, once per
 * window. The first report is yielded at once, for an empty window.
 *
 * @throws Failure what the store throws at the first reading of the resources; later failures are in `lost`
 */
export async function* watchTraffic(
  store: Store,
  { resources: list, windowMs, consecutive = false, now }: WatchTrafficOptions,
  signal: AbortSignal,
): AsyncGenerator<LiveReport> {
  const reader = new TrafficReader(store, now);
  const everyMs = Math.min(EVERY_MS, windowMs / 2);
  let resources: readonly MultiKeyListener[] | undefined;
  let lost: Failure | undefined;
  let readAt = 0;
  let reportedAt = -Infinity;
  while (!signal.aborted) {
    const began = now();
    try {
      if (resources === undefined || began - readAt >= RESOURCES_EVERY_MS) {
        readAt = began;
        resources = await list(signal);
        await reader.about(resources, signal);
        lost = undefined;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!isFailure(error) || resources === undefined) throw error;
      lost = error;
    }
    await reader.read(resources ?? [], signal);
    if (signal.aborted) return;
    if (!consecutive) reader.slide(windowMs);
    const report = reader.report(windowMs);
    if (!consecutive || report.at - reportedAt >= windowMs) {
      reportedAt = report.at;
      yield { ...report, lost };
      if (consecutive) reader.next();
    }
    const leftMs = Math.max(0, began + everyMs - now());
    await sleep(leftMs, undefined, { signal }).catch(() => undefined);
  }
}
