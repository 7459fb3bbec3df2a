import { Failure, isFailure } from '../../model/failure.js';
import type { MultiKeyListener, Strategy } from '../../model/resource.js';
import { backTo, type ShiftStep, type Weights } from '../../model/shift.js';
import { weightsOf } from '../../model/strategy.js';
import type { Measured, StepCheck } from './checks.js';
import { judgeStep, writeStrategy, type Judged } from './step.js';
import type { Store } from '../../store/store.js';
import type { WriteOptions } from '../write/work.js';

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
  /** Waits that long, or until somebody decides otherwise; with a signal that has aborted it says at once what is wanted. */
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
    const { resource, failed: unwritten } = await writeStrategy(store, current, weighted(step.weights), options);
    if (!unwritten) options.tell({ type: 'written', step: number, weights: step.weights });
    const { wish, checks, ...judged }: Judged = unwritten
      ? { resource, checks: [unwritten], wish: 'go on' }
      : await judgeStep(store, resource, step, number, options);
    current = judged.resource;
    const failed = checks.find(({ passed }) => passed === false);
    if (wish === 'stop') return { outcome: 'stopped', done: number, resource: current };
    if (wish === 'go on') {
      options.tell({ type: 'checked', step: number, checks });
      if (!failed) continue;
      if (!options.back) return { outcome: 'failed', done: number, resource: current, failed };
    }
    options.tell({ type: 'turning-back', step: number });
    current = await turnBack(store, current, start, options, failed);
    options.tell({ type: 'turned-back', step: number });
    return { outcome: 'turned-back', done: number, resource: current, failed };
  }
  options.tell({ type: 'finished' });
  return { outcome: 'finished', done: steps.length, resource: current };
}

const weighted = (weights: Weights): Strategy => ({ weighted: { routingKeys: { ...weights } } });

async function turnBack(
  store: Store,
  current: MultiKeyListener,
  start: MultiKeyListener,
  options: ShiftOptions,
  failed: StepCheck | undefined,
): Promise<MultiKeyListener> {
  try {
    const weights = backTo(weightsOf(start.spec.strategy), weightsOf(current.spec.strategy));
    return (await writeStrategy(store, current, weighted(weights), options, true)).resource;
  } catch (error) {
    if (!isFailure(error) || !failed) throw error;
    const why = `the check ${failed.name} failed (${failed.why ?? 'no reason given'}), and going back failed: ${error.message}`;
    throw new Failure(error.code, why, { causes: error.causes, hint: error.hint, cause: error });
  }
}

/** The weights of a resource whose traffic can be shifted. Throws `usage` for a priority listener. */
export function shiftableWeights(resource: MultiKeyListener): Record<string, number> {
  const { name } = resource.metadata;
  if (resource.spec.strategy.weighted) return weightsOf(resource.spec.strategy);
  throw new Failure('usage', `"${name}" uses the priority strategy, so its traffic cannot be shifted in shares`, {
    hint: `Change the order of its routing keys with: skupper multikeylistener update ${name} --priority KEY,KEY,… --in-place`,
  });
}
