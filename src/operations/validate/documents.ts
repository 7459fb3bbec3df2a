import { isMap } from '../../model/validate/reporter.js';
import { GROUP, KIND, type Family, type MultiKeyListener } from '../../model/resource.js';
import { validate } from '../../model/validate/resource.js';
import { objectFindings } from '../../findings/object-rules.js';
import { identityOf } from './collisions.js';
import type { Remark } from './validation.js';

export interface DocumentRules {
  family: Family;
  /** The namespace given by flag: a document that names another one is refused. */
  namespace: string | undefined;
  /** Only what names the resource counts: for a deletion, which sends nothing else. */
  identityOnly?: boolean;
}

/** The fields that name a resource. */
const IDENTITY = ['', 'kind', 'apiVersion', 'metadata', 'metadata.name', 'metadata.namespace'];

/** A document, or an item of the List that it is. */
export interface Member {
  object: unknown;
  /** Undefined for a document that is no List. */
  item?: number;
}

/** The items of a `List` of any kind; anything else as it is. */
export function membersOf(object: unknown): Member[] {
  const list = isMap(object) && typeof object['kind'] === 'string' && object['kind'].endsWith('List') ? object : {};
  const { items } = list;
  return Array.isArray(items) ? items.map((each: unknown, item) => ({ object: each, item })) : [{ object }];
}

/**
 * Whether a document is none of ours and may be passed over. A kind of the
 * group that is nearly ours is a slip, and is judged; so is what has no kind, unless it was come upon in a folder.
 */
export function isOtherKind(object: unknown, named: boolean): boolean {
  if (!isMap(object)) return !named;
  const { kind, apiVersion } = object;
  const group = typeof apiVersion === 'string' && apiVersion.startsWith(`${GROUP}/`);
  if (typeof kind !== 'string') return !named && !group;
  return kind !== KIND && !(group && /multi-?key/i.test(kind));
}

/** Where a finding about the object itself belongs. */
const FIELDS: Readonly<Record<string, string>> = {
  'weights-too-large': 'spec.strategy.weighted.routingKeys',
  'routing-key-unusual': 'spec.strategy',
  'settings-unread': 'spec.settings',
};

/** What the API server or Skupper sets; in a file it has no effect. An exported object has all of it: one notice is enough. */
const IGNORED = ['uid', 'resourceVersion'] as const;

function ignored(object: unknown): Remark[] {
  if (!isMap(object)) return [];
  const { metadata, status } = object;
  const given = isMap(metadata) ? IGNORED.filter((name) => (metadata[name] ?? null) !== null) : [];
  const fields = [...given.map((name) => `metadata.${name}`), ...((status ?? null) === null ? [] : ['status'])];
  const [field, ...more] = fields;
  if (field === undefined) return [];
  const others = more.length === 0 ? '' : `, and so ${more.length === 1 ? 'is' : 'are'} ${more.join(' and ')}`;
  const message = `is ignored${others}: ${more.length === 0 ? 'it is' : 'they are'} set by the server`;
  return [{ field, message, rule: 'ignored-field', severity: 'notice' }];
}

/** Everything about one document by itself: what is wrong with it, and when nothing is, what is worth knowing. */
export function checkDocument(object: unknown, rules: DocumentRules): Remark[] {
  const problems: Remark[] = validate(object, rules.family)
    .filter(({ field }) => !rules.identityOnly || IDENTITY.includes(field))
    .map((problem) => ({ ...problem, severity: 'error' }));
  const { namespace } = identityOf(object);
  if (rules.namespace !== undefined && namespace !== '' && namespace !== rules.namespace) {
    const message = `is ${namespace}, but --namespace is ${rules.namespace}`;
    problems.push({ field: 'metadata.namespace', message, rule: 'namespace-differs', severity: 'error' });
  }
  if (rules.identityOnly) return problems;
  if (problems.length === 0) {
    for (const { code, message, hint } of objectFindings(object as MultiKeyListener)) {
      problems.push({ field: FIELDS[code] ?? '', message: `${message} ${hint}`, rule: code, severity: 'warning' });
    }
  }
  problems.push(...ignored(object));
  return problems;
}

/** The resource in the namespace that is given by flag, else in its own; an empty one is none. */
export function inNamespace(resource: MultiKeyListener, given: string | undefined): MultiKeyListener {
  const namespace = given ?? (resource.metadata.namespace || undefined);
  return { ...resource, metadata: { ...resource.metadata, namespace } };
}
