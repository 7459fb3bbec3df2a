import { Failure } from '../../model/failure.js';
import type { MultiKeyListener } from '../../model/resource.js';
import { conditionOf, isCurrent, summarise } from '../../model/summary.js';
import { shellWord } from '../../model/text.js';
import type { Store } from '../../store/store.js';

export type Goal = 'configured' | 'ready';
export const WAIT_GOALS: readonly Goal[] = ['configured', 'ready'];

/** "No active site" clears by itself within this time when a Site has just become active. */
export const SITE_GRACE_MS = 30_000;
const NO_SITE = 'No active site in namespace';

export type Judgement = { state: 'reached' } | { state: 'waiting'; why: string } | { state: 'failed'; message: string };

/**
 * Whether the goal holds for the present spec: a condition of an older
 * generation says nothing. An Error of this generation stays until the spec changes, so it is final.
 */
export function judge(resource: MultiKeyListener, goal: Goal, generation = 0): Judgement {
  const configured = conditionOf(resource, 'Configured');
  if ((resource.metadata.generation ?? 0) < generation || !configured || !isCurrent(resource, configured)) {
    return { state: 'waiting', why: configured ? 'its change is not processed yet' : 'nothing has processed it yet' };
  }
  if (configured.status === 'False' && configured.reason === 'Error') {
    return { state: 'failed', message: configured.message ?? 'Error' };
  }
  const row = summarise(resource);
  if (configured.status !== 'True') return { state: 'waiting', why: configured.message ?? 'not configured' };
  if (goal === 'ready' && row.state !== 'Ready') return { state: 'waiting', why: row.message || row.state };
  return { state: 'reached' };
}

export interface WaitOptions {
  goal: Goal;
  /** What our own write returned: the watch starts there, and older generations don't count. */
  from?: MultiKeyListener;
  timeoutMs: number;
  signal: AbortSignal;
  /** Called with why it is not reached yet, or that the connection is lost. */
  onWaiting?(why: string): void;
}

/** A signal that also aborts after some time; the time can be cut short for a while. */
export interface Deadline {
  signal: AbortSignal;
  /** The whole time is over (not: only the shortened one). */
  expired(): boolean;
  /** Abort already in that many milliseconds, unless restored before. */
  shorten(ms: number): void;
  restore(): void;
  clear(): void;
}

/** Starts the clock of a deadline; `clear` must be called in the end. */
export function deadline(signal: AbortSignal, timeoutMs: number): Deadline {
  const whole = new AbortController();
  const short = new AbortController();
  let shortTimer: NodeJS.Timeout | undefined;
  // Timers longer than this fire at once.
  const timer = setTimeout(() => whole.abort(), Math.min(timeoutMs, 2 ** 31 - 1));
  const restore = (): void => {
    clearTimeout(shortTimer);
    shortTimer = undefined;
  };
  return {
    signal: AbortSignal.any([signal, whole.signal, short.signal]),
    expired: () => whole.signal.aborted,
    shorten: (ms) => {
      shortTimer ??= setTimeout(() => short.abort(), Math.max(0, ms));
    },
    restore,
    clear: () => {
      clearTimeout(timer);
      restore();
    },
  };
}

/** "No active site" is final, unless a Site exists: then it is given the time a controller needs. */
export async function mayClear(
  store: Store,
  resource: MultiKeyListener,
  message: string,
  signal: AbortSignal,
): Promise<boolean> {
  if (message !== NO_SITE) return false;
  const { sites } = await store.facts(resource, { signal });
  return sites.known && sites.value.length > 0;
}

/**
 * Watches until the goal is reached and returns the resource as it is then.
 * Throws `resource-error` at once when it reports an error for this generation,
 * `wait-timeout` at the deadline, `not-found` when it is deleted meanwhile, `interrupted`.
 */
export async function waitFor(store: Store, name: string, options: WaitOptions): Promise<MultiKeyListener> {
  const generation = options.from?.metadata.generation ?? 0;
  // A write that changed no spec (labels) is followed by no event.
  if (options.from && judge(options.from, options.goal, generation).state === 'reached') return options.from;
  const limit = deadline(options.signal, options.timeoutMs);
  const started = Date.now();
  let why = 'nothing has processed it yet';
  let graceAsked = false;
  // A store that can't start at a version lists instead. After a loss only what changed is reported, DELETED included.
  const listed = store.where.folder !== undefined || options.from === undefined;
  let seen = false;
  let lost: Failure | undefined;
  try {
    for await (const event of store.watch({ name, since: options.from?.metadata.resourceVersion }, limit.signal)) {
      if (event.type === 'LOST') {
        lost = event.failure;
        options.onWaiting?.(`${lost.message}; trying again`);
        continue;
      }
      lost = undefined;
      if (event.type === 'SYNCED') {
        if (listed && !seen) throw goneWhileWaiting(name, options.goal);
        continue;
      }
      seen = true;
      if (event.type === 'DELETED') throw goneWhileWaiting(name, options.goal);
      const verdict = judge(event.object, options.goal, generation);
      if (verdict.state === 'reached') return event.object;
      why = verdict.state === 'waiting' ? verdict.why : verdict.message;
      if (verdict.state === 'failed') {
        graceAsked ||= await mayClear(store, event.object, verdict.message, limit.signal);
        if (limit.signal.aborted) break;
        if (verdict.message !== NO_SITE || !graceAsked) throw reportsError(name, verdict.message);
        limit.shorten(started + SITE_GRACE_MS - Date.now());
      } else limit.restore();
      options.onWaiting?.(why);
    }
  } finally {
    limit.clear();
  }
  if (options.signal.aborted) throw new Failure('interrupted', 'interrupted');
  throw limit.expired() ? tooLate(name, options, lost?.message ?? why) : reportsError(name, why);
}

function goneWhileWaiting(name: string, goal: Goal): Failure {
  return new Failure('not-found', `${name} was deleted before it was ${goal}`, {
    hint: 'Somebody else deleted it; create it again.',
  });
}

function reportsError(name: string, message: string): Failure {
  return new Failure('resource-error', `${name} reports an error: ${message}`, {
    hint:
      message === NO_SITE
        ? 'Create a Site in this namespace (skupper site create NAME); the resource stays and recovers by itself.'
        : `The resource stays. Look at it with: skupper multikeylistener inspect ${shellWord(name)}`,
  });
}

function seconds(ms: number): string {
  return ms < 10_000 ? `${ms / 1000} s` : `${Math.round(ms / 1000)} s`;
}

function tooLate(name: string, options: WaitOptions, why: string): Failure {
  return new Failure('wait-timeout', `${name} is not ${options.goal} after ${seconds(options.timeoutMs)}: ${why}`, {
    hint: `The resource was written and stays. Look at it with: skupper multikeylistener inspect ${shellWord(name)}`,
  });
}

/**
 * Watches until the resource of that uid is gone: no resource of the name, or another uid.
 * Throws `wait-timeout` at the deadline and `interrupted`.
 */
export async function waitUntilGone(
  store: Store,
  name: string,
  options: { uid?: string; timeoutMs: number; signal: AbortSignal },
): Promise<void> {
  const limit = deadline(options.signal, options.timeoutMs);
  let present = false;
  let lost: Failure | undefined;
  try {
    for await (const event of store.watch({ name }, limit.signal)) {
      lost = event.type === 'LOST' ? event.failure : undefined;
      if (event.type === 'LOST') continue;
      if (event.type === 'SYNCED') {
        if (!present) return;
      } else {
        const other = options.uid !== undefined && event.object.metadata.uid !== options.uid;
        present = event.type !== 'DELETED' && !other;
        if (!present) return;
      }
    }
  } finally {
    limit.clear();
  }
  if (options.signal.aborted) throw new Failure('interrupted', 'interrupted');
  const why = lost?.message ?? 'a finalizer holds it';
  throw new Failure('wait-timeout', `${name} is not gone after ${seconds(options.timeoutMs)}: ${why}`, {
    hint: `The deletion was sent. See who holds it with: skupper multikeylistener inspect ${shellWord(name)} -o yaml`,
  });
}
