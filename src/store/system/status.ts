import { sameJson } from '../../model/change/merge-patch.js';
import type { Applied, Metadata, MultiKeyListener, Status } from '../../model/resource.js';
import { isData, without, type Data } from './files/documents.js';
import { fingerprint } from './files/fingerprint.js';
import { tidySpec } from './files/manifest.js';

/** The same resource as the three folders hold it. */
export interface Sources {
  /** What the user wants. */
  input?: MultiKeyListener | undefined;
  /** What was last applied, with its status. */
  runtime?: MultiKeyListener | undefined;
  /** The input at the time of the last apply that succeeded. */
  snapshot?: MultiKeyListener | undefined;
}

/**
 * How the input stands to what the site runs:
 * | input | runtime | |
 * |---|---|---|
 * | yes | no | NotApplied |
 * | yes | yes, and the spec was applied | Applied |
 * | yes | yes, and the spec differs | ChangePending |
 * | no | yes | Removed: it runs until the next reload |
 *
 * Undefined when neither exists. What was applied is the snapshot's spec, since
 * the runtime's is written by the controller, or the runtime's where there is no snapshot.
 */
export function applied({ input, runtime, snapshot }: Sources): Applied | undefined {
  if (input === undefined) return runtime === undefined ? undefined : 'Removed';
  if (runtime === undefined) return 'NotApplied';
  const last = snapshot ?? runtime;
  return sameJson(plain(input.spec), plain(last.spec)) ? 'Applied' : 'ChangePending';
}

/** Go writes no empty fields and no nulls, and reads absent ones as empty. */
function plain(spec: unknown): Data {
  const present = (_key: string, value: unknown): unknown => (value === null ? undefined : value);
  const copy: unknown = JSON.parse(JSON.stringify(spec ?? {}, present));
  return tidySpec(isData(copy) ? copy : {});
}

/**
 * The resource as the commands see it: the input's (or, once removed, the
 * runtime's) with its namespace and resourceVersion, and the runtime's status
 * with `local.applied` beside Skupper's own words. Undefined when neither exists.
 *
 * The resourceVersion covers the document alone, so that a status written
 * meanwhile is no conflict for a patch.
 */
export function join(sources: Sources, namespace: string): MultiKeyListener | undefined {
  const state = applied(sources);
  const base = sources.input ?? sources.runtime;
  if (state === undefined || base === undefined) return undefined;
  const empty = base.metadata.creationTimestamp ? [] : ['creationTimestamp'];
  const metadata = without({ ...base.metadata, namespace }, ...empty) as unknown as Metadata;
  // Made when it is asked for: a table shows none, and Node's crypto takes longer to load than the rest of a run.
  const resourceVersion = { enumerable: true, configurable: true, get: () => versionOf(base) };
  return {
    ...base,
    metadata: Object.defineProperty(metadata, 'resourceVersion', resourceVersion),
    status: { ...runtimeStatus(sources.runtime), local: { applied: state } },
  };
}

/** The resourceVersion of a document: all of it but the status. */
export function versionOf(document: object): string {
  return fingerprint(without(document, 'status'));
}

/** A status that is not shaped as one is left out: nothing has been said then. */
function runtimeStatus(runtime: MultiKeyListener | undefined): Status {
  const status: unknown = runtime?.status;
  if (!isData(status)) return {};
  const { conditions } = status;
  const checked = Array.isArray(conditions) ? { conditions: conditions.filter(isData) } : {};
  return { ...without(status, 'conditions'), ...checked } as Status;
}
