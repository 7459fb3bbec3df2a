import { Failure, isFailure } from '../../model/failure.js';
import { ownCommand } from '../../model/own-command.js';
import type { MultiKeyListener, Strategy } from '../../model/resource.js';
import { backTo, type ShiftStep, type Weights } from '../../model/shift.js';
import { weightsOf } from '../../model/strategy.js';
import type { Measured, StepCheck } from './checks.js';
import { judgeStep, writeStrategy, type Judged } from './step.js';
import type { Store } from '../../store/store.js';
import { refuseIfDeleting } from '../write/plan-update.js';
import type { WriteOptions } from '../write/work.js';

/** The events of a shift, in order. */
export type ShiftEvent =
  /** A step of the plan, reported before anything is written. */
  | { type: 'planned'; step: number; weights: Weights }
  | { type: 'writing' | 'written'; step: number; weights: Weights }
  /** `forMs` is the time until the checks of this step, in milliseconds. */
  | { type: 'waiting'; step: number; forMs: number }
  | { type: 'measured'; step: number; measured: Measured }
  | { type: 'checked'; step: number; checks: StepCheck[] }
  | { type: 'turning-back'; step: number }
  | { type: 'turned-back'; step: number }
  | { type: 'finished' };

/** The decision of the user or of a signal about a running shift. */
export type Wish = 'go on' | 'stop' | 'abort';

export interface ShiftOptions {
  everyMs: number;
  /** If a check fails, restore the weights of the start; otherwise stop at the failed step. */
  back: boolean;
  /** Options of each write. */
  write: WriteOptions;
  /** Aborts when the user stops the shift. A write in progress ignores it. */
  signal: AbortSignal;
  now(): number;
  /** Waits for this time or until the user decides; returns the decision at once if the signal has aborted. */
  pace(ms: number): Promise<Wish>;
  /** Runs the command of --check; undefined without the flag. */
  command?(step: ShiftStep, number: number): Promise<StepCheck>;
  tell(event: ShiftEvent): void;
}

/** How a shift ended, and the resource in its last state. */
export interface ShiftResult {
  outcome: 'finished' | 'stopped' | 'turned-back' | 'failed';
  /** The number of steps that were written. */
  done: number;
  resource: MultiKeyListener;
  /** The check that failed. */
  failed?: StepCheck;
}

/**
 * Carries out the steps one after the other. Each step is one change that refuses no connection (in two writes if needed),
 * followed by a wait and the checks.
 *
 * @throws Failure `conflict` when another client changed the resource, and what the write or the wait of a step throws; the
 *   steps that were written are not undone then
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

/** The weights of a resource whose traffic can be shifted. Throws `usage` for a priority listener, `conflict` for one that is being deleted. */
export function shiftableWeights(resource: MultiKeyListener): Record<string, number> {
  refuseIfDeleting(resource);
  const { name } = resource.metadata;
  if (resource.spec.strategy.weighted) return weightsOf(resource.spec.strategy);
  throw new Failure('usage', `"${name}" uses the priority strategy, so its traffic cannot be shifted in shares`, {
    hint: `Change the order of its routing keys with: ${ownCommand(`update ${name} --priority KEY,KEY,… --in-place`)}`,
  });
}
