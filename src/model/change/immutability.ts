import { Failure } from '../failure.js';
import type { MultiKeyListener, Strategy } from '../resource.js';
import { describeStrategy, kindOf, sameStrategy } from '../strategy.js';

/** How a changed strategy may be carried out; neither by default. */
export interface StrategyPermission {
  inPlace?: boolean;
  recreate?: boolean;
}

export type StrategyVerdict =
  /** Nothing changes, or an order of the same weights. */
  | { way: 'unchanged' }
  /** Same kind, allowed by --in-place: one patch. */
  | { way: 'in-place' }
  /** Allowed by --recreate: delete, then create. */
  | { way: 'recreate' }
  | { way: 'refused'; failure: Failure };

/**
 * The one judge of a strategy change, for `update` and `apply`, on every
 * platform. The reference page calls the strategy immutable; the CRD lets keys
 * and weights of the same kind change; so a change needs to be asked for by name.
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
