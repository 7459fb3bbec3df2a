import fc from 'fast-check';
import { inParallel } from './verdict.js';

/** What came of one case: the two verdicts, and by which rules the local one is stricter. */
export type Outcome =
  | { verdict: 'both accept' | 'both reject' }
  | { verdict: 'stricter'; rules: readonly string[] }
  /** The claim is broken. */
  | { verdict: 'broken'; why: string };

/** How many cases came out how; by rule, how many it decided. */
export interface Tally {
  tried: number;
  'both accept': number;
  'both reject': number;
  stricter: number;
  broken: number;
  rules: Map<string, number>;
}

const SHRINK_MS = 30_000;

/** The seed that CI fixes, or a new one. */
export const SEED = fc.readConfigureGlobal().seed ?? Date.now() % 2 ** 31;

/**
 * Judges so many cases side by side. The first that breaks the claim is shrunk and thrown with the seed; it belongs
 * into verdict-cases.ts then.
 *
 * @param show the case in a message
 */
export async function tryAll<T>(
  arbitrary: fc.Arbitrary<T>,
  numRuns: number,
  judge: (one: T) => Promise<Outcome>,
  show: (one: T) => string = JSON.stringify,
): Promise<Tally> {
  const seed = SEED;
  const cases = fc.sample(arbitrary, { seed, numRuns });
  const tally: Tally = { tried: numRuns, 'both accept': 0, 'both reject': 0, stricter: 0, broken: 0, rules: new Map() };
  const outcomes = await inParallel(cases, judge);
  for (const outcome of outcomes) {
    tally[outcome.verdict] += 1;
    if (outcome.verdict !== 'stricter') continue;
    for (const rule of new Set(outcome.rules)) tally.rules.set(rule, (tally.rules.get(rule) ?? 0) + 1);
  }
  const broken = outcomes.findIndex(({ verdict }) => verdict === 'broken');
  if (broken < 0) return tally;
  const shrunk = await shrink(arbitrary, { seed, index: broken }, judge);
  throw new Error(
    `${tally.broken} of ${numRuns} break the claim (seed ${seed}). One, shrunk, for test/support/verdict/verdict-cases.ts:\n` +
      `${show(shrunk ?? (cases[broken] as T))}\n${await whyBroken(shrunk ?? (cases[broken] as T), judge)}`,
  );
}

async function whyBroken<T>(one: T, judge: (one: T) => Promise<Outcome>): Promise<string> {
  const outcome = await judge(one);
  return outcome.verdict === 'broken' ? outcome.why : `(judged again: ${outcome.verdict})`;
}

/** The smallest case that still breaks the claim, from the one of that number in the sample. */
async function shrink<T>(
  arbitrary: fc.Arbitrary<T>,
  { seed, index }: { seed: number; index: number },
  judge: (one: T) => Promise<Outcome>,
): Promise<T | undefined> {
  const holds = async (one: T): Promise<boolean> => (await judge(one)).verdict !== 'broken';
  const details = await fc.check(fc.asyncProperty(arbitrary, holds), {
    seed,
    path: String(index),
    numRuns: 1,
    interruptAfterTimeLimit: SHRINK_MS,
  });
  return details.counterexample?.[0];
}
