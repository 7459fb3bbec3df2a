import { desired } from '../../model/build.js';
import { applyChange, type Change } from '../../model/change/change.js';
import { Failure, isFailure } from '../../model/failure.js';
import { judgeStrategy, type StrategyPermission } from '../../model/change/immutability.js';
import { mergePatch, patchedPaths, sameJson, valueAt } from '../../model/change/merge-patch.js';
import type { Family, MultiKeyListener, Strategy } from '../../model/resource.js';
import { describeStrategy } from '../../model/strategy.js';
import { heldBy, waitForDeletion } from '../../model/summary.js';
import type { Store } from '../../store/store.js';

/** Attempts to send a patch; each one but the last failed because another client changed other fields meanwhile. */
const MOST_TRIES = 10;

/** A planned update: how `before` becomes `after`. `patch` is a JSON merge patch (RFC 7386). */
export interface Plan {
  way: 'unchanged' | 'patch' | 'recreate';
  before: MultiKeyListener;
  after: MultiKeyListener;
  patch: Record<string, unknown>;
}

/**
 * Plans an update from flags.
 *
 * @throws Failure `invalid` with every problem, and what `planOf` throws
 */
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

/** Throws `conflict` for a resource that is being deleted, because the change would be lost with it. */
export function refuseIfDeleting(before: MultiKeyListener): void {
  const { name, namespace, deletionTimestamp } = before.metadata;
  if (!deletionTimestamp) return;
  throw new Failure('conflict', `"${name}" is being deleted and ${heldBy(before)}, so it is not changed`, {
    hint: waitForDeletion(name, namespace),
  });
}

/**
 * Plans how `before` becomes `after`.
 *
 * @throws Failure `conflict` if the resource is being deleted, `strategy-immutable` for a change of the strategy that
 *   `permission` does not allow
 */
export function planOf(before: MultiKeyListener, after: MultiKeyListener, permission: StrategyPermission): Plan {
  // Removing a label that does not exist leaves an empty map, which is not a change.
  const same = sameJson(desired(before), desired(after));
  if (!same) refuseIfDeleting(before);
  const verdict = judgeStrategy(before, after.spec.strategy, permission);
  if (verdict.way === 'refused') throw verdict.failure;
  const way = same ? 'unchanged' : verdict.way === 'recreate' ? 'recreate' : 'patch';
  return { way, before, after, patch: mergePatch(before, after) };
}

/** The `invalid` failure of all commands; the default hint says that nothing was sent. */
export function invalid(what: string, problems: Failure['causes'], hint?: string): Failure {
  return new Failure('invalid', what, { causes: problems, hint: hint ?? 'Nothing was sent.' });
}

/**
 * Sends a plan's patch. If the resource has changed meanwhile, it is read again and planned anew with `again`, unless
 * another client has changed the same fields.
 *
 * @throws Failure `conflict` naming these fields, and what the store throws
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

/** The path of the field that two clients conflict in: the strategy counts as one field, because it is written as a whole. */
function fieldOf(path: readonly string[]): string[] {
  return path[0] === 'spec' && path[1] === 'strategy' ? ['spec', 'strategy'] : [...path];
}

/** Throws `conflict` if another client has changed a field of the plan, or recreated the resource, since it was read. */
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
      message: `was ${describeValue(path, plan.before)} when it was read, is ${describeValue(path, now)} now`,
    })),
    hint: 'Check it, then run the update again.',
    cause,
  });
}

function describeValue(path: readonly string[], resource: MultiKeyListener): string {
  const value = valueAt(resource, path);
  if (path[1] === 'strategy') return describeStrategy(value as Strategy | undefined);
  return value === undefined ? 'absent' : JSON.stringify(value);
}
