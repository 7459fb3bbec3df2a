import type { Disruption } from '../../model/change/disruption.js';
import type { MultiKeyListener } from '../../model/resource.js';
import type { Store } from '../../store/store.js';
import { carryOut } from './plan-update.js';
import { recreate, type RecreateOptions } from './recreate.js';
import { writeTwice, type TwoWritesOptions } from './two-writes.js';
import type { Update } from './work.js';

export type DeliveryOptions = TwoWritesOptions & RecreateOptions;

/**
 * Sends an update as one write, as two writes, or as a delete and a create. A dry run sends only the final state.
 *
 * @returns the resource after the last write
 * @throws what `carryOut`, `writeTwice` and `recreate` throw
 */
export function deliver(
  store: Store,
  update: Update,
  disruption: Disruption,
  options: DeliveryOptions,
): Promise<MultiKeyListener> {
  const { way, before, after, again } = update;
  // A system site (`changesKind`) needs no delete: its file is overwritten, unless the site is reloaded between delete and create.
  if (way === 'recreate' && !(store.changesKind && !options.forget)) return recreate(store, before, after, options);
  const [first, last] = disruption.steps;
  if (!first || !last || options.dryRun) return carryOut(store, update, again, options);
  return writeTwice(store, update, [first, last], options);
}
