import { Failure } from '../../model/failure.js';
import type { Part } from '../../operations/fleet.js';
import { EXIT, exitOf } from '../errors.js';

/** A failure in one of several clusters. */
export interface Mishap {
  context: string;
  failure: Failure;
}

/**
 * Joins the failures of several clusters. The code, and so the exit status, is that of the first cluster that is
 * unreachable or, if all can be reached, of the first failure.
 *
 * @param clusters the number of all clusters
 * @returns undefined if there are no failures
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

/** The failures of one part: the one of the cluster, or those of the names that it does not have. */
export function mishapsOf({ context, value, failure }: Part<{ failures: readonly Failure[] }>): Mishap[] {
  return (failure ? [failure] : value.failures).map((each) => ({ context, failure: each }));
}
