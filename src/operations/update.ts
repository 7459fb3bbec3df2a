import { applyChange, type Change } from '../model/change.js';
import { Failure, isFailure } from '../model/failure.js';
import { judgeStrategy, type StrategyPermission } from '../model/immutability.js';
import { mergePatch, patchedPaths, sameJson, valueAt } from '../model/merge-patch.js';
import type { Family, MultiKeyListener } from '../model/resource.js';
import type { Store } from '../store/store.js';

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
  if (problems.length > 0) throw invalid(`${before.metadata.name} can't be changed like that`, problems);
  const verdict = judgeStrategy(before, after.spec.strategy, permission);
  if (verdict.way === 'refused') throw verdict.failure;
  const patch = mergePatch(before, after);
  if (Object.keys(patch).length === 0) return { way: 'unchanged', before, after, patch };
  return { way: verdict.way === 'recreate' ? 'recreate' : 'patch', before, after, patch };
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
      if (current.way === 'recreate') throw error;
    }
  }
}

function refuseIfTouched(plan: Plan, now: MultiKeyListener, cause: Failure): void {
  const name = plan.before.metadata.name;
  if (now.metadata.uid !== plan.before.metadata.uid) {
    throw new Failure('conflict', `${name} was deleted and created again by somebody else meanwhile`, {
      hint: 'Look at it and run the update again.',
      cause,
    });
  }
  const touched = patchedPaths(plan.patch).filter((path) => !sameJson(valueAt(plan.before, path), valueAt(now, path)));
  if (touched.length === 0) return;
  throw new Failure('conflict', `${name} was changed by somebody else meanwhile, in the same fields`, {
    causes: touched.map((path) => ({
      field: path.join('.'),
      message: `was ${text(valueAt(plan.before, path))} when it was read, is ${text(valueAt(now, path))} now`,
    })),
    hint: 'Look at it and run the update again.',
    cause,
  });
}

function text(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value);
}
