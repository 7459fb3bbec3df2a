import type { Change } from '../../model/change/change.js';
import { disruption, type Disruption } from '../../model/change/disruption.js';
import type { Facts } from '../../model/facts.js';
import { Failure, isFailure } from '../../model/failure.js';
import type { MultiKeyListener, Strategy } from '../../model/resource.js';
import { reachableNow } from '../../model/routing.js';
import { describeStrategy } from '../../model/strategy.js';
import type { Store } from '../../store/store.js';
import { judge } from '../wait/goals.js';
import { carryOut, planUpdate, refuseIfTouched, type Plan } from './plan-update.js';
import { settle, type SettleOptions } from './settle.js';

/** Predicts what the plan does to connections, from the status of the resource and, if known, the facts about the network. */
export function foresee(
  plan: Plan,
  options: { system: boolean; forgets?: boolean; oneStep: boolean; facts?: Facts },
): Disruption {
  const { before, after, way } = plan;
  const silent = !options.system && (before.status?.conditions ?? []).length === 0;
  // A resource that no controller has processed has no clients.
  const reachable = silent ? new Set<string>() : reachableNow(before, options.facts);
  return disruption(before.spec, after.spec, reachable, {
    recreate: way === 'recreate',
    reload: options.system,
    forgets: options.forgets,
    oneStep: options.oneStep,
    unprocessed: judge(before, 'configured').state !== 'reached',
  });
}

export interface TwoWritesOptions extends SettleOptions {
  /** Waits, with its own deadline, until Configured is for the written generation; returns the resource then. */
  configured(written: MultiKeyListener): Promise<MultiKeyListener>;
  /** The command line that completes the change if the second write fails. */
  completing: string;
}

/**
 * Changes weights so that the router always has a reachable routing key: writes the first strategy with all other
 * changes, waits until it is in use, then writes the second strategy. Each write has its own precondition, so changes by
 * other clients between the two writes are kept, unless they change the strategy.
 *
 * @returns the resource after the second write
 * @throws Failure what the first write throws (nothing was changed), or the failure after it, which says which strategy
 *   holds now and how to complete the change
 */
export async function writeTwice(
  store: Store,
  plan: Plan,
  steps: readonly [Strategy, Strategy],
  options: TwoWritesOptions,
): Promise<MultiKeyListener> {
  const { signal } = options;
  const planner =
    (part: Change) =>
    (now: MultiKeyListener): Plan =>
      planUpdate(now, part, 'kubernetes', { inPlace: true });
  const first = planner({ patch: withoutStrategy(plan.patch), strategy: steps[0], problems: [] });
  const second = planner({ patch: {}, strategy: steps[1], problems: [] });
  const written = await carryOut(store, first(plan.before), first, { dryRun: false, signal });
  try {
    const current = await options.configured(written);
    const last = second(current);
    if (last.way === 'unchanged') return current;
    refuseIfTouched(second(written), current);
    await settle(store, current, options);
    return await carryOut(store, last, second, { dryRun: false, signal });
  } catch (error) {
    throw onlyFirst(error, written, steps[0], options);
  }
}

function withoutStrategy({ spec, ...rest }: Plan['patch']): Plan['patch'] {
  const fields = Object.entries(spec ?? {}).filter(([field]) => field !== 'strategy');
  return fields.length > 0 ? { ...rest, spec: Object.fromEntries(fields) } : rest;
}

/**
 * The failure after the first write, with the command that completes the change. After a deletion by another client there
 * is nothing to complete; after a conflict the user has to decide first.
 */
function onlyFirst(error: unknown, written: MultiKeyListener, first: Strategy, options: TwoWritesOptions): unknown {
  if (!isFailure(error) || error.code === 'not-found') return error;
  const { name } = written.metadata;
  const conflict = error.code === 'conflict';
  const now = conflict ? '' : `; ${name} is ${describeStrategy(first)} now`;
  const message = `only step 1 of 2 of the change to ${name} was done${now}: ${error.message}`;
  const hint = `${conflict ? 'If it is still wanted, complete' : 'Complete'} it with: ${options.completing}`;
  if (error.code === 'interrupted') {
    // The report of an interruption is only "interrupted", so the details are narrated here.
    options.narrate(`Only step 1 of 2 of the change to ${name} was done${now}.`);
    options.narrate(hint);
  }
  return new Failure(error.code, message, { causes: error.causes, hint, cause: error });
}
