import type { Problem } from './failure.js';
import { MAX_KEYS } from './strategy.js';

/** Weights by routing key, each above 0. */
export type Weights = Readonly<Record<string, number>>;

/** One write of a shift. */
export interface ShiftStep {
  weights: Weights;
  /** Share of the new connections of each key, in percent. In all steps but the last these are whole numbers. */
  shares: Readonly<Record<string, number>>;
}

/** The size of a step in percentage points (of the share that moves most), or the number of equal steps. */
export type StepSize = { points: number } | { steps: number };

/** Shares are whole percentages between the steps, so more than 100 steps would repeat some. */
export const MOST_STEPS = 100;
/** Each key has at least 1 % between the steps; with more keys than this 1 % would be more than the share of some. */
const MOST_KEYS = 50;
/** Above this sum of weights the router's shares become inexact (docs/traffic.md). */
const LARGEST_SUM = 100_000;

/**
 * Parses the target of a shift: `east=20,west=80`, `east=20%,west=80%` or `west=100`. Numbers without `%` are proportions;
 * with `%` they must add up to 100. A key with share 0 is left out of the target.
 *
 * @param texts the values of --to, as typed
 * @returns the smallest weights with these shares, and the problems of the texts
 */
export function parseTarget(texts: readonly string[]): { weights: Weights; problems: Problem[] } {
  const parts = texts.flatMap((text) => text.split(',')).map((part) => part.trim());
  const problems: Problem[] = [];
  const weights = new Map<string, number>();
  let percents = 0;
  // A trailing comma is allowed.
  for (const part of parts.filter((each, index) => each !== '' || index < parts.length - 1 || parts.length === 1)) {
    const [, key = '', number = '', percent] = /^(.*)=([0-9]{1,9})(%?)$/s.exec(part) ?? [];
    if (key === '')
      problems.push({
        field: '--to',
        message: `invalid share ${JSON.stringify(part)}; expected KEY=SHARE, for example east=20`,
      });
    else if (weights.has(key))
      problems.push({ field: '--to', message: `routing key ${JSON.stringify(key)} is given twice` });
    else weights.set(key, Number(number));
    if (percent) percents += 1;
  }
  if (problems.length > 0) return { weights: {}, problems };
  const sum = [...weights.values()].reduce((total, each) => total + each, 0);
  if (percents > 0 && (percents < weights.size || sum !== 100))
    problems.push({
      field: '--to',
      message: `shares in % must add up to 100, and all must have it; these add up to ${sum}`,
    });
  else if (sum === 0) problems.push({ field: '--to', message: 'at least one routing key needs a share above 0' });
  if (weights.size > MOST_KEYS) problems.push({ field: '--to', message: `names more than ${MOST_KEYS} routing keys` });
  return { weights: smallest(Object.fromEntries([...weights].filter(([, share]) => share > 0))), problems };
}

/**
 * Plans the writes that move traffic from the present weights to the target. New keys are added in the first step, and keys
 * that are not in the target are removed in the last one. In each step the share with the longest way moves by `points`, the
 * others in proportion. A shift that was interrupted after a step can be planned again and ends at the same target.
 *
 * @param present the stored weights
 * @param target the weights to end with
 * @returns the steps in order; empty if the shares are those of the target already
 */
export function planShift(present: Weights, target: Weights, size: StepSize): ShiftStep[] {
  const [from, to] = [fractions(present), fractions(target)];
  const keys = [...new Set([...from.keys(), ...to.keys()])];
  const moves = keys.map((key) => (to.get(key) ?? 0) - (from.get(key) ?? 0));
  const largest = Math.max(0, ...moves.map(Math.abs)) * 100;
  if (largest < 1e-9) return [];
  const count = 'steps' in size ? size.steps : Math.ceil(largest / size.points - 1e-9);
  const step = 'steps' in size ? largest / size.steps : size.points;
  const steps: ShiftStep[] = [];
  let last: Weights = present;
  for (let at = 1; at < count; at += 1) {
    const part = (at * step) / largest;
    const shares = wholePercents(
      new Map(keys.map((key, index) => [key, (from.get(key) ?? 0) + part * (moves[index] ?? 0)])),
    );
    // After rounding, a step smaller than one percentage point may equal the step before it.
    if (sameShares(shares, last)) continue;
    const weights = onScaleOf(last, smallest(shares));
    steps.push({ weights, shares });
    last = weights;
  }
  if (sameShares(target, last)) steps.pop();
  // The last step is scaled like the steps before it. Otherwise a key of weight 1 would have almost no share while the other
  // key still has its weight of 50.
  return [
    ...steps,
    { weights: onScaleOf(steps.at(-1)?.weights ?? present, smallest(target)), shares: sharesOf(target) },
  ];
}

/**
 * The weights of the write that restores the shares from before a shift, scaled like the present weights. A key that the
 * shift has added is removed in this one write and its share does not grow meanwhile, because it may be the failing one.
 *
 * @param start the weights before the shift
 * @param before the weights that this write replaces
 */
export function backTo(start: Weights, before: Weights): Weights {
  return onScaleOf(before, smallest(start));
}

/** The share of each key in percent, not rounded. */
export function sharesOf(weights: Weights): Record<string, number> {
  const sum = Object.values(weights).reduce((total, weight) => total + weight, 0);
  return Object.fromEntries(Object.entries(weights).map(([key, weight]) => [key, (weight * 100) / sum]));
}

/** True if both give every key the same share, as `1:1` and `50:50` do. */
export function sameShares(a: Weights, b: Weights): boolean {
  return sameWeights(smallest(a), smallest(b));
}

function fractions(weights: Weights): Map<string, number> {
  const entries = Object.entries(weights).filter(([, weight]) => weight > 0);
  const sum = entries.reduce((total, [, weight]) => total + weight, 0);
  return new Map(entries.map(([key, weight]) => [key, weight / sum]));
}

/** Rounds fractions to whole percentages that add up to 100, with at least 1 for each key (largest remainder method). */
function wholePercents(parts: ReadonlyMap<string, number>): Record<string, number> {
  const all = [...parts].map(([key, part]) => ({ key, exact: part * 100, whole: Math.max(1, Math.floor(part * 100)) }));
  const sum = (): number => all.reduce((total, { whole }) => total + whole, 0);
  const lacking = (each: (typeof all)[number]): number => each.exact - each.whole;
  // Small shares were raised to 1; the excess is taken from the keys that are furthest above their exact share.
  for (let over = sum() - 100; over !== 0; over = sum() - 100) {
    const sign = Math.sign(over);
    const able = all.filter(({ whole }) => over < 0 || whole > 1);
    const next = able.reduce((best, each) => (sign * (lacking(each) - lacking(best)) < 0 ? each : best));
    next.whole -= sign;
  }
  return Object.fromEntries(all.map(({ key, whole }) => [key, whole]));
}

/**
 * Scales the weights of a write to those before it. If the write only removes keys, the others keep their previous weights and
 * the router leaves them alone. Otherwise the result is the multiple whose sum is nearest to the previous sum: a step may be
 * sent in two writes, between which one key has its old weight and the others their new ones, and with equal sums each share
 * then lies between its old and its new value.
 */
function onScaleOf(before: Weights, weights: Record<string, number>): Record<string, number> {
  const kept = Object.entries(before).filter(([key]) => Object.hasOwn(weights, key));
  if (kept.length > 0 && sameShares(Object.fromEntries(kept), weights)) return Object.fromEntries(kept);
  const sum = (of: Weights): number => Object.values(of).reduce((total, weight) => total + weight, 0);
  const factor = Math.max(1, Math.round(Math.min(sum(before), LARGEST_SUM) / sum(weights)));
  return Object.fromEntries(Object.entries(weights).map(([key, weight]) => [key, weight * factor]));
}

/** Divides the weights by their greatest common divisor. */
function smallest(weights: Weights): Record<string, number> {
  const divisor = Object.values(weights).reduce(commonDivisor, 0) || 1;
  return Object.fromEntries(Object.entries(weights).map(([key, weight]) => [key, weight / divisor]));
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

function sameWeights(a: Weights, b: Weights): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key]);
}

/** True if the keys of both distributions together are too many: the resource has to hold all of them during the shift. */
export function tooManyKeys(present: Weights, target: Weights): boolean {
  const both = new Set([...Object.keys(present), ...Object.keys(target)]).size;
  return both > Math.min(MOST_KEYS, MAX_KEYS);
}
