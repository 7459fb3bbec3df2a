import { Failure, isFailure } from '../../model/failure.js';
import type { MultiKeyListener } from '../../model/resource.js';
import type { Store, StoreEvent } from '../../store/store.js';
import { deadline, type Deadline } from './deadline.js';
import { impossible, missing, notApplied, nothingFound, tooLate, type Late, type WaitSubject } from './failures.js';
import { goalText, goalVerb, standing, type FailedJudgement, type Judgement, type WaitGoal } from './goals.js';
import { poll } from './poll.js';
import { ROUTER_POLL_MS, SecondOpinion } from './router.js';
import { withTicks } from './ticks.js';

/** Once a Site is active the controller clears its "No active site" error within this time, in milliseconds. */
const SITE_GRACE_MS = 30_000;

/**
 * The resources to wait for: the one that our own write returned, the named ones, or (without names) all resources that the
 * selector matches when the wait begins.
 */
export interface WaitTargets {
  names: readonly string[];
  selector?: string;
  /** The resource that our own write returned (only with one name): the watch starts at its version and ignores older generations. */
  written?: MultiKeyListener;
}

export interface WaitOptions {
  /** One deadline for all targets. */
  timeoutMs: number;
  signal: AbortSignal;
  /** The goal `ready` also requires that the routers of the cluster use the present spec, if they can be asked. */
  routers?: boolean;
  /** Our own request has just succeeded, so a connection that fails at the start is retried. Default: whether `written` is set. */
  afterWrite?: boolean;
  /** Called once for each resource when its last goal is reached. */
  onReached?(name: string, resource: MultiKeyListener | undefined): void;
  /** Called with the reason why a resource has not reached its goals yet. */
  onWaiting?(why: string): void;
  /** Called with the reason when the connection is lost, and again when the reason changes. */
  onLost?(why: string): void;
}

/**
 * Waits until every target has reached all goals, with one watch and one deadline. If watching is forbidden it polls.
 *
 * @returns the resources as they were when they reached the goals, in the order in which they did
 * @throws Failure `resource-error` at once if a goal can never be reached (an error of this generation, a change that
 *   a system site applies only when it is reloaded), `wait-timeout` at the deadline, `not-found` if a resource does
 *   not exist or was deleted meanwhile, `interrupted`, and what the watch throws
 */
export function waitFor(
  store: Store,
  targets: WaitTargets,
  goals: readonly WaitGoal[],
  options: WaitOptions,
): Promise<MultiKeyListener[]> {
  return new Wait(store, targets, goals, options).run();
}

/** Waits until the resource with this name (and uid, if given) is gone. Throws `wait-timeout` and `interrupted`. */
export async function waitUntilGone(
  store: Store,
  name: string,
  { uid, ...options }: { uid?: string; timeoutMs: number; signal: AbortSignal },
): Promise<void> {
  await waitFor(store, { names: [name] }, [{ kind: 'delete', uid }], { ...options, afterWrite: true });
}

/** The state of one wait. */
class Wait {
  private readonly present = new Map<string, MultiKeyListener>();
  private readonly pending: Set<string>;
  private readonly reached: MultiKeyListener[] = [];
  /** By name: the failure to throw if the error of this resource does not clear by itself in time. */
  private readonly graced = new Map<string, Failure>();
  private readonly started = Date.now();
  private readonly limit: Deadline;
  private readonly subject: WaitSubject;
  private readonly opinion: SecondOpinion;
  /** By name: why the routers do not use a resource yet whose status has reached all goals. */
  private readonly doubted = new Map<string, string>();
  private siteExists = false;
  private synced = false;
  private lost: Failure | undefined;

  constructor(
    private readonly store: Store,
    private readonly targets: WaitTargets,
    private readonly goals: readonly WaitGoal[],
    private readonly options: WaitOptions,
  ) {
    const { written, names } = targets;
    const afterWrite = options.afterWrite ?? written !== undefined;
    const goal = goals.map(goalText).join(' and ');
    this.subject = { goal, verb: goals.map(goalVerb).join(' and '), where: store.where, afterWrite };
    this.pending = new Set(names);
    // A watch that starts at the version of our write shows the resource only when it changes. A system site lists it first.
    if (written && store.where.folder === undefined) this.present.set(written.metadata.name, written);
    this.limit = deadline(options.signal, options.timeoutMs);
    this.opinion = new SecondOpinion(store, this.limit.signal);
  }

  async run(): Promise<MultiKeyListener[]> {
    const { written } = this.targets;
    try {
      // No event follows a write that did not change the spec (labels, for example).
      if (written && this.standing(written).state === 'reached') return [written];
      const pauseMs = (): number | undefined => (this.doubted.size > 0 ? ROUTER_POLL_MS : undefined);
      for await (const event of withTicks(this.events(), pauseMs, this.limit.signal))
        if (event.type === 'TICK' ? await this.askAgain() : await this.take(event)) return this.reached;
    } catch (error) {
      if (!this.limit.signal.aborted || !isFailure(error, 'interrupted')) throw error;
    } finally {
      this.limit.clear();
    }
    if (this.options.signal.aborted) throw new Failure('interrupted', 'interrupted');
    const [uncleared] = this.graced.values();
    if (uncleared && !this.limit.expired()) throw uncleared;
    throw tooLate(this.subject, this.options.timeoutMs, this.late(), this.lost);
  }

  private async *events(): AsyncGenerator<StoreEvent> {
    const { names, selector, written } = this.targets;
    const query = names.length === 1 ? { name: names[0], since: written?.metadata.resourceVersion } : { selector };
    try {
      yield* this.store.watch(query, this.limit.signal);
    } catch (error) {
      if (!isFailure(error, 'forbidden')) throw error;
      yield* poll(this.store, { names, selector, known: [...this.present.values()] }, this.limit.signal);
    }
  }

  /** Handles one event; true once all targets have reached the goals. */
  private async take(event: StoreEvent): Promise<boolean> {
    const { names } = this.targets;
    const before = this.lost?.message;
    this.lost = event.type === 'LOST' ? event.failure : undefined;
    if (event.type === 'LOST') {
      // A server that was never reached is an error, not a lost connection.
      if (!this.synced && !this.subject.afterWrite) throw event.failure;
      // Every attempt to reconnect that fails is another event.
      if (event.failure.message !== before) this.options.onLost?.(event.failure.message);
      return false;
    }
    if (event.type === 'SYNCED') {
      const first = !this.synced;
      this.synced = true;
      if (first && names.length === 0 && this.pending.size === 0 && !this.wants('delete'))
        throw nothingFound(this.subject, this.targets.selector);
      for (const name of [...this.pending]) await this.judge(name);
    } else {
      const { name } = event.object.metadata;
      if (names.length > 0 && !names.includes(name)) return false;
      if (event.type === 'DELETED' || this.isAnother(event.object)) this.present.delete(name);
      else this.present.set(name, event.object);
      if (!this.synced && names.length === 0) this.pending.add(name);
      // Several resources are judged only after the first list is complete, so that they are reported in the order of their names.
      if (this.synced || names.length === 1) await this.judge(name);
    }
    return this.pending.size === 0 && (this.synced || names.length > 0);
  }

  /** Asks the routers again, since no event reports when they use a spec; true once all targets have reached the goals. */
  private async askAgain(): Promise<boolean> {
    for (const name of [...this.doubted.keys()]) await this.judge(name);
    return this.pending.size === 0;
  }

  /** True if the goal is the deletion of another resource, whose name this one has taken. */
  private isAnother({ metadata }: MultiKeyListener): boolean {
    return this.goals.some((goal) => goal.kind === 'delete' && goal.uid !== undefined && goal.uid !== metadata.uid);
  }

  private wants(...kinds: WaitGoal['kind'][]): boolean {
    return this.goals.some(({ kind }) => kinds.includes(kind));
  }

  private standing(resource: MultiKeyListener | undefined): ReturnType<typeof standing> {
    return standing(resource, this.goals, this.targets.written?.metadata.generation);
  }

  /** Judges the goals by the status; if they are reached and include `ready`, asks the routers too. */
  private async judgement(name: string, resource: MultiKeyListener | undefined): Promise<Judgement> {
    const state = this.standing(resource);
    const before = this.doubted.get(name);
    this.doubted.delete(name);
    if (state.state !== 'reached' || !resource || !this.options.routers || !this.wants('ready')) return state;
    const said = await this.opinion.against(resource);
    // At the deadline the reading was cut off, so it says nothing: the previous answer counts.
    const why = this.limit.signal.aborted ? (before ?? 'the router did not answer in time') : said;
    if (why === undefined) return state;
    this.doubted.set(name, why);
    return { state: 'waiting', why };
  }

  private async judge(name: string): Promise<void> {
    if (!this.pending.has(name)) return;
    const resource = this.present.get(name);
    if (!resource && !this.wants('create', 'delete')) throw missing(this.subject, name);
    const state = await this.judgement(name, resource);
    this.graced.delete(name);
    if (state.state === 'reached') {
      this.pending.delete(name);
      if (resource) this.reached.push(resource);
      this.options.onReached?.(name, resource);
    } else {
      this.options.onWaiting?.(state.why);
      if (state.state === 'unapplied') throw notApplied(this.subject, name);
      if (state.state === 'failed' && resource) await this.fail(name, resource, state);
    }
    if (this.graced.size === 0) this.limit.restore();
    else this.limit.shorten(this.started + SITE_GRACE_MS - Date.now());
  }

  /** Throws, unless the error is "no active site" and a Site exists: the controller then gets SITE_GRACE_MS to clear the error. */
  private async fail(name: string, resource: MultiKeyListener, judgement: FailedJudgement): Promise<void> {
    const failure = impossible(this.subject, name, judgement, this.late());
    if (!judgement.noSite) throw failure;
    if (!this.siteExists) {
      const { sites } = await this.store.facts(resource, { signal: this.limit.signal });
      if (this.limit.signal.aborted) return;
      this.siteExists = sites.known && sites.value.length > 0;
    }
    if (!this.siteExists) throw failure;
    this.graced.set(name, failure);
  }

  /** The resources that have not reached the goals, each with the reason. */
  private late(): Late[] {
    return [...this.pending].map((name) => {
      const resource = this.present.get(name) ?? this.targets.written;
      if (!resource && !this.synced) return { field: name, message: 'waiting for the first answer' };
      const state = this.standing(resource);
      const doubt = this.doubted.get(name) ?? 'just reached';
      const message = state.state === 'reached' ? doubt : state.why;
      return { field: name, message, ...(!resource && { absent: true }) };
    });
  }
}
