import { sameJson } from '../../model/change/merge-patch.js';
import type { Applied, Metadata, MultiKeyListener, Status } from '../../model/resource.js';
import { isData, without, type Data } from './files/documents.js';
import { fingerprint } from './files/fingerprint.js';
import { tidySpec } from './files/manifest.js';

/** One resource in the three folders of a namespace. */
export interface Sources {
  /** The desired resource. */
  input?: MultiKeyListener | undefined;
  /** The resource that the site has applied last, with its status. */
  runtime?: MultiKeyListener | undefined;
  /** The input at the last successful apply. */
  snapshot?: MultiKeyListener | undefined;
}

/**
 * Compares the input with the resource that the site runs:
 * | input | runtime | result |
 * |---|---|---|
 * | exists | missing | NotApplied |
 * | exists | exists, and the applied spec is the same | Applied |
 * | exists | exists, and the applied spec differs | ChangePending |
 * | missing | exists | Removed: it runs until the next reload |
 *
 * The applied spec is that of the snapshot, because the controller may rewrite the one in runtime; without a snapshot it is that
 * of runtime. Undefined if both input and runtime are missing.
 */
export function applied({ input, runtime, snapshot }: Sources): Applied | undefined {
  if (input === undefined) return runtime === undefined ? undefined : 'Removed';
  if (runtime === undefined) return 'NotApplied';
  const last = snapshot ?? runtime;
  return sameJson(plain(input.spec), plain(last.spec)) ? 'Applied' : 'ChangePending';
}

/** The spec without empty fields and nulls: Go does not write them, and reads absent fields as empty. */
function plain(spec: unknown): Data {
  const present = (_key: string, value: unknown): unknown => (value === null ? undefined : value);
  const copy: unknown = JSON.parse(JSON.stringify(spec ?? {}, present));
  return tidySpec(isData(copy) ? copy : {});
}

/**
 * The resource that commands get: the document of the input (or, if that was removed, of runtime) with namespace and
 * resourceVersion, and the status of runtime with `local.applied` added. Undefined if both are missing.
 *
 * The resourceVersion does not include the status, so that a change of the status is not a conflict for a patch.
 */
export function join(sources: Sources, namespace: string): MultiKeyListener | undefined {
  const state = applied(sources);
  const base = sources.input ?? sources.runtime;
  if (state === undefined || base === undefined) return undefined;
  const empty = base.metadata.creationTimestamp ? [] : ['creationTimestamp'];
  const metadata = without({ ...base.metadata, namespace }, ...empty) as unknown as Metadata;
  // Computed only when it is read: tables do not show it, and loading Node's crypto takes longer than the rest of a run.
  const resourceVersion = { enumerable: true, configurable: true, get: () => versionOf(base) };
  return {
    ...base,
    metadata: Object.defineProperty(metadata, 'resourceVersion', resourceVersion),
    status: { ...runtimeStatus(sources.runtime), local: { applied: state } },
  };
}

/** The resourceVersion of a document: the fingerprint of everything except its status. */
export function versionOf(document: object): string {
  return fingerprint(without(document, 'status'));
}

/** The status in runtime. A status or a condition that is not a map is left out. */
function runtimeStatus(runtime: MultiKeyListener | undefined): Status {
  const status: unknown = runtime?.status;
  if (!isData(status)) return {};
  const { conditions } = status;
  const checked = Array.isArray(conditions) ? { conditions: conditions.filter(isData) } : {};
  return { ...without(status, 'conditions'), ...checked } as Status;
}
