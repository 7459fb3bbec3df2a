import { isMap } from '../../model/validate/reporter.js';
import { GROUP, KIND, type Family, type MultiKeyListener } from '../../model/resource.js';
import { validate } from '../../model/validate/resource.js';
import { objectFindings } from '../../findings/object-rules.js';
import { identityOf } from './collisions.js';
import type { Remark } from './validation.js';

export interface DocumentRules {
  family: Family;
  /** The namespace of --namespace: a document with another namespace is refused. */
  namespace: string | undefined;
  /** Check only the fields that name the resource: a deletion uses nothing else of the document. */
  identityOnly?: boolean;
}

/** The fields that name a resource. */
const IDENTITY = ['', 'kind', 'apiVersion', 'metadata', 'metadata.name', 'metadata.namespace'];

/** A document, or one item of a document that is a List. */
export interface Member {
  object: unknown;
  /** Field path in the document: `items[0]`, or `items[0].items[1]` in a List of Lists; empty for the document itself. */
  path: string;
}

/**
 * The items of a `List` of any kind; undefined for anything else. As in kubectl `items: null`, which Go writes for an empty list,
 * has no items, and an item without a kind or an apiVersion gets those of its List: `MultiKeyListener` in a `MultiKeyListenerList`.
 */
export function listedIn(object: unknown): unknown[] | undefined {
  if (!isMap(object) || !Object.hasOwn(object, 'items')) return undefined;
  const { apiVersion, kind, items } = object;
  if (typeof kind !== 'string' || !kind.endsWith('List') || !Array.isArray(items ?? [])) return undefined;
  const inherited = { apiVersion, kind: kind.slice(0, -'List'.length) };
  return ((items ?? []) as unknown[]).map((item) =>
    inherited.kind !== '' && isMap(item) && !(item['kind'] && item['apiVersion']) ? { ...item, ...inherited } : item,
  );
}

/**
 * True if a document is of another kind and is skipped. A kind of Skupper's group that resembles MultiKeyListener is taken
 * for a typo and checked. A document without a kind is skipped only in a file that was found in a folder (`named` is false),
 * and only if its apiVersion is not of Skupper's group.
 */
export function isOtherKind(object: unknown, named: boolean): boolean {
  if (!isMap(object)) return !named;
  const { kind, apiVersion } = object;
  const group = typeof apiVersion === 'string' && apiVersion.startsWith(`${GROUP}/`);
  if (typeof kind !== 'string') return !named && !group;
  return kind !== KIND && !(group && /multi-?key/i.test(kind));
}

/** The field that a finding about the object is reported at, by its code. */
const FIELDS: Readonly<Record<string, string>> = {
  'weights-too-large': 'spec.strategy.weighted.routingKeys',
  'routing-key-unusual': 'spec.strategy',
  'settings-unread': 'spec.settings',
};

/** Metadata that the API server sets and that has no effect in a file. An exported object has all of it, so one notice covers it. */
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

/** Checks one document by itself: returns its errors, and warnings about the object only if there is no error. */
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

/** The resource with the namespace of the flag, else its own; an empty namespace becomes undefined. */
export function inNamespace(resource: MultiKeyListener, given: string | undefined): MultiKeyListener {
  const namespace = given ?? (resource.metadata.namespace || undefined);
  return { ...resource, metadata: { ...resource.metadata, namespace } };
}
