import type { Disruption } from '../../model/change/disruption.js';
import type { MultiKeyListener } from '../../model/resource.js';
import type { Findings } from '../../findings/findings.js';
import type { Store } from '../../store/store.js';
import type { Goal } from '../wait/goals.js';
import type { Plan } from './plan-update.js';
import type { Kept } from './recreate.js';

export interface Creation {
  way: 'create';
  after: MultiKeyListener;
}

/** A change that was planned (`planUpdate`, `planApply`), and how to plan it anew when somebody else changes the resource. */
export interface Update extends Plan {
  again(before: MultiKeyListener): Plan;
}

/** With a uid (a selector found the resource) exactly that one is deleted. */
export interface Deletion {
  way: 'delete';
  name: string;
  uid?: string;
}

/** One decided write and the store that it goes to: the input of `write`. */
export type Work = { store: Store } & (Creation | Update | Deletion);

/** What was done to a resource. */
export type Outcome = 'created' | 'updated' | 'unchanged' | 'deleted' | 'recreated';

/** What `write` tells while it works, in order. */
export type WriteEvent =
  | { type: 'checked'; findings: Findings }
  | { type: 'disruption'; before: MultiKeyListener; after: MultiKeyListener; disruption: Disruption }
  | { type: 'notice'; text: string }
  | { type: 'done'; name: string; outcome: Outcome }
  /** A system site has to be reloaded before what was written counts. */
  | { type: 'reload-needed'; store: Store };

/** What a failed reload means, for its error: what holds now, and what to do next. */
export interface ReloadTold {
  holds: string;
  next: string;
}

export interface WriteOptions {
  /** `client`: no writing request of any kind is sent; `server`: each is sent as a dry run. */
  dryRun: 'none' | 'client' | 'server';
  /** The platform is a system site. */
  system: boolean;
  /** What is waited for after the writes; a deletion is waited for with every goal but `none`. */
  goal: 'none' | 'deleted' | Goal;
  timeoutMs: number;
  signal: AbortSignal;
  /** Check what surrounds the resources before the first is written. */
  preflight: boolean;
  /** Errors about the surroundings do not stop the write. */
  force: boolean;
  /** Never two writes where one would refuse clients. */
  oneStep: boolean;
  /** Between two writes, in milliseconds. */
  settleMs: number;
  /** A deletion of what does not exist is no failure. */
  ignoreNotFound: boolean;
  tell(event: WriteEvent): void;
  /** Waits for one resource that was written; returns it as it is then. */
  wait(store: Store, written: MultiKeyListener, goal: Goal, signal: AbortSignal): Promise<MultiKeyListener>;
  /** Keeps a manifest durably before the resource is deleted. */
  keep(store: Store, resource: MultiKeyListener): Promise<Kept>;
  /** The command line that completes an update that stopped between two writes. */
  completing(plan: Plan): string;
  /** Reloads a system site after the writes (and between the delete and the create of a recreation). */
  reload?(store: Store, told: ReloadTold): Promise<void>;
  /** Waits after a reload until the router of the site is back with what was written. */
  reloaded?(store: Store, names: readonly string[]): Promise<void>;
  /** Adds to the failure of a deletion what was probably meant. */
  explain?(store: Store, name: string, failure: unknown): Promise<unknown>;
}

/** The name of the resource that a work is about. */
export function nameOf(work: Work): string {
  return work.way === 'delete' ? work.name : work.after.metadata.name;
}
