import { Failure } from '../../model/failure.js';
import type { MultiKeyListener } from '../../model/resource.js';
import { holdsStrategy, keysReachedBy, routerListener, type RouterState } from '../../model/router.js';
import { reachableKeys } from '../../model/shares.js';
import { describeStrategy, keysOf, sameStrategy } from '../../model/strategy.js';
import { summarise } from '../../model/summary.js';
import { plural } from '../../model/text.js';
import { trafficOf, type ListenerTraffic } from '../../model/traffic/traffic.js';
import type { Store } from '../../store/store.js';

/** One check after a step. */
export interface StepCheck {
  name: 'in-force' | 'reachable' | 'status' | 'router' | 'measured' | 'command';
  /** Undefined if the result is unknown. */
  passed: boolean | undefined;
  /** The reason why it failed or is unknown. */
  why?: string;
}

/** The new connections since the step came into force, counted by the routers. */
export interface Measured {
  total: number;
  /** Percent of the total (0 to 100), by routing key. */
  shares: Record<string, number>;
}

export interface CheckOptions {
  signal: AbortSignal;
  /** Time since the step came into force. */
  seconds: number;
  /** Runs the command of --check; undefined without the flag. */
  command?(): Promise<StepCheck>;
  /** Gets the measured connections, if the routers can be asked. */
  measured(measured: Measured): void;
}

/**
 * Checks the resource and its traffic after a step.
 *
 * @param before the router's counters when the step came into force; undefined if the router cannot be asked
 * @returns the results; the command's is last, and the command is not run if another check has failed
 * @throws Failure `conflict` when somebody else changed the resource, `not-found` when it is gone
 */
export async function checksOf(
  store: Store,
  written: MultiKeyListener,
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
  const readings =
    before && state ? { states: [before, state], seconds: options.seconds, names: new Map() } : undefined;
  const traffic = readings && trafficOf(now, readings);
  if (traffic) options.measured(measuredOf(traffic));
  const checks = [
    reachableCheck(now, state),
    statusCheck(now),
    ...(state ? [routerCheck(now, state)] : []),
    ...(traffic ? [measuredCheck(traffic)] : []),
  ];
  if (!options.command || checks.some(({ passed }) => passed === false)) return checks;
  const own = await options.command();
  // Another client may have changed the resource while the command ran.
  refuseIfChanged(written, await store.get(name, { signal }));
  return [...checks, own];
}

/** Throws `conflict` if the resource now has another uid, generation or strategy than the one that was written. */
export function refuseIfChanged(written: MultiKeyListener, now: MultiKeyListener): void {
  const { name, uid, generation } = written.metadata;
  const same = sameStrategy(now.spec.strategy, written.spec.strategy) && now.metadata.generation === generation;
  if (now.metadata.uid === uid && same) return;
  throw new Failure('conflict', `${name} was changed by another client during the shift`, {
    causes: [
      {
        field: 'spec.strategy',
        message: `was ${describeStrategy(written.spec.strategy)}, is ${describeStrategy(now.spec.strategy)} now`,
      },
    ],
    hint: 'Check it, then run the shift again if it is still wanted.',
  });
}

function reachableCheck(resource: MultiKeyListener, state: RouterState | undefined): StepCheck {
  const reachable = state ? new Set(keysReachedBy(state, resource.spec)) : reachableKeys(resource);
  if (!reachable) return { name: 'reachable', passed: undefined, why: 'reachability is not reported' };
  const lost = keysOf(resource.spec.strategy).filter((key) => !reachable.has(key));
  return lost.length === 0
    ? { name: 'reachable', passed: true }
    : {
        name: 'reachable',
        passed: false,
        why: `routing ${plural(lost.length, 'key')} ${lost.join(', ')} cannot be reached`,
      };
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
    : { name: 'router', passed: false, why: 'the router and the spec have different weights' };
}

function measuredOf({ connections, keys }: ListenerTraffic): Measured {
  const part = (count: number): number => (connections === 0 ? 0 : (count * 100) / connections);
  return {
    total: connections,
    shares: Object.fromEntries(keys.map(({ key, connections: count }) => [key, part(count)])),
  };
}

function measuredCheck(traffic: ListenerTraffic): StepCheck {
  const { connections, deviating, tooFew } = traffic;
  if (tooFew) return { name: 'measured', passed: undefined, why: `too few connections to judge (${connections})` };
  const [off] = deviating;
  if (off === undefined) return { name: 'measured', passed: true };
  const percent = (part: number | undefined): string => `${((part ?? 0) * 100).toFixed(1)} %`;
  const key = traffic.keys.find((each) => each.key === off);
  const why = `routing key ${off} got ${percent(key?.measured)} of ${connections} connections, not ${percent(key?.share)}`;
  return { name: 'measured', passed: false, why };
}
