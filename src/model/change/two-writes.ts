import type { Strategy } from '../resource.js';
import { MAX_KEYS, MAX_WEIGHT } from '../strategy.js';

type Weights = Readonly<Record<string, number>>;

const weightOf = (weights: Weights, key: string): number => (Object.hasOwn(weights, key) ? (weights[key] ?? 0) : 0);

/** The same keys, all weights times the same number: every share stays what it is. False for no weights. */
export function proportional(old: Weights, next: Weights): boolean {
  const keys = Object.keys(old);
  const [first] = keys;
  const all = [...Object.values(old), ...Object.values(next)];
  if (first === undefined || keys.length !== Object.keys(next).length || !all.every(Number.isSafeInteger)) return false;
  const product = (a: number, b: number): bigint => BigInt(a) * BigInt(b);
  return keys.every(
    (key) =>
      Object.hasOwn(next, key) &&
      product(weightOf(old, key), weightOf(next, first)) === product(weightOf(next, key), weightOf(old, first)),
  );
}

/** What is asked for, but that key as it was. */
function keeping(old: Weights, next: Weights, kept: string): Record<string, number> {
  return Object.fromEntries([...Object.entries(next).filter(([key]) => key !== kept), [kept, weightOf(old, kept)]]);
}

function possible(weights: Weights): boolean {
  const values = Object.values(weights);
  const sum = values.reduce((a, b) => a + b, 0);
  return values.length <= MAX_KEYS && sum <= MAX_WEIGHT && values.every((each) => Number.isInteger(each) && each > 0);
}

/**
 * The first of two writes for a change of weights that leaves no reachable key
 * as it is: everything that is asked for, but one reachable key stays until the
 * second write. That is the heaviest one for which another key can then stand in: a
 * reachable one, or else a new one (of which nobody knows yet whether it is reachable).
 *
 * @param live keys of the old strategy that take connections
 * @param reachable all keys known to be reachable, if that is known
 * @returns `no-substitute` where two writes would not help, `limits` where the first would be invalid
 */
export function splitWeights(
  old: Weights,
  next: Weights,
  live: readonly string[],
  reachable: ReadonlySet<string> | undefined,
): { kept: string; first: Strategy } | 'no-substitute' | 'limits' {
  const sure = new Set([...live, ...(reachable ?? [])]);
  const others = (kept: string): string[] => Object.keys(next).filter((key) => key !== kept);
  const helps = [
    (kept: string) => others(kept).some((key) => sure.has(key)),
    (kept: string) => others(kept).some((key) => !Object.hasOwn(old, key)),
  ];
  const heaviest = [...live].sort((a, b) => weightOf(old, b) - weightOf(old, a));
  const candidates = helps.flatMap((help) => heaviest.filter(help));
  for (const kept of candidates) {
    const first = keeping(old, next, kept);
    if (possible(first)) return { kept, first: { weighted: { routingKeys: first } } };
  }
  return candidates.length === 0 ? 'no-substitute' : 'limits';
}
