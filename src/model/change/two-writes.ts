import type { Strategy } from '../resource.js';
import { MAX_KEYS, MAX_WEIGHT } from '../strategy.js';

type Weights = Readonly<Record<string, number>>;

const weightOf = (weights: Weights, key: string): number => (Object.hasOwn(weights, key) ? (weights[key] ?? 0) : 0);

/** True if both have the same keys and all weights differ by the same factor, so that all shares are the same. False if empty. */
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

/** The new weights with the old weight of one key. */
function keepingWeight(old: Weights, next: Weights, kept: string): Record<string, number> {
  return Object.fromEntries([...Object.entries(next).filter(([key]) => key !== kept), [kept, weightOf(old, kept)]]);
}

function isValid(weights: Weights): boolean {
  const values = Object.values(weights);
  const sum = values.reduce((a, b) => a + b, 0);
  return values.length <= MAX_KEYS && sum <= MAX_WEIGHT && values.every((each) => Number.isInteger(each) && each > 0);
}

/**
 * Plans the first of two writes for a change of weights that affects every reachable key. The first write makes all changes
 * except that of one live key, which takes the new connections until the second write changes it. During the second write
 * another key must take them: preferably one that is known to be reachable, otherwise a new key, which may be reachable. Of the
 * keys for which there is such a substitute, the heaviest is kept.
 *
 * @param live keys of the old strategy that take connections
 * @param reachable all keys known to be reachable; undefined if not known
 * @returns the kept key and the strategy of the first write; `no-substitute` if two writes would not help, `limits` if the first
 *   write would exceed the limits of keys or weights
 */
export function splitWeights(
  old: Weights,
  next: Weights,
  live: readonly string[],
  reachable: ReadonlySet<string> | undefined,
): { kept: string; first: Strategy } | 'no-substitute' | 'limits' {
  const knownReachable = new Set([...live, ...(reachable ?? [])]);
  const others = (kept: string): string[] => Object.keys(next).filter((key) => key !== kept);
  const substituteTests = [
    (kept: string) => others(kept).some((key) => knownReachable.has(key)),
    (kept: string) => others(kept).some((key) => !Object.hasOwn(old, key)),
  ];
  const heaviest = [...live].sort((a, b) => weightOf(old, b) - weightOf(old, a));
  const candidates = substituteTests.flatMap((hasSubstitute) => heaviest.filter(hasSubstitute));
  for (const kept of candidates) {
    const first = keepingWeight(old, next, kept);
    if (isValid(first)) return { kept, first: { weighted: { routingKeys: first } } };
  }
  return candidates.length === 0 ? 'no-substitute' : 'limits';
}
