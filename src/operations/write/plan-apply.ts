import { desired } from '../../model/build.js';
import { problemsOfChange } from '../../model/change/change.js';
import { isFailure } from '../../model/failure.js';
import type { StrategyPermission } from '../../model/change/immutability.js';
import { mergeManifest } from '../../model/change/merge-manifest.js';
import type { Family, MultiKeyListener } from '../../model/resource.js';
import { sameStrategy } from '../../model/strategy.js';
import type { Store } from '../../store/store.js';
import { invalid, planOf, type Plan } from './plan-update.js';
import type { Creation } from './work.js';

/** The planned write for one manifest. */
export type Step = Creation | Plan;

/**
 * Plans the write for one manifest.
 *
 * @param stored the resource as it is now; undefined if it does not exist
 * @throws Failure `invalid` with every problem, `strategy-immutable` for a change of the strategy that `permission` does not
 *   allow, `conflict` if the resource is being deleted
 */
export function planApply(
  stored: MultiKeyListener | undefined,
  manifest: MultiKeyListener,
  family: Family,
  permission: StrategyPermission,
): Step {
  if (!stored) return { way: 'create', after: desired(manifest) };
  const merged = mergeManifest(stored, manifest);
  // The same weights in another order are not a change.
  const after = sameStrategy(stored.spec.strategy, merged.spec.strategy)
    ? { ...merged, spec: { ...merged.spec, strategy: stored.spec.strategy } }
    : merged;
  const problems = problemsOfChange(stored, after, family).filter(({ field }) => /^spec|^metadata\./.test(field));
  if (problems.length > 0) throw invalid(`invalid change to ${JSON.stringify(stored.metadata.name)}`, problems);
  return planOf(stored, after, permission);
}

/** Reads the resources with these names: one get for one name, one list for several. The map has only those that exist. */
export async function readStored(
  store: Store,
  names: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, MultiKeyListener>> {
  const [only] = names;
  if (names.length === 1 && only !== undefined) {
    try {
      return new Map([[only, await store.get(only, { signal })]]);
    } catch (error) {
      if (isFailure(error, 'not-found')) return new Map();
      throw error;
    }
  }
  const all = await store.list({ signal });
  return new Map(all.filter(isDesired).map((resource) => [resource.metadata.name, resource]));
}

/** False for a resource of a system site whose file is deleted: it is listed until the next reload. */
export function isDesired(resource: MultiKeyListener): boolean {
  return resource.status?.local?.applied !== 'Removed';
}
