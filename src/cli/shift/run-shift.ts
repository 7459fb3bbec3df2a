import { setTimeout as sleep } from 'node:timers/promises';
import { isFailure, Failure } from '../../model/failure.js';
import { reference, type MultiKeyListener } from '../../model/resource.js';
import { serving } from '../../model/routing.js';
import { planShift, sameShares, sharesOf, tooManyKeys, type ShiftStep, type Weights } from '../../model/shift.js';
import { counted, escapeLines, escapeText, jsonText } from '../../model/text.js';
import { weightsOf } from '../../model/strategy.js';
import { preflight } from '../../operations/preflight.js';
import type { StepCheck } from '../../operations/shift/checks.js';
import {
  shift,
  shiftableWeights,
  type ShiftEvent,
  type ShiftOptions,
  type ShiftResult,
} from '../../operations/shift/shift.js';
import type { Goal } from '../../operations/wait/goals.js';
import { waitFor } from '../../operations/wait/wait.js';
import type { WriteOptions } from '../../operations/write/work.js';
import type { Store } from '../../store/store.js';
import { shiftCommand } from '../../view/command-line.js';
import { planLines, sharesText, shiftEventDocument, stepLine } from '../../view/shift.js';
import type { Context } from '../context.js';
import type { Narrator } from '../terminal/narrator.js';
import { isDryRun, siteOf, writeOptions, type WriteFlags } from '../write/write.js';
import { runCheck } from './check-command.js';
import { wordsOf, type ShiftFlags, type ShiftSettings } from './settings.js';

export type RunFlags = WriteFlags & ShiftFlags & { yes?: boolean };

/** A planned shift. */
interface Shifted {
  name: string;
  present: Weights;
  target: Weights;
  steps: readonly ShiftStep[];
  flags: RunFlags;
}

/** Shows the events of a shift, and decides when the next step starts: the live screen, or lines and a timer. */
export interface Pacer {
  tell(event: ShiftEvent): void;
  pace: ShiftOptions['pace'];
  /** Gets the output of the check command. */
  output(text: string): void;
  /** Closes the live screen, if there is one. */
  end(): void;
}

/**
 * Plans a shift, shows the plan, asks for confirmation, carries the shift out and reports how it ended.
 *
 * @throws Failure `usage` and `preflight` before the first write, `check-failed` if a failed check turned it back or stopped
 *   it, `interrupted` if the user stopped it, and what a write or a wait throws, with the commands to continue or go back
 */
export async function runShift(
  context: Context,
  store: Store,
  resource: MultiKeyListener,
  settings: ShiftSettings,
  flags: RunFlags,
  say: Narrator,
): Promise<void> {
  const { name } = resource.metadata;
  const present = shiftableWeights(resource);
  const { target } = settings;
  if (tooManyKeys(present, target))
    throw new Failure('usage', `"${name}" and the target have too many routing keys for shares in percent`);
  const steps = planShift(present, target, settings.size);
  const shifted: Shifted = { name, present, target, steps, flags };
  if (sameShares(present, target))
    return say.done(context, name, 'unchanged', { dryRun: isDryRun(flags), output: flags.output });
  await checkTarget(context, store, resource, target, flags, say);
  if (isDryRun(flags)) return showPlan(context, shifted);
  context.io.err.lines(planLines(present, steps, context.io.err.style));
  if (!flags.yes && !(await agreed(context, store, name, steps.length)))
    return say.notice(context, 'Nothing was changed.');
  const { pacer, signal } = await openPacer(context, shifted);
  let result: ShiftResult;
  try {
    result = await shift(store, resource, steps, optionsOf(context, store, settings, shifted, pacer, signal));
  } catch (error) {
    throw interruptedBy(error, shifted);
  } finally {
    pacer.end();
  }
  conclude(context, result, shifted);
}

/** Throws `preflight` if no connector serves a target key; prints the other preflight findings. */
async function checkTarget(
  context: Context,
  store: Store,
  resource: MultiKeyListener,
  target: Weights,
  flags: RunFlags,
  say: Narrator,
): Promise<void> {
  const strategy = { weighted: { routingKeys: { ...target } } };
  const wanted = { ...resource, spec: { ...resource.spec, strategy } };
  const force = flags.force ?? false;
  const { facts, ...findings } = await preflight(store, wanted, { system: false, force, signal: context.signal });
  say.warnAbout(context, findings);
  const isServed = serving(facts);
  if (!isServed)
    return say.warning(
      context,
      'It is not known whether connectors serve the target; the checks after each step tell.',
    );
  const unserved = Object.keys(target).filter((key) => !isServed(key));
  if (unserved.length === 0 || force) return;
  throw new Failure('preflight', `traffic for ${unserved.join(', ')} would go nowhere`, {
    causes: unserved.map((key) => ({
      field: `--to ${key}`,
      message: 'no connector in the network serves this routing key',
    })),
    hint: `Create a connector at the site that hosts the service: skupper connector create ${unserved[0]} PORT, or override with --force.`,
  });
}

function showPlan(context: Context, { name, present, steps, flags }: Shifted): void {
  const { out } = context.io;
  if (flags.output !== 'json') return out.lines(planLines(present, steps, out.style));
  for (const [index, { weights }] of steps.entries()) {
    const event = { type: 'planned', step: index + 1, weights } as const;
    out.write(`${jsonText(shiftEventDocument(event, name, steps, context.now()))}\n`);
  }
}

async function agreed(context: Context, store: Store, name: string, steps: number): Promise<boolean> {
  const { confirm } = await import('../terminal/prompts.js');
  return confirm(
    context.io,
    `Shift ${name} in ${counted(steps, 'step')} in namespace ${store.where.namespace}${siteOf(store)}?`,
  );
}

/** On a terminal opens the live screen; otherwise prints one line per step. */
async function openPacer(context: Context, shifted: Shifted): Promise<{ pacer: Pacer; signal: AbortSignal }> {
  const { io } = context;
  const { name, steps, flags } = shifted;
  if (io.drawable && io.interactive && flags.output !== 'json') {
    const { LiveShift } = await import('./live-shift.js');
    const pacer = new LiveShift(context, shifted);
    return { pacer, signal: AbortSignal.any([context.signal, pacer.signal]) };
  }
  const pace = async (ms: number): Promise<'go on' | 'stop'> => {
    await sleep(ms, undefined, { signal: context.signal }).catch(() => undefined);
    return context.signal.aborted ? 'stop' : 'go on';
  };
  let writing = false;
  const stopping = (): void => {
    if (writing) io.err.lines(['Stopping after this write; press Ctrl-C again to end at once.']);
  };
  context.signal.addEventListener('abort', stopping, { once: true });
  const tell = (event: ShiftEvent): void => {
    writing = event.type === 'writing' || event.type === 'turning-back';
    if (flags.output === 'json')
      return io.out.write(`${jsonText(shiftEventDocument(event, name, steps, context.now()))}\n`);
    const line = stepLine(event, steps);
    if (line !== undefined) io.out.lines([line]);
  };
  const output = (text: string): void => io.err.write(escapeLines(text));
  return { pacer: { tell, pace, output, end: () => undefined }, signal: context.signal };
}

function optionsOf(
  context: Context,
  store: Store,
  { everyMs, back, command, commandTimeoutMs: timeoutMs }: ShiftSettings,
  { name, flags }: Shifted,
  pacer: Pacer,
  signal: AbortSignal,
): ShiftOptions {
  const silent = (): void => undefined;
  // The shift itself reports its steps, so only warnings of the write pipeline are shown.
  const warning = (_: Context, text: string): void => pacer.output(`Warning: ${text}\n`);
  const narrator: Narrator = { notice: silent, warning, warnAbout: silent, done: silent };
  const { namespace, context: place = '' } = store.where;
  const check = (step: ShiftStep, number: number): Promise<StepCheck> => {
    const variables = {
      NAME: name,
      STEP: String(number),
      SHARES: sharesText(step.shares),
      NAMESPACE: namespace,
      CONTEXT: place,
    };
    return runCheck({
      command: command ?? '',
      timeoutMs,
      env: variables,
      signal,
      output: (text) => pacer.output(text),
    });
  };
  const write = writeOptions(context, { ...flags, wait: 'none' }, narrator);
  return {
    everyMs,
    back,
    signal,
    now: () => context.now(),
    // The spinner that other writes draw while they wait would damage the live screen.
    write: {
      ...write,
      preflight: false,
      wait: (at, written, goal, until) => waitWithoutSpinner(at, written, goal, until, write),
    },
    pace: (ms) => pacer.pace(ms),
    tell: (event) => pacer.tell(event),
    ...(command === undefined ? {} : { command: check }),
  };
}

async function waitWithoutSpinner(
  store: Store,
  written: MultiKeyListener,
  goal: Goal,
  signal: AbortSignal,
  { timeoutMs }: WriteOptions,
): Promise<MultiKeyListener> {
  const { name } = written.metadata;
  const [reached = written] = await waitFor(store, { names: [name], written }, [{ kind: goal }], { timeoutMs, signal });
  return reached;
}

function conclude(context: Context, { outcome, done, resource, failed }: ShiftResult, shifted: Shifted): void {
  const { name, steps, flags } = shifted;
  const at = `step ${done} of ${steps.length}`;
  const now = sharesText(sharesOf(weightsOf(resource.spec.strategy)));
  const why = failed ? `the check ${failed.name} failed: ${failed.why ?? 'no reason given'}` : '';
  const { goOn, goBack } = nextCommands(shifted, steps.length - done);
  switch (outcome) {
    case 'finished':
      if (flags.output !== 'json') context.io.out.lines([`${escapeText(reference(name))} shifted`]);
      return;
    case 'failed':
      throw new Failure('check-failed', `${name} stays at ${at} (${now}): ${why}`, {
        hint: `Go back with: ${goBack}`,
        written: [name],
      });
    case 'turned-back':
      if (failed)
        throw new Failure('check-failed', `${name} was turned back to ${now} at ${at}: ${why}`, {
          hint: `When the cause is fixed, run: ${goOn}`,
          written: [name],
        });
      context.io.err.lines([escapeText(`${name} is back at ${now}.`)]);
      throw new Failure('interrupted', 'interrupted', { written: [name] });
    case 'stopped':
      context.io.err.lines(
        [`Stopped at ${at}: ${name} has ${now}.`, `Go on with: ${goOn}`, `Go back with: ${goBack}`].map(escapeText),
      );
      throw new Failure('interrupted', 'interrupted', { written: [name] });
  }
}

/** The command that continues the shift with the remaining steps and the same checks, and the one that goes back in one step. */
function nextCommands({ name, present, target, flags }: Shifted, stepsLeft?: number): { goOn: string; goBack: string } {
  return {
    goOn: shiftCommand(name, target, wordsOf(flags, stepsLeft)),
    goBack: shiftCommand(name, present, ['--steps 1']),
  };
}

/** Adds to a failure during the shift the commands that continue it and go back. */
function interruptedBy(error: unknown, shifted: Shifted): unknown {
  if (!isFailure(error) || error.code === 'not-found') return error;
  const { goOn, goBack } = nextCommands(shifted);
  const hint = [
    ...(error.hint === undefined ? [] : [error.hint]),
    `Go on with: ${goOn}`,
    `Go back with: ${goBack}`,
  ].join('\n');
  const { code, causes, message, brief, written, slips } = error;
  return new Failure(code, message, { causes, brief, written, slips, hint, cause: error });
}
