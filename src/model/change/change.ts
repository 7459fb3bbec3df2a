import { type FieldOptions, merged, parsePairs, parsePort, portProblem } from '../build.js';
import type { Problem } from '../failure.js';
import { applyMergePatch, sameJson, valueAt } from './merge-patch.js';
import type { Family, MultiKeyListener } from '../resource.js';
import { parseStrategy, sameStrategy } from '../strategy.js';
import { validate } from '../validate/resource.js';

/**
 * What `update` is told. An absent member leaves the field as it is; an empty `tlsCredentials` or `observer` clears it; a setting,
 * label or annotation is `KEY=VALUE`, or `KEY-` to remove it.
 */
export type ChangeOptions = FieldOptions;

export interface Change {
  /** A JSON merge patch of what was asked for; the strategy is not in it. */
  patch: Record<string, unknown>;
  /** The strategy asked for, if any. */
  strategy: ReturnType<typeof parseStrategy>['strategy'];
  /** What can be told to be wrong without the present object. */
  problems: Problem[];
}

/** Reads the options of an update; needs no object, so that it can refuse before anything is read. */
export function parseChange(options: ChangeOptions): Change {
  const settings = parsePairs('spec.settings', options.settings, true);
  const labels = parsePairs('metadata.labels', options.labels, true);
  const annotations = parsePairs('metadata.annotations', options.annotations, true);
  const { strategy, problems } = parseStrategy(options);
  const given = (key: string, value: unknown): Record<string, unknown> => (value === undefined ? {} : { [key]: value });
  const some = (key: string, pairs: object): Record<string, unknown> =>
    Object.keys(pairs).length > 0 ? { [key]: pairs } : {};
  const metadata = { ...some('labels', labels.pairs), ...some('annotations', annotations.pairs) };
  const spec = {
    ...given('host', options.host),
    ...given('port', options.port === undefined ? undefined : parsePort(options.port)),
    ...given('tlsCredentials', options.tlsCredentials === '' ? null : options.tlsCredentials),
    // Absent means false: nothing is stored for it.
    ...given('requireClientCert', options.requireClientCert === false ? null : options.requireClientCert),
    ...given('observer', options.observer === '' ? null : options.observer),
    ...some('settings', settings.pairs),
  };
  const port = options.port === undefined ? undefined : portProblem(options.port);
  return {
    patch: { ...some('metadata', metadata), ...some('spec', spec) },
    strategy,
    problems: [port ?? [], problems, settings.problems, labels.problems, annotations.problems].flat(),
  };
}

/**
 * The problems that a change answers for: those that it brings, and those that it leaves in a field it names or changes. What
 * was wrong before and stays as it was (a field of a later Skupper) does not stand in the way of repairing the rest.
 *
 * @param named the fields named by the change, as a JSON merge patch
 */
export function problemsOfChange(
  before: MultiKeyListener,
  after: MultiKeyListener,
  family: Family,
  named: object = {},
): Problem[] {
  const old = validate(before, family);
  const isOld = ({ field, rule }: Problem): boolean =>
    old.some((problem) => problem.field === field && problem.rule === rule);
  const isTouched = ({ field }: Problem): boolean => {
    const path = field.replace(/\[.*/s, '').split('.');
    return !sameJson(valueAt(before, path), valueAt(after, path)) || valueAt(named, path) !== undefined;
  };
  return validate(after, family).filter((problem) => !isOld(problem) || isTouched(problem));
}

/** The object as it would be after the change, and every problem that the change answers for. */
export function applyChange(
  before: MultiKeyListener,
  change: Change,
  family: Family,
): { after: MultiKeyListener; problems: Problem[] } {
  const after = applyMergePatch(before, change.patch);
  if (change.strategy && !sameStrategy(before.spec.strategy, change.strategy)) {
    after.spec = { ...after.spec, strategy: change.strategy };
  }
  return { after, problems: merged(change.problems, problemsOfChange(before, after, family, change.patch)) };
}
