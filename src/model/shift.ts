import type { Problem } from './failure.js';
import { MAX_KEYS } from './strategy.js';

/** Weights by routing key, each above 0. */
export type Weights = Readonly<Record<string, number>>;

/** One write of a shift. */
export interface ShiftStep {
  weights: Weights;
  /** Part of the new connections that each key gets, in percent; rounded to whole numbers in all but the last step. */
  shares: Readonly<Record<string, number>>;
}

/** How far the shares move in one step: points of a hundred, or that many equal steps. */
export type StepSize = { points: number } | { steps: number };

/** More steps than points of a hundred would repeat each other. */
export const MOST_STEPS = 100;
/** Shares are written as parts of a hundred; with more keys than this one part would be too much for some. */
const MOST_KEYS = 50;
/** From here on the router's shares become inexact (docs/traffic.md). */
const LARGEST_SUM = 100_000;

/**
 * Reads `east=20,west=80`, `east=20%,west=80%` or `west=100`. Without `%` the numbers are shares in proportion; with it they
 * have to add up to 100. A key with 0 is left out, as one that is not named.
 *
 * @param texts the values of --to, as typed
 */
export function parseTarget(texts: readonly string[]): { weights: Weights; problems: Problem[] } {
  const parts = texts.flatMap((text) => text.split(',')).map((part) => part.trim());
  const problems: Problem[] = [];
  const weights = new Map<string, number>();
  let percents = 0;
  // A comma at the end is no key.
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
 * The writes that lead from one distribution to another. Every key of either has a share until the last step, in which the
 * keys that are not in the target are dropped; so a key that is new comes with the first step. The largest move is `points` in each
 * step, the others move in proportion. From any step on the rest of the plan leads to the same end.
 *
 * @param present the weights that are stored; @param target those that are wanted
 * @returns no steps where the shares are what is wanted already
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
    // Steps below one point would be the same write again.
    if (sameShares(shares, last)) continue;
    const weights = onScaleOf(last, smallest(shares));
    steps.push({ weights, shares });
    last = weights;
  }
  if (sameShares(target, last)) steps.pop();
  // On the scale of the steps before, the last one too: a key of weight 1 beside one of weight 50 would have next to nothing.
  return [
    ...steps,
    { weights: onScaleOf(steps.at(-1)?.weights ?? present, smallest(target)), shares: sharesOf(target) },
  ];
}

/**
 * The weights that bring back the shares of a start: the start itself where the weights before are on its scale. A key that the start
 * does not have goes in one write, without getting more on the way: it may be the one that fails.
 */
export function backTo(start: Weights, before: Weights): Weights {
  return onScaleOf(before, smallest(start));
}

/** The share of each key in percent. */
export function sharesOf(weights: Weights): Record<string, number> {
  const sum = Object.values(weights).reduce((total, weight) => total + weight, 0);
  return Object.fromEntries(Object.entries(weights).map(([key, weight]) => [key, (weight * 100) / sum]));
}

/** True if both give every key the same share. */
export function sameShares(a: Weights, b: Weights): boolean {
  return sameWeights(smallest(a), smallest(b));
}

function fractions(weights: Weights): Map<string, number> {
  const entries = Object.entries(weights).filter(([, weight]) => weight > 0);
  const sum = entries.reduce((total, [, weight]) => total + weight, 0);
  return new Map(entries.map(([key, weight]) => [key, weight / sum]));
}

/** Whole percentages that add up to 100, at least 1 for each key: the largest remainders are rounded up. */
function wholePercents(parts: ReadonlyMap<string, number>): Record<string, number> {
  const all = [...parts].map(([key, part]) => ({ key, exact: part * 100, whole: Math.max(1, Math.floor(part * 100)) }));
  const sum = (): number => all.reduce((total, { whole }) => total + whole, 0);
  const lacking = (each: (typeof all)[number]): number => each.exact - each.whole;
  // What the least shares got too much is taken from the one that is furthest above its own.
  for (let over = sum() - 100; over !== 0; over = sum() - 100) {
    const sign = Math.sign(over);
    const able = all.filter(({ whole }) => over < 0 || whole > 1);
    const next = able.reduce((best, each) => (sign * (lacking(each) - lacking(best)) < 0 ? each : best));
    next.whole -= sign;
  }
  return Object.fromEntries(all.map(({ key, whole }) => [key, whole]));
}

/**
 * The weights before where others only have to go, which is one write that leaves all that stays as it is. Else the multiple of the
 * weights whose sum comes nearest to that of the weights before: between the two writes of a step one key has its old weight and the
 * others their new ones, and on one scale their shares lie between the old and the new ones.
 */
function onScaleOf(before: Weights, weights: Record<string, number>): Record<string, number> {
  const kept = Object.entries(before).filter(([key]) => Object.hasOwn(weights, key));
  if (kept.length > 0 && sameShares(Object.fromEntries(kept), weights)) return Object.fromEntries(kept);
  const sum = (of: Weights): number => Object.values(of).reduce((total, weight) => total + weight, 0);
  const factor = Math.max(1, Math.round(Math.min(sum(before), LARGEST_SUM) / sum(weights)));
  return Object.fromEntries(Object.entries(weights).map(([key, weight]) => [key, weight * factor]));
}

/** The smallest whole numbers in the same proportion. */
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

/** How many keys both distributions have together; more than a resource can hold cannot be shifted. */
export function tooManyKeys(present: Weights, target: Weights): boolean {
  const both = new Set([...Object.keys(present), ...Object.keys(target)]).size;
  return both > Math.min(MOST_KEYS, MAX_KEYS);
}
