import { Failure, isFailure } from '../../model/failure.js';
import type { Facts } from '../../model/facts.js';
import { networkOf, servedKeys } from '../../model/network.js';
import type { MultiKeyListener, Strategy } from '../../model/resource.js';
import { holdsStrategy, isReachable, routerListener, type RouterState } from '../../model/router.js';
import type { ShiftStep, Weights } from '../../model/shift.js';
import { weightsOf } from '../../model/strategy.js';
import { checksOf, type Measured, type StepCheck } from './checks.js';
import type { Store } from '../../store/store.js';
import { ROUTER_POLL_MS } from '../wait/router.js';
import { waitFor } from '../wait/wait.js';
import { planUpdate, type Plan } from '../write/plan-update.js';
import type { WriteOptions } from '../write/work.js';
import { check, write } from '../write/write.js';

/** What a shift tells while it runs, in order. */
export type ShiftEvent =
  /** A step of the plan, before anything is written. */
  | { type: 'planned'; step: number; weights: Weights }
  | { type: 'writing' | 'written'; step: number; weights: Weights }
  /** Until the checks of this step, in milliseconds. */
  | { type: 'waiting'; step: number; forMs: number }
  | { type: 'measured'; step: number; measured: Measured }
  | { type: 'checked'; step: number; checks: StepCheck[] }
  | { type: 'turning-back'; step: number }
  | { type: 'turned-back'; step: number }
  | { type: 'finished' };

/** What a person or a signal wants of a shift that runs. */
export type Wish = 'go on' | 'stop' | 'abort';

export interface ShiftOptions {
  everyMs: number;
  /** Put everything back where it was when a check fails; else stay at the step. */
  back: boolean;
  /** How writes are carried out and told. */
  write: WriteOptions;
  /** Aborts when the person wants to stop; never in the middle of a write. */
  signal: AbortSignal;
  now(): number;
  /** Waits that long, or until somebody decides otherwise. */
  pace(ms: number): Promise<Wish>;
  /** The check of the person's own; undefined without one. */
  command?(step: ShiftStep, number: number): Promise<StepCheck>;
  tell(event: ShiftEvent): void;
}

/** How a shift ended, with the resource as it is. */
export interface ShiftResult {
  outcome: 'finished' | 'stopped' | 'turned-back' | 'failed';
  /** Steps that were written. */
  done: number;
  resource: MultiKeyListener;
  /** The check that failed. */
  failed?: StepCheck;
}

/**
 * Which keys of a target nobody serves, by the router's word where it was asked, else by the published network.
 *
 * @returns undefined where neither tells
 */
export function unservedKeys(target: Weights, facts: Facts): string[] | undefined {
  const keys = Object.keys(target);
  if (facts.router?.known) {
    const state = facts.router.value;
    return keys.filter((key) => !isReachable(state, key));
  }
  const network = networkOf(facts);
  if (!network) return undefined;
  const served = servedKeys(network);
  return keys.filter((key) => !served.has(key));
}

/**
 * Carries out the steps one after the other: each is one change that loses no connection (two writes where needed), then the
 * waits and the checks.
 *
 * @throws Failure `conflict` when somebody else changed the resource, and what the write or the wait of a step throws; the
 *   steps that were written stay then
 */
export async function shift(
  store: Store,
  start: MultiKeyListener,
  steps: readonly ShiftStep[],
  options: ShiftOptions,
): Promise<ShiftResult> {
  let current = start;
  for (const [index, step] of steps.entries()) {
    const number = index + 1;
    options.tell({ type: 'writing', step: number, weights: step.weights });
    current = await writeStrategy(store, current, weighted(step.weights), options);
    options.tell({ type: 'written', step: number, weights: step.weights });
    const begun = options.now();
    const stopped = (): ShiftResult => ({ outcome: 'stopped', done: number, resource: current });
    const settled = await inForce(store, current, options);
    if (settled === undefined) return stopped();
    current = settled.resource;
    const forMs = Math.max(0, begun + options.everyMs - options.now());
    options.tell({ type: 'waiting', step: number, forMs });
    const wish = await options.pace(forMs);
    if (wish === 'stop') return stopped();
    const checks =
      wish === 'abort'
        ? []
        : await checksOf(store, current, settled.router, {
            seconds: (options.now() - settled.at) / 1000,
            signal: options.signal,
            command: options.command?.bind(undefined, step, number),
            measured: (measured) => options.tell({ type: 'measured', step: number, measured }),
          });
    options.tell({ type: 'checked', step: number, checks });
    const failed = checks.find(({ passed }) => passed === false);
    if (!failed && wish !== 'abort') continue;
    if (!options.back && wish !== 'abort') return { outcome: 'failed', done: number, resource: current, failed };
    options.tell({ type: 'turning-back', step: number });
    current = await writeStrategy(store, current, start.spec.strategy, options);
    options.tell({ type: 'turned-back', step: number });
    return { outcome: 'turned-back', done: number, resource: current, failed };
  }
  options.tell({ type: 'finished' });
  return { outcome: 'finished', done: steps.length, resource: current };
}

const weighted = (weights: Weights): Strategy => ({ weighted: { routingKeys: { ...weights } } });

/** One write of the pipeline; a signal does not cut it in two. */
async function writeStrategy(
  store: Store,
  before: MultiKeyListener,
  strategy: Strategy,
  { write: options }: ShiftOptions,
): Promise<MultiKeyListener> {
  const change = { patch: {}, strategy, problems: [] };
  const again = (now: MultiKeyListener): Plan => planUpdate(now, change, 'kubernetes', { inPlace: true });
  const work = [{ store, again, ...again(before) }];
  const uncut = { ...options, goal: 'none' as const, signal: new AbortController().signal };
  const [written = before] = await write(work, await check(work, uncut), uncut);
  return written;
}

/**
 * Waits until the controller has processed the change, and where a router can be asked until it uses the weights.
 *
 * @returns undefined when the person wants to stop; the router's counters then, if it could be asked
 */
async function inForce(
  store: Store,
  written: MultiKeyListener,
  { signal, write: { timeoutMs }, now }: ShiftOptions,
): Promise<{ resource: MultiKeyListener; router: RouterState | undefined; at: number } | undefined> {
  const { name } = written.metadata;
  try {
    const goals = [{ kind: 'configured' as const }];
    const [resource = written] = await waitFor(store, { names: [name], written }, goals, { timeoutMs, signal });
    const deadline = now() + timeoutMs;
    while (!signal.aborted) {
      const fact = await store.routers().state({ network: false, signal });
      if (!fact.known) return { resource, router: undefined, at: now() };
      const listener = routerListener(fact.value, name);
      if (listener && holdsStrategy(listener, written.spec)) return { resource, router: fact.value, at: now() };
      if (now() > deadline)
        throw new Failure(
          'wait-timeout',
          `the router does not use the new weights of ${name} after ${timeoutMs / 1000} s`,
        );
      await new Promise((resolve) => setTimeout(resolve, ROUTER_POLL_MS));
    }
  } catch (error) {
    if (!isFailure(error, 'interrupted')) throw error;
  }
  return undefined;
}

/** The weights of a resource whose traffic can be shifted. Throws `usage` for a priority listener. */
export function shiftableWeights(resource: MultiKeyListener): Record<string, number> {
  const { name } = resource.metadata;
  if (resource.spec.strategy.weighted) return weightsOf(resource.spec.strategy);
  throw new Failure('usage', `"${name}" uses the priority strategy, so its traffic cannot be shifted in shares`, {
    hint: `Change the order of its routing keys with: skupper multikeylistener update ${name} --priority KEY,KEY,… --in-place`,
  });
}
