import type { Change } from '../../model/change.js';
import type { Disruption } from '../../model/disruption.js';
import type { MultiKeyListener } from '../../model/resource.js';
import type { Store } from '../../store/store.js';
import { writeTwice, type TwoWritesOptions } from './two-writes.js';
import { recreate, type RecreateOptions } from './recreate.js';
import { carryOut, type Plan } from './plan-update.js';

/** A decided update on its way to the store. */
export interface Delivery {
  change: Change;
  plan: Plan;
  /** The same change of the resource as it is now, after somebody else changed it. */
  again(before: MultiKeyListener): Plan;
  disruption: Disruption;
}

export type DeliveryOptions = TwoWritesOptions & RecreateOptions;

/**
 * One write, two, or delete and create; a dry run asks about the final state
 * alone. Returns what is stored then. Throws what `carryOut`, `writeTwice` and `recreate` throw.
 */
export function deliver(store: Store, delivery: Delivery, options: DeliveryOptions): Promise<MultiKeyListener> {
  const { change, plan, again, disruption } = delivery;
  if (plan.way === 'recreate' && !store.changesKind) return recreate(store, plan.before, plan.after, options);
  const [first, last] = disruption.steps;
  if (!first || !last || options.dryRun) return carryOut(store, plan, again, options);
  return writeTwice(store, plan.before, change, [first, last], options);
}
