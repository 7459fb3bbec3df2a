import { Failure } from '../../model/failure.js';
import type { Part } from '../../operations/fleet.js';
import { EXIT, exitOf } from '../errors.js';

/** What went wrong in one cluster of several. */
export interface Mishap {
  context: string;
  failure: Failure;
}

/**
 * One failure for what could not be read in a fleet. Its code, and so the exit status, is that of the first cluster that
 * cannot be reached; where all could be reached, of the first failure.
 *
 * @param clusters how many clusters there are
 */
export function fleetFailure(mishaps: readonly Mishap[], clusters: number): Failure | undefined {
  const [only, ...others] = mishaps;
  if (only === undefined) return undefined;
  if (others.length === 0 && clusters === 1) return only.failure;
  const { failure: first } = mishaps.find(({ failure }) => exitOf(failure) === EXIT.Unreachable) ?? only;
  const failed = new Set(mishaps.map(({ context }) => context)).size;
  const message =
    first.code === 'not-found'
      ? `some of the named resources do not exist in every cluster`
      : `${failed} of ${clusters} clusters could not be read`;
  return new Failure(first.code, message, {
    causes: mishaps.map(({ context, failure }) => ({ field: context, message: failure.message })),
    hint: first.hint,
    cause: first,
  });
}

/** All that went wrong in one part: it could not be read, or does not have everything that was named. */
export function mishapsOf({ context, value, failure }: Part<{ failures: readonly Failure[] }>): Mishap[] {
  return (failure ? [failure] : value.failures).map((each) => ({ context, failure: each }));
}
