import { Failure, isFailure } from '../../model/failure.js';
import type { MultiKeyListener, Strategy } from '../../model/resource.js';
import type { RouterState } from '../../model/router.js';
import type { ShiftStep } from '../../model/shift.js';
import type { Store } from '../../store/store.js';
import { waitFor } from '../wait/wait.js';
import { planUpdate, type Plan } from '../write/plan-update.js';
import { settle } from '../write/settle.js';
import { check, write } from '../write/write.js';
import { checksOf, refuseIfChanged, type StepCheck } from './checks.js';
import type { ShiftOptions, Wish } from './shift.js';

/** The result of a step: the resource afterwards, the checks, and the user's decision. */
export interface Judged {
  resource: MultiKeyListener;
  checks: StepCheck[];
  wish: Wish;
}

/**
 * Writes a strategy through the pipeline of all writes: one change that refuses no connection, in two writes if needed. The
 * user's signal does not interrupt it, so the resource is never left between the two writes.
 *
 * @param restoring if the first of two writes does not come into force, write the strategy in one step: a restore has to
 *   complete even if it refuses connections
 * @returns the resource, and the failed check if the first of two writes did not come into force
 */
export async function writeStrategy(
  store: Store,
  before: MultiKeyListener,
  strategy: Strategy,
  options: ShiftOptions,
  restoring = false,
): Promise<{ resource: MultiKeyListener; failed?: StepCheck }> {
  const change = { patch: {}, strategy, problems: [] };
  const again = (now: MultiKeyListener): Plan => planUpdate(now, change, 'kubernetes', { inPlace: true });
  let first: MultiKeyListener | undefined;
  const uncut: ShiftOptions['write'] = {
    ...options.write,
    goal: 'none',
    signal: new AbortController().signal,
    wait: (at, written, goal, signal) => {
      first = written;
      return options.write.wait(at, written, goal, signal);
    },
  };
  const send = async (from: MultiKeyListener, oneStep: boolean): Promise<MultiKeyListener> => {
    const work = [{ store, again, ...again(from) }];
    const [written = from] = await write(work, await check(work, uncut), { ...uncut, oneStep });
    return written;
  };
  try {
    return { resource: await send(before, uncut.oneStep) };
  } catch (error) {
    const failed = notInForce(error);
    if (!first || !failed) throw error;
    return restoring ? { resource: await send(first, true) } : { resource: first, failed };
  }
}

/**
 * Waits until a step is in force and for the rest of its time, then checks it. If the user stops the shift or turns it back,
 * the wait or the checks end, and no check is returned.
 *
 * @throws Failure `conflict` when another client changed the resource, and what reading it throws
 */
export async function judgeStep(
  store: Store,
  written: MultiKeyListener,
  step: ShiftStep,
  number: number,
  options: ShiftOptions,
): Promise<Judged> {
  const { signal, now, tell } = options;
  const begun = now();
  let wish: Wish = 'go on';
  let checks: StepCheck[] = [];
  // The next write starts from the version that the controller has processed: its status says which keys are reachable.
  let resource = written;
  try {
    const { configured, router, at } = await inForce(store, written, options);
    resource = configured;
    const forMs = Math.max(0, begun + options.everyMs - now());
    tell({ type: 'waiting', step: number, forMs });
    wish = await options.pace(forMs);
    if (wish === 'go on')
      checks = await checksOf(store, written, router, {
        seconds: (now() - at) / 1000,
        signal,
        command: options.command?.bind(undefined, step, number),
        measured: (measured) => tell({ type: 'measured', step: number, measured }),
      });
  } catch (error) {
    const failed = notInForce(error);
    if (failed) checks = [failed];
    else if (!signal.aborted || !isFailure(error, 'interrupted')) throw error;
  }
  if (signal.aborted) wish = await options.pace(0);
  return { resource, checks: wish === 'go on' ? checks : [], wish };
}

/** Waits until the controller has processed the change and, if the routers can be asked, until they use the weights. */
async function inForce(
  store: Store,
  written: MultiKeyListener,
  { signal, write: { timeoutMs }, now }: ShiftOptions,
): Promise<{ configured: MultiKeyListener; router: RouterState | undefined; at: number }> {
  const { name } = written.metadata;
  const targets = { names: [name], written };
  const [configured = written] = await waitFor(store, targets, [{ kind: 'configured' }], { timeoutMs, signal });
  refuseIfChanged(written, configured);
  const router = await settle(store, configured, { settleMs: 0, timeoutMs, signal, narrate: () => undefined });
  return { configured, router, at: now() };
}

/** A failed check for the errors that mean "the step did not come into force"; undefined for any other error. */
function notInForce(error: unknown): StepCheck | undefined {
  if (!isFailure(error) || (error.code !== 'resource-error' && error.code !== 'wait-timeout')) return undefined;
  const { message } = error.cause instanceof Failure ? error.cause : error;
  return { name: error.code === 'resource-error' ? 'status' : 'in-force', passed: false, why: message };
}
