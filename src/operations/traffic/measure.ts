import { setTimeout as sleep } from 'node:timers/promises';
import { isFailure, type Failure } from '../../model/failure.js';
import type { MultiKeyListener } from '../../model/resource.js';
import type { Store } from '../../store/store.js';
import { TrafficReader, type TrafficReport } from './read.js';

/** How often routers are asked while somebody watches, in milliseconds. */
const EVERY_MS = 1000;
/** The resources and the names of sites change seldom: they are read this often, in milliseconds. */
const RESOURCES_EVERY_MS = 10_000;

/**
 * What the routers gave the routing keys of resources.
 *
 * @param windowMs read twice, so far apart, and tell what came in between; undefined: totals, read once
 * @throws Failure what the store throws; the error of the signal's reason when it aborts
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
  /** The resources as they are now. */
  resources(signal: AbortSignal): Promise<readonly MultiKeyListener[]>;
  windowMs: number;
  /** One report each window, which begins where the one before ended: every connection is in one of them. */
  consecutive?: boolean;
  now(): number;
}

/** A report, and why the resources in it may be old. */
export type LiveReport = TrafficReport & { lost: Failure | undefined };

/**
 * The traffic of the last `windowMs`, again and again until the signal aborts. The first report comes at once, of an empty window.
 *
 * @throws Failure what the store throws at the first reading of the resources; later ones are `lost`
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
