import { desired } from '../../model/build.js';
import { applyChange, type Change } from '../../model/change/change.js';
import { Failure, isFailure } from '../../model/failure.js';
import { judgeStrategy, type StrategyPermission } from '../../model/change/immutability.js';
import { mergePatch, patchedPaths, sameJson, valueAt } from '../../model/change/merge-patch.js';
import type { Family, MultiKeyListener, Strategy } from '../../model/resource.js';
import { describeStrategy } from '../../model/strategy.js';
import { heldBy, waitForDeletion } from '../../model/summary.js';
import type { Store } from '../../store/store.js';

/** Each try lost to somebody who changed other fields meanwhile. */
const MOST_TRIES = 10;

/** What an update would do, decided before anything is sent. */
export interface Plan {
  way: 'unchanged' | 'patch' | 'recreate';
  before: MultiKeyListener;
  after: MultiKeyListener;
  patch: Record<string, unknown>;
}

/** Throws `invalid` with every problem, `strategy-immutable` for a change that was not allowed by name. */
export function planUpdate(
  before: MultiKeyListener,
  change: Change,
  family: Family,
  permission: StrategyPermission,
): Plan {
  const { after, problems } = applyChange(before, change, family);
  if (problems.length > 0) throw invalid(`invalid change to ${JSON.stringify(before.metadata.name)}`, problems);
  return planOf(before, after, permission);
}

/** Throws `conflict` for a resource on its way out: the change would go with it. */
function refuseIfDeleting(before: MultiKeyListener): void {
  const { name, namespace, deletionTimestamp } = before.metadata;
  if (!deletionTimestamp) return;
  throw new Failure('conflict', `"${name}" is being deleted and ${heldBy(before)}, so it is not changed`, {
    hint: waitForDeletion(name, namespace),
  });
}

/**
 * How `before` becomes `after`. Throws `conflict` where the resource is being deleted, and `strategy-immutable` for a change that
 * was not allowed by name.
 */
export function planOf(before: MultiKeyListener, after: MultiKeyListener, permission: StrategyPermission): Plan {
  // What only clears what was never there leaves an empty map behind: no change.
  const same = sameJson(desired(before), desired(after));
  if (!same) refuseIfDeleting(before);
  const verdict = judgeStrategy(before, after.spec.strategy, permission);
  if (verdict.way === 'refused') throw verdict.failure;
  const way = same ? 'unchanged' : verdict.way === 'recreate' ? 'recreate' : 'patch';
  return { way, before, after, patch: mergePatch(before, after) };
}

/** The failure of an input that breaks rules, one wording for all commands. */
export function invalid(what: string, problems: Failure['causes'], hint?: string): Failure {
  return new Failure('invalid', what, { causes: problems, hint: hint ?? 'Nothing was sent.' });
}

/**
 * Sends a plan's patch. When the resource changed meanwhile it is read again,
 * and the change is made anew only if nobody touched the same fields.
 *
 * Throws `conflict` naming the fields otherwise.
 */
export async function carryOut(
  store: Store,
  plan: Plan,
  again: (before: MultiKeyListener) => Plan,
  options: { dryRun: boolean; signal: AbortSignal },
): Promise<MultiKeyListener> {
  let current = plan;
  for (let attempt = 1; ; attempt += 1) {
    const { name, resourceVersion, uid } = current.before.metadata;
    if (current.way === 'unchanged') return current.before;
    try {
      return await store.patch(name, current.patch, { ...options, resourceVersion: resourceVersion ?? '', uid });
    } catch (error) {
      if (!isFailure(error, 'conflict') || attempt >= MOST_TRIES) throw error;
      const now = await store.get(name, { signal: options.signal });
      refuseIfTouched(current, now, error);
      current = again(now);
      if (current.way === 'recreate' && plan.way !== 'recreate') throw error;
    }
  }
}

/** A strategy is given as a whole, so whoever changes one of its keys changes the same field. */
function fieldOf(path: readonly string[]): string[] {
  return path[0] === 'spec' && path[1] === 'strategy' ? ['spec', 'strategy'] : [...path];
}

/** Throws `conflict` when somebody else changed, after the plan's resource was read, what the plan changes too. */
export function refuseIfTouched(plan: Plan, now: MultiKeyListener, cause?: Failure): void {
  const name = plan.before.metadata.name;
  if (now.metadata.uid !== plan.before.metadata.uid) {
    throw new Failure('conflict', `${name} was deleted and recreated by another client in the meantime`, {
      hint: 'Check it, then run the update again.',
      cause,
    });
  }
  const paths = patchedPaths(plan.patch).map(fieldOf);
  const fields = paths.filter((path, index) => paths.findIndex((other) => sameJson(other, path)) === index);
  const touched = fields.filter((path) => !sameJson(valueAt(plan.before, path), valueAt(now, path)));
  if (touched.length === 0) return;
  throw new Failure('conflict', `${name} was changed by another client in the meantime, in the same fields`, {
    causes: touched.map((path) => ({
      field: path.join('.'),
      message: `was ${text(path, plan.before)} when it was read, is ${text(path, now)} now`,
    })),
    hint: 'Check it, then run the update again.',
    cause,
  });
}

function text(path: readonly string[], resource: MultiKeyListener): string {
  const value = valueAt(resource, path);
  if (path[1] === 'strategy') return describeStrategy(value as Strategy | undefined);
  return value === undefined ? 'absent' : JSON.stringify(value);
}
