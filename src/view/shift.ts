import type { ShiftStep, Weights } from '../model/shift.js';
import { sharesOf } from '../model/shift.js';
import { reference } from '../model/resource.js';
import { keysOf } from '../model/strategy.js';
import { escapeText, percent } from '../model/text.js';
import type { Measured, StepCheck } from '../operations/shift/checks.js';
import type { ShiftEvent } from '../operations/shift/shift.js';
import { formatSeconds } from './age.js';
import type { Column } from './columns.js';
import { bar } from './inspect/inspect-tables.js';
import { signsFor, type Style } from './style.js';
import { renderTable } from './table.js';
import { widthOf } from './text.js';

/** `east=90,west=10`: the shares of a step in percent, the largest first. */
export function sharesText(shares: Readonly<Record<string, number>>): string {
  const byShare = keysOf({ weighted: { routingKeys: shares } });
  return byShare.map((key) => `${key}=${Math.round((shares[key] ?? 0) * 10) / 10}`).join(',');
}

/** The plan of a shift as a table: one row per step, one column per routing key. */
export function planLines(present: Weights, steps: readonly ShiftStep[], style: Style): string[] {
  const rows = [
    { step: 'now', shares: sharesOf(present) },
    ...steps.map(({ shares }, at) => ({ step: String(at + 1), shares })),
  ];
  const keys = [...new Set(rows.flatMap(({ shares }) => Object.keys(shares)))].sort();
  const none = style.terminal ? signsFor(style).none : '-';
  const columns: Column<(typeof rows)[number]>[] = [
    { header: 'STEP', value: ({ step }) => step, align: 'right' },
    ...keys.map((key): Column<(typeof rows)[number]> => ({
      header: key,
      align: 'right',
      value: ({ shares }) => (shares[key] === undefined ? none : percent(shares[key] / 100)),
    })),
  ];
  return renderTable(columns, rows, style);
}

/** `passed` and the checks with an unknown result, or the failed checks, each with the reason. */
export function checksText(checks: readonly StepCheck[]): string {
  const failed = checks.filter(({ passed }) => passed === false);
  if (failed.length > 0) return failed.map(({ name, why }) => `${name}: ${why ?? 'failed'}`).join('; ');
  const unknown = checks.filter(({ passed }) => passed === undefined);
  return ['passed', ...unknown.map(({ name, why }) => `not checked: ${name} (${why ?? 'unknown'})`)].join('; ');
}

/** The line about a checked step, for a pipe: `step 1/8  east=90,west=10  passed`. Undefined for other events. */
export function stepLine(event: ShiftEvent, steps: readonly ShiftStep[]): string | undefined {
  if (event.type !== 'checked') return undefined;
  const shares = sharesText(steps[event.step - 1]?.shares ?? {});
  return escapeText(`step ${event.step}/${steps.length}  ${shares}  ${checksText(event.checks)}`);
}

/** The state that the live screen of a shift shows. */
export interface ShiftState {
  name: string;
  present: Weights;
  steps: readonly ShiftStep[];
  /** The number of the current step, from 1. */
  step: number;
  doing: 'writing' | 'settling' | 'waiting' | 'checking' | 'turning back' | 'paused';
  /** When the checks of the step begin, in milliseconds since the epoch. */
  until?: number;
  measured?: Measured;
  checks?: readonly StepCheck[];
}

const NO_SHARE = '-';

/** The live screen of a shift. */
export function shiftFrame(state: ShiftState, style: Style, now: number): string[] {
  const { steps, step, measured } = state;
  const { dot } = signsFor(style);
  const current = steps[step - 1]?.shares ?? sharesOf(state.present);
  const target = steps.at(-1)?.shares ?? {};
  const keys = [...new Set([...Object.keys(sharesOf(state.present)), ...Object.keys(target)])].sort();
  const share = (shares: Readonly<Record<string, number>>, key: string): string =>
    shares[key] === undefined ? NO_SHARE : percent(shares[key] / 100);
  const columns: Column<string>[] = [
    { header: 'ROUTING KEY', value: (key) => key, paint: (text) => style.bold(text), identity: true },
    { header: 'NOW', value: (key) => share(current, key), align: 'right' },
    { header: signsFor(style).arrow, value: () => signsFor(style).arrow },
    { header: 'TARGET', value: (key) => share(target, key), align: 'right' },
    {
      header: 'MEASURED',
      value: (key) => (measured && measured.total > 0 ? share(measured.shares, key) : NO_SHARE),
      align: 'right',
    },
    { header: '', value: (key) => bar((current[key] ?? 0) / 100, style, 20), paint: (text) => style.good(text) },
  ];
  const checks = state.checks ? checksText(state.checks) : '';
  const passed = state.checks?.every(({ passed: each }) => each !== false) ?? true;
  const shown =
    checks === ''
      ? ''
      : passed
        ? style.good(`${signsFor(style).check} checks ${escapeText(checks)}`)
        : style.bad(escapeText(checks));
  return [
    ` ${style.bold(escapeText(state.name))}  weighted${dot}step ${step} of ${steps.length}${dot}${doingText(state, now)}`,
    ...(shown === '' ? [] : [` ${shown}`]),
    '',
    ...renderTable(columns, keys, { ...style, width: style.width - 2 }).map((line) => `  ${line}`),
    '',
    style.dim(keysText(state, style.width)),
  ];
}

/** The hints of the keys; the shares that `a` restores are named if there is room. */
function keysText({ doing, present }: ShiftState, width: number): string {
  const text = (back: string): string =>
    ` p ${doing === 'paused' ? 'go on' : 'pause'}  n next  a abort${back}  q stop here`;
  const whole = text(` (back to ${escapeText(sharesText(sharesOf(present)))})`);
  return widthOf(whole) < width ? whole : text('');
}

function doingText({ doing, until, step, steps }: ShiftState, now: number): string {
  if (doing !== 'waiting' || until === undefined) return doing;
  return `${step === steps.length ? 'last checks' : 'next'} in ${formatSeconds(Math.max(0, until - now))}`;
}

/** One event as a JSON document (docs/schemas/shift-event.schema.json). */
export function shiftEventDocument(event: ShiftEvent, name: string, steps: readonly ShiftStep[], time: number): object {
  const at = 'step' in event ? { step: event.step, of: steps.length, shares: steps[event.step - 1]?.shares } : {};
  const rest: object =
    'checks' in event ? { checks: event.checks } : 'measured' in event ? { measured: event.measured } : {};
  const weights = 'weights' in event ? { weights: event.weights } : {};
  return {
    time: new Date(time).toISOString(),
    resource: reference(name),
    type: event.type,
    ...at,
    ...weights,
    ...rest,
  };
}
