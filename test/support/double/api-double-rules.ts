import {
  isSubdomain,
  labelValueProblem,
  MAX_ANNOTATION_BYTES,
  qualifiedNameProblem,
} from '../../../src/model/names.js';
import { badRequest, invalid, NIL, type Cause } from './api-double-status.js';
import { problems, schemaOf, unknownFields, withoutNulls, type Schema } from './api-double-schema.js';

export interface Stored {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    generateName?: string;
    namespace: string;
    uid: string;
    resourceVersion: string;
    generation?: number;
    creationTimestamp: string;
    deletionTimestamp?: string;
    finalizers?: string[];
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  spec?: unknown;
  status?: unknown;
}

const KIND = 'MultiKeyListener';
const VERSION = 'skupper.io/v2alpha1';
const OBJECT: Schema = (() => {
  const { properties, ...rest } = schemaOf(KIND);
  return { ...rest, properties: { apiVersion: {}, kind: {}, metadata: {}, ...properties } };
})();

type Strategy = { priority?: unknown; weighted?: unknown };

/**
 * What the API server checks of a MultiKeyListener before it stores it, in the
 * server's order.
 *
 * @param before the stored one, on an update
 * @returns the object as it is stored: nulls pruned
 * @throws Refusal 400 or 422
 */
export function admit(object: Partial<Stored>, before?: Stored): Stored {
  const { apiVersion = '', kind = '' } = object;
  if (apiVersion !== VERSION) {
    const version = apiVersion.split('/')[1] ?? apiVersion;
    throw badRequest(
      `${kind} in version "${version}" cannot be handled as a ${KIND}: strict decoding error: unknown field "spec"`,
    );
  }
  const given = { ...object, metadata: object.metadata ?? ({} as Stored['metadata']) };
  const unknown = kind === KIND ? unknownFields(OBJECT, strip(given)) : [];
  if (unknown.length > 0) {
    const list = unknown.map((field) => `unknown field "${field}"`).join(', ');
    throw badRequest(`${KIND} in version "v2alpha1" cannot be handled as a ${KIND}: strict decoding error: ${list}`);
  }
  const pruned = withoutNulls(given) as Stored;
  const { name = '' } = pruned.metadata;
  if (kind !== KIND) {
    throw invalid(kind, name, [
      { reason: 'FieldValueInvalid', message: `Invalid value: "${kind}": must be ${KIND}`, field: 'kind' },
    ]);
  }
  const found = [...metadataProblems(pruned), ...problems(OBJECT, strip(pruned))];
  const stops = found.some((problem) => problem.stops);
  const causes: Cause[] = found.map(({ reason, message, field }) => ({ reason, message, field }));
  if (stops) causes.push(NIL);
  else if (!causes.some(({ field }) => field.startsWith('spec'))) causes.push(...ruleProblems(pruned, before));
  if (causes.length > 0) throw invalid(KIND, name, causes);
  return pruned;
}

/** Metadata and status have rules of their own. */
function strip(object: Partial<Stored>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== 'metadata' && key !== 'status'));
}

/** The CRD's two CEL rules. */
function ruleProblems(object: Stored, before?: Stored): Cause[] {
  const { strategy = {} } = object.spec as { strategy?: Strategy };
  const old = (before?.spec as { strategy?: Strategy } | undefined)?.strategy;
  const cause = (message: string): Cause => ({
    reason: 'FieldValueInvalid',
    message: `Invalid value: "object": ${message}`,
    field: 'spec.strategy',
  });
  const causes: Cause[] = [];
  if ((old?.priority && !strategy.priority) || (old?.weighted && !strategy.weighted))
    causes.push(cause('strategy is immutable'));
  if (Boolean(strategy.priority) === Boolean(strategy.weighted)) {
    causes.push(cause('exactly one of the fields in [priority weighted] must be set'));
  }
  return causes;
}

function metadataProblems({ metadata }: Stored): (Cause & { stops: boolean })[] {
  const { name = '', generateName, labels = {}, annotations = {} } = metadata;
  const found: (Cause & { stops: boolean })[] = [];
  const bad = (field: string, value: string, why: string): void => {
    found.push({
      reason: 'FieldValueInvalid',
      message: `Invalid value: "${value}": ${why}`,
      field: `metadata.${field}`,
      stops: false,
    });
  };
  if (name === '' && !generateName) {
    found.push({
      reason: 'FieldValueRequired',
      message: 'Required value: name or generateName is required',
      field: 'metadata.name',
      stops: true,
    });
  } else if (name !== '' && !isSubdomain(name)) {
    bad(
      'name',
      name,
      name.length > 253 ? 'must be no more than 253 characters' : 'a lowercase RFC 1123 subdomain must consist of …',
    );
  }
  for (const [key, value] of Object.entries(labels)) {
    for (const why of [qualifiedNameProblem(key), labelValueProblem(value)]) if (why) bad('labels', why, why);
  }
  for (const key of Object.keys(annotations)) {
    const why = qualifiedNameProblem(key.toLowerCase());
    if (why) bad('annotations', key, why);
  }
  const size = Object.entries(annotations).reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  );
  if (size > MAX_ANNOTATION_BYTES) {
    found.push({
      reason: 'FieldValueTooLong',
      message: `Too long: may not be more than ${MAX_ANNOTATION_BYTES} bytes`,
      field: 'metadata.annotations',
      stops: true,
    });
  }
  return found;
}
