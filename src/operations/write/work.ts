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

/** A change planned by `planUpdate` or `planApply`; `again` plans it anew after another client has changed the resource. */
export interface Update extends Plan {
  again(before: MultiKeyListener): Plan;
}

/** A deletion. With a uid (the resource was found by a selector) only the resource with this uid is deleted. */
export interface Deletion {
  way: 'delete';
  name: string;
  uid?: string;
}

/** One decided write and the store that it goes to: the input of `write`. */
export type Work = { store: Store } & (Creation | Update | Deletion);

/** What was done to a resource. */
export type Outcome = 'created' | 'updated' | 'unchanged' | 'deleted' | 'recreated';

/** The events of `check` and `write`, in order. */
export type WriteEvent =
  | { type: 'checked'; findings: Findings }
  | { type: 'disruption'; before: MultiKeyListener; after: MultiKeyListener; disruption: Disruption }
  | { type: 'notice'; text: string }
  | { type: 'done'; name: string; outcome: Outcome }
  /** The system site of this store has to be reloaded to apply the written files. */
  | { type: 'reload-needed'; store: Store };

/** Two parts of the error of a failed reload: the state that holds now, and the hint about the next command. */
export interface ReloadTold {
  holds: string;
  next: string;
}

export interface WriteOptions {
  /** `client`: no write request is sent; `server`: each write request is sent as a dry run. */
  dryRun: 'none' | 'client' | 'server';
  /** The platform is a system site. */
  system: boolean;
  /** The goal to wait for after the writes. Deletions are waited for with every goal but `none`. */
  goal: 'none' | 'deleted' | Goal;
  timeoutMs: number;
  signal: AbortSignal;
  /** Run the preflight checks for all resources before the first write. */
  preflight: boolean;
  /** Write even if a check of the surroundings finds an error. */
  force: boolean;
  /** Always write once, even if this refuses clients for a moment. */
  oneStep: boolean;
  /** The fixed wait between two writes if the routers cannot be asked, in milliseconds. */
  settleMs: number;
  /** Deleting a resource that does not exist succeeds. */
  ignoreNotFound: boolean;
  tell(event: WriteEvent): void;
  /** Waits until a written resource reaches the goal; returns it as it is then. */
  wait(store: Store, written: MultiKeyListener, goal: Goal, signal: AbortSignal): Promise<MultiKeyListener>;
  /** Writes a backup of a manifest to disk before the resource is deleted. */
  keep(store: Store, resource: MultiKeyListener): Promise<Kept>;
  /** The command line that completes an update that stopped between two writes. */
  completing(plan: Plan): string;
  /** Reloads a system site after the writes (and between the delete and the create of a recreation). */
  reload?(store: Store, told: ReloadTold): Promise<void>;
  /** Waits after a reload until the router of the site is back and uses the written specs. */
  reloaded?(store: Store, names: readonly string[]): Promise<void>;
  /** Returns the failure of a deletion with a suggestion added, such as a similar name. */
  explain?(store: Store, name: string, failure: unknown): Promise<unknown>;
}

/** The name of the resource that is written or deleted. */
export function nameOf(work: Work): string {
  return work.way === 'delete' ? work.name : work.after.metadata.name;
}
