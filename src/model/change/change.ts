import { type FieldOptions, merged, parsePairs, parsePort, portProblem } from '../build.js';
import type { Problem } from '../failure.js';
import { applyMergePatch, sameJson, valueAt } from './merge-patch.js';
import type { Family, MultiKeyListener } from '../resource.js';
import { parseStrategy, sameStrategy } from '../strategy.js';
import { validate } from '../validate/resource.js';

/**
 * The options of `update`. An absent member leaves the field unchanged; an empty `tlsCredentials` or `observer` clears it; a
 * setting, label or annotation is `KEY=VALUE`, or `KEY-` to remove it.
 */
export type ChangeOptions = FieldOptions;

export interface Change {
  /** The requested change as a JSON merge patch, without the strategy. */
  patch: Record<string, unknown>;
  /** The requested strategy; undefined if it does not change. */
  strategy: ReturnType<typeof parseStrategy>['strategy'];
  /** The problems that are found without the stored object. */
  problems: Problem[];
}

/** Parses the options of an update. Does not need the stored object, so that bad options are reported before any request. */
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
    // False is the default, so the field is removed.
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
 * The problems for which a change is refused: new problems, and old problems in fields that it names or changes. Problems that
 * the object had before in other fields, such as a field of a later Skupper version, do not prevent a change.
 *
 * @param named the fields that the change names, as a JSON merge patch
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

/** Applies a change to a copy of the object. Returns the copy, and the problems for which the change is refused. */
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
