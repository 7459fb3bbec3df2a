import { Failure } from '../failure.js';
import type { MultiKeyListener, Strategy } from '../resource.js';
import { describeStrategy, kindOf, sameStrategy } from '../strategy.js';

/** The flags that allow a change of the strategy (`--in-place`, `--recreate`). Without them it is refused. */
export interface StrategyPermission {
  inPlace?: boolean;
  recreate?: boolean;
}

export type StrategyVerdict =
  /** Both strategies are the same; the order of the keys of a weighted strategy does not count. */
  | { way: 'unchanged' }
  /** Patch it: the kind is the same and --in-place allows it. */
  | { way: 'in-place' }
  /** Delete and create it: --recreate allows it. */
  | { way: 'recreate' }
  | { way: 'refused'; failure: Failure };

/**
 * Decides whether and how a strategy may be changed, for `update` and `apply` on every platform. Skupper's reference page
 * calls the strategy immutable, but the CRD accepts other keys and weights of the same kind, so a change needs an explicit flag
 * (docs/immutability.md).
 */
export function judgeStrategy(
  before: MultiKeyListener,
  after: Strategy,
  permission: StrategyPermission = {},
): StrategyVerdict {
  const old = before.spec.strategy;
  if (sameStrategy(old, after)) return { way: 'unchanged' };
  const sameKind = kindOf(old) === kindOf(after);
  if (permission.inPlace && sameKind) return { way: 'in-place' };
  if (permission.recreate) return { way: 'recreate' };
  const name = before.metadata.name;
  const field = { field: 'spec.strategy', message: `${describeStrategy(after)} was given` };
  const what = `the strategy of ${name} cannot be changed: it is ${describeStrategy(old)}`;
  if (permission.inPlace) {
    const failure = new Failure('strategy-immutable', `${what}, and its kind cannot be changed in place`, {
      causes: [field],
      hint: 'Delete and recreate it with --recreate.',
    });
    return { way: 'refused', failure };
  }
  const hint = sameKind
    ? 'Change keys or weights with --in-place, or delete and recreate the resource with --recreate.'
    : 'To change the kind, delete and recreate the resource with --recreate. Within one kind, keys and weights can be changed with --in-place.';
  return {
    way: 'refused',
    failure: new Failure('strategy-immutable', `${what} and immutable after creation`, { causes: [field], hint }),
  };
}
