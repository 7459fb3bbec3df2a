import { Failure } from '../../model/failure.js';
import type { MultiKeyListener } from '../../model/resource.js';
import { holdsStrategy, isReachable, routerListener, type RouterState } from '../../model/router.js';
import { reachableKeys } from '../../model/shares.js';
import { sharesOf, type ShiftStep } from '../../model/shift.js';
import { describeStrategy, keysOf, sameStrategy } from '../../model/strategy.js';
import { summarise } from '../../model/summary.js';
import type { Store } from '../../store/store.js';

/** One check after a step. */
export interface StepCheck {
  name: 'reachable' | 'status' | 'router' | 'measured' | 'command';
  /** Undefined where nothing tells. */
  passed: boolean | undefined;
  /** Why it failed, or cannot be told. */
  why?: string;
}

/** New connections that each key was given since the step was in force. */
export interface Measured {
  total: number;
  /** Percent of the total by key. */
  shares: Record<string, number>;
}

export interface CheckOptions {
  signal: AbortSignal;
  /** The check of the person's own. */
  command?(): Promise<StepCheck>;
  measured(measured: Measured): void;
}

/** With fewer connections than this a share that differs says nothing (docs/traffic.md). */
const ENOUGH_CONNECTIONS = 1000;
const STANDARD_DEVIATIONS = 4;
/**
 * Checks how the resource and its traffic are after a step.
 *
 * @param before the router's counters when the step came into force; undefined where the router cannot be asked
 * @returns the results, the person's own check last
 * @throws Failure `conflict` when somebody else changed the resource, `not-found` when it is gone
 */
export async function checksOf(
  store: Store,
  written: MultiKeyListener,
  step: ShiftStep,
  before: RouterState | undefined,
  options: CheckOptions,
): Promise<StepCheck[]> {
  const { name } = written.metadata;
  const { signal } = options;
  const [now, router] = await Promise.all([
    store.get(name, { signal }),
    before ? store.routers().state({ network: false, signal }) : undefined,
  ]);
  refuseIfChanged(written, now);
  const state = router?.known ? router.value : undefined;
  const measured = before && state ? measuredBetween(before, state, name) : undefined;
  if (measured) options.measured(measured);
  return [
    reachableCheck(now, step, state),
    statusCheck(now),
    ...(state ? [routerCheck(now, state)] : []),
    ...(measured ? [measuredCheck(measured, step)] : []),
    ...(options.command ? [await options.command()] : []),
  ];
}

function refuseIfChanged(written: MultiKeyListener, now: MultiKeyListener): void {
  const { name, uid, generation } = written.metadata;
  const same = sameStrategy(now.spec.strategy, written.spec.strategy) && now.metadata.generation === generation;
  if (now.metadata.uid === uid && same) return;
  throw new Failure('conflict', `${name} was changed by somebody else during the shift`, {
    causes: [
      {
        field: 'spec.strategy',
        message: `was ${describeStrategy(written.spec.strategy)}, is ${describeStrategy(now.spec.strategy)} now`,
      },
    ],
    hint: 'Look at it, and run the shift again if it is still wanted.',
  });
}

function reachableCheck(resource: MultiKeyListener, { weights }: ShiftStep, state: RouterState | undefined): StepCheck {
  const keys = Object.keys(weights);
  const reachable = state ? new Set(keys.filter((key) => isReachable(state, key))) : reachableKeys(resource);
  if (!reachable) return { name: 'reachable', passed: undefined, why: 'reachability is not reported' };
  const lost = keysOf(resource.spec.strategy).filter((key) => !reachable.has(key));
  const what = lost.length === 1 ? 'routing key' : 'routing keys';
  return lost.length === 0
    ? { name: 'reachable', passed: true }
    : { name: 'reachable', passed: false, why: `${what} ${lost.join(', ')} cannot be reached` };
}

function statusCheck(resource: MultiKeyListener): StepCheck {
  const { state, message } = summarise(resource);
  return state === 'Error' || state === 'Deleting'
    ? { name: 'status', passed: false, why: `the status is ${state}${message ? `: ${message}` : ''}` }
    : { name: 'status', passed: true };
}

function routerCheck(resource: MultiKeyListener, state: RouterState): StepCheck {
  const listener = routerListener(state, resource.metadata.name);
  if (!listener) return { name: 'router', passed: false, why: 'the router has no listener for it' };
  if (!listener.up) return { name: 'router', passed: false, why: listener.message || 'the listener is down' };
  return holdsStrategy(listener, resource.spec)
    ? { name: 'router', passed: true }
    : { name: 'router', passed: false, why: 'the router uses other weights than the spec has' };
}

/** What was given between two readings; a counter that is lower than before was made anew. */
function measuredBetween(before: RouterState, after: RouterState, name: string): Measured {
  const earlier = new Map(routerListener(before, name)?.keys.map(({ key, given }) => [key, given]));
  const later = routerListener(after, name)?.keys ?? [];
  const given = later.map((each): [string, number] => {
    const old = earlier.get(each.key) ?? 0;
    return [each.key, each.given >= old ? each.given - old : each.given];
  });
  const total = given.reduce((sum, [, count]) => sum + count, 0);
  const shares = total === 0 ? [] : given.map(([key, count]): [string, number] => [key, (count * 100) / total]);
  return { total, shares: Object.fromEntries(shares) };
}

function measuredCheck({ total, shares }: Measured, { weights }: ShiftStep): StepCheck {
  if (total < ENOUGH_CONNECTIONS)
    return { name: 'measured', passed: undefined, why: `too few connections to judge (${total})` };
  const expected = sharesOf(weights);
  const off = Object.keys(expected).find((key) => {
    const part = (expected[key] ?? 0) / 100;
    const deviation = Math.sqrt((part * (1 - part)) / total);
    return Math.abs((shares[key] ?? 0) / 100 - part) > Math.max(STANDARD_DEVIATIONS * deviation, Number.EPSILON);
  });
  if (off === undefined) return { name: 'measured', passed: true };
  const percent = (value = 0): string => `${value.toFixed(1)} %`;
  return {
    name: 'measured',
    passed: false,
    why: `routing key ${off} got ${percent(shares[off])} of ${total} connections, not ${percent(expected[off])}`,
  };
}
