import { goalText, judgeGoal, type WaitGoal } from './goals.js';
import { Failure, isFailure, type Problem } from '../../model/failure.js';
import type { MultiKeyListener } from '../../model/resource.js';
import { shellWord } from '../../model/text.js';
import type { Store } from '../../store/store.js';
import { deadline, mayClear, SITE_GRACE_MS, type Deadline } from './wait.js';

export interface WaitManyOptions {
  /** These, or all that the selector (or nothing) matches when the wait begins. */
  names: readonly string[];
  selector?: string;
  /** All of them must hold, for every resource. */
  goals: readonly WaitGoal[];
  timeoutMs: number;
  signal: AbortSignal;
  /** Called once for each resource when its last goal is reached. */
  onReached(name: string, resource: MultiKeyListener | undefined): void;
  onLost?(why: string): void;
}

type Standing = { reached: true } | { reached: false; why: string; failed: boolean };

/** Where one resource stands to all goals: the first that does not hold speaks. */
function standing(resource: MultiKeyListener | undefined, goals: readonly WaitGoal[]): Standing {
  for (const goal of goals) {
    const verdict = judgeGoal(resource, goal);
    if (verdict.state === 'reached') continue;
    const failed = verdict.state === 'failed';
    return { reached: false, failed, why: verdict.state === 'failed' ? verdict.message : verdict.why };
  }
  return { reached: true };
}

/** The state of one wait for several resources, over one watch. */
class ManyWait {
  private readonly present = new Map<string, MultiKeyListener>();
  private readonly pending = new Set<string>();
  private readonly started = Date.now();
  /** Those whose error may still clear by itself, with it. */
  private readonly graced = new Map<string, Failure>();
  synced = false;

  constructor(
    private readonly store: Store,
    private readonly options: WaitManyOptions,
    private readonly limit: Deadline,
  ) {
    for (const name of options.names) this.pending.add(name);
  }

  /** The resources that are not there yet, each with why. */
  get late(): Problem[] {
    return [...this.pending].map((name) => {
      const state = standing(this.present.get(name), this.options.goals);
      return { field: name, message: state.reached ? 'just reached' : state.why };
    });
  }

  /** Takes one object in; true when everything is reached. */
  async take(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: MultiKeyListener): Promise<boolean> {
    const { name } = object.metadata;
    const { names } = this.options;
    if (names.length > 0 && !names.includes(name)) return false;
    if (type === 'DELETED') this.present.delete(name);
    else this.present.set(name, object);
    if (!this.synced) {
      if (names.length === 0) this.pending.add(name);
      return false;
    }
    return this.judge(name);
  }

  /** Everything that exists is known: judges all, and misses what is not there. */
  async sync(): Promise<boolean> {
    const first = !this.synced;
    this.synced = true;
    if (first && this.pending.size === 0 && !this.wants('delete')) throw this.nothing();
    for (const name of [...this.pending]) await this.judge(name);
    return this.pending.size === 0;
  }

  private wants(kind: WaitGoal['kind']): boolean {
    return this.options.goals.some((goal) => goal.kind === kind);
  }

  private async judge(name: string): Promise<boolean> {
    if (!this.pending.has(name)) return false;
    const resource = this.present.get(name);
    if (!resource && !this.wants('create') && !this.wants('delete')) throw missing(name, this.store);
    const state = standing(resource, this.options.goals);
    this.graced.delete(name);
    if (state.reached) {
      this.pending.delete(name);
      this.options.onReached(name, resource);
    } else if (state.failed && resource) {
      const failure = this.impossible(name, state.why);
      if (!(await mayClear(this.store, resource, state.why, this.limit.signal))) throw failure;
      this.graced.set(name, failure);
    }
    if (this.graced.size === 0) this.limit.restore();
    else this.limit.shorten(this.started + SITE_GRACE_MS - Date.now());
    return this.pending.size === 0;
  }

  /** What did not clear in the time it was given, when the watch has ended. */
  get uncleared(): Failure | undefined {
    return [...this.graced.values()][0];
  }

  private impossible(name: string, why: string): Failure {
    return new Failure('resource-error', `${name} can't become ${this.goals()}: ${why}`, {
      causes: this.late,
      hint: `Look at it with: skupper multikeylistener inspect ${shellWord(name)}`,
    });
  }

  goals(): string {
    return this.options.goals.map(goalText).join(' and ');
  }

  private nothing(): Failure {
    const { selector } = this.options;
    const which = selector === undefined ? '' : ` with labels ${selector}`;
    return new Failure('not-found', `no multikeylisteners${which} in namespace ${this.store.where.namespace}`, {
      hint: 'List what there is with: skupper multikeylistener status',
    });
  }
}

function missing(name: string, store: Store): Failure {
  return new Failure('not-found', `${name} does not exist in namespace ${store.where.namespace}`, {
    hint: 'To wait for it to come, add --for create.',
  });
}

/**
 * Waits for several resources over one watch and under one deadline.
 *
 * Throws `wait-timeout` with every resource that is late and why,
 * `resource-error` when one can never reach its goal, `not-found`, `interrupted`.
 */
export async function waitForMany(store: Store, options: WaitManyOptions): Promise<void> {
  const limit = deadline(options.signal, options.timeoutMs);
  const wait = new ManyWait(store, options, limit);
  const [only] = options.names;
  let lost: Failure | undefined;
  const query = options.names.length === 1 ? { name: only } : { selector: options.selector };
  try {
    for await (const event of store.watch(query, limit.signal)) {
      lost = event.type === 'LOST' ? event.failure : undefined;
      if (event.type === 'LOST') {
        // A server that was never reached is no lost connection.
        if (!wait.synced) throw event.failure;
        options.onLost?.(event.failure.message);
      } else if (event.type === 'SYNCED') {
        if (await wait.sync()) return;
      } else if (await wait.take(event.type, event.object)) return;
    }
  } catch (error) {
    if (!limit.signal.aborted || !isFailure(error, 'interrupted')) throw error;
  } finally {
    limit.clear();
  }
  if (options.signal.aborted) throw new Failure('interrupted', 'interrupted');
  if (!limit.expired() && wait.uncleared) throw wait.uncleared;
  const seconds = Math.round(options.timeoutMs / 100) / 10;
  const { late } = wait;
  const unseen = lost ? `; ${lost.message}` : '';
  throw new Failure(
    'wait-timeout',
    `not ${wait.goals()} after ${seconds} s: ${late.map(({ field }) => field).join(', ')}${unseen}`,
    {
      causes: late,
      hint: `Look closer with: skupper multikeylistener inspect ${shellWord(late[0]?.field ?? 'NAME')}`,
    },
  );
}
