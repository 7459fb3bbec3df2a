import type { Disruption } from '../../model/change/disruption.js';
import type { MultiKeyListener } from '../../model/resource.js';
import type { Store } from '../../store/store.js';
import { carryOut } from './plan-update.js';
import { recreate, type RecreateOptions } from './recreate.js';
import { writeTwice, type TwoWritesOptions } from './two-writes.js';
import type { Update } from './work.js';

export type DeliveryOptions = TwoWritesOptions & RecreateOptions;

/**
 * One write, two, or delete and create; a dry run asks about the final state
 * alone. Returns what is stored then. Throws what `carryOut`, `writeTwice` and `recreate` throw.
 */
export function deliver(
  store: Store,
  update: Update,
  disruption: Disruption,
  options: DeliveryOptions,
): Promise<MultiKeyListener> {
  const { way, before, after, again } = update;
  // A system site changes the kind in its file, unless it is reloaded between a delete and a create.
  if (way === 'recreate' && !(store.changesKind && !options.forget)) return recreate(store, before, after, options);
  const [first, last] = disruption.steps;
  if (!first || !last || options.dryRun) return carryOut(store, update, again, options);
  return writeTwice(store, update, [first, last], options);
}
