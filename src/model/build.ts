import type { Problem } from './failure.js';
import { API_VERSION, KIND, type MultiKeyListener, type Observer, type Spec } from './resource.js';
import { parseStrategy, type StrategyOptions } from './strategy.js';
import { validate } from './validate/resource.js';
import type { Family } from './resource.js';

/** The options for fields of a resource, shared by create and update. The texts are as typed and not checked yet. */
export interface FieldOptions extends StrategyOptions {
  port?: string;
  host?: string;
  tlsCredentials?: string;
  requireClientCert?: boolean;
  observer?: string;
  /** Each member is `KEY=VALUE`; so are labels and annotations. */
  settings?: readonly string[];
  labels?: readonly string[];
  annotations?: readonly string[];
}

/** The options of `create` and `generate`. */
export interface ResourceOptions extends FieldOptions {
  name: string;
  port: string;
  namespace?: string;
}

export interface Built {
  resource: MultiKeyListener;
  problems: Problem[];
}

/**
 * Parses `KEY=VALUE` and, with `removals`, `KEY-`.
 *
 * @param field path of the map, for the problems
 * @returns the values by key, null for a removed key
 */
export function parsePairs(
  field: string,
  values: readonly string[] | undefined,
  removals = false,
): { pairs: Record<string, string | null>; problems: Problem[] } {
  const pairs: [string, string | null][] = [];
  const problems: Problem[] = [];
  for (const value of values ?? []) {
    const at = value.indexOf('=');
    const removal = removals && at < 0 && value.endsWith('-') && value.length > 1;
    const key = removal ? value.slice(0, -1) : value.slice(0, Math.max(at, 0));
    if (!removal && at < 1) {
      const forms = removals ? 'KEY=VALUE, or KEY- to remove it' : 'KEY=VALUE';
      problems.push({ field, message: `invalid value ${JSON.stringify(value)}; expected ${forms}` });
    } else if (pairs.some(([earlier]) => earlier === key)) {
      problems.push({ field: `${field}[${key}]`, message: 'is given twice' });
    } else pairs.push([key, removal ? null : value.slice(at + 1)]);
  }
  return { pairs: Object.fromEntries(pairs), problems };
}

/** Parses a port of decimal digits only. NaN for anything else, such as `80a`, ` 80`, `1e3` and `0x50`. */
export function parsePort(text: string): number {
  return /^[0-9]{1,9}$/.test(text) ? Number(text) : NaN;
}

/** The problem of a text that is not a number and so cannot be a port; undefined for a number. */
export function portProblem(text: string): Problem | undefined {
  if (!Number.isNaN(parsePort(text))) return undefined;
  return { field: 'spec.port', message: `must be a whole number from 1 to 65535, not ${JSON.stringify(text)}` };
}

/**
 * Builds the resource that the options of `create` or `generate` describe, and collects every problem of both.
 *
 * @param options as typed
 * @param defaultHost spec.host if the options have none; it depends on the platform
 */
export function buildResource(options: ResourceOptions, family: Family, defaultHost: string): Built {
  const { strategy, problems: strategyProblems } = parseStrategy(options);
  const settings = parsePairs('spec.settings', options.settings);
  const labels = parsePairs('metadata.labels', options.labels);
  const annotations = parsePairs('metadata.annotations', options.annotations);
  const spec: Spec = {
    host: options.host ?? defaultHost,
    port: parsePort(options.port),
    strategy: strategy ?? {},
    ...(options.tlsCredentials ? { tlsCredentials: options.tlsCredentials } : {}),
    ...(options.requireClientCert ? { requireClientCert: true } : {}),
    ...(options.observer === undefined ? {} : { observer: options.observer as Observer }),
    ...filled('settings', settings.pairs),
  };
  const resource: MultiKeyListener = {
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: {
      name: options.name,
      ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
      ...filled('labels', labels.pairs),
      ...filled('annotations', annotations.pairs),
    },
    spec,
  };
  const typed = [
    portProblem(options.port) ?? [],
    strategyProblems,
    settings.problems,
    labels.problems,
    annotations.problems,
  ].flat();
  return { resource, problems: merged(typed, withoutEchoes(validate(resource, family), options)) };
}

/** Drops the problem of a host that was derived from an invalid name, because the name is reported already. */
function withoutEchoes(problems: readonly Problem[], options: ResourceOptions): Problem[] {
  const wrongName = problems.some((problem) => problem.field === 'metadata.name');
  return problems.filter((problem) => !(wrongName && options.host === undefined && problem.field === 'spec.host'));
}

/**
 * Joins two lists of problems: first those of the typed texts, then those of the rules, without problems of the rules about a
 * field whose text was already wrong.
 */
export function merged(typed: readonly Problem[], rules: readonly Problem[]): Problem[] {
  const isReported = (problem: Problem): boolean =>
    typed.some((other) => other.field === problem.field || other.field.startsWith(`${problem.field}[`));
  return [...typed, ...rules.filter((problem) => !isReported(problem))];
}

function filled<K extends string>(
  key: K,
  pairs: Record<string, string | null>,
): Partial<Record<K, Record<string, string>>> {
  const entries = Object.entries(pairs).filter((entry): entry is [string, string] => entry[1] !== null);
  return entries.length === 0
    ? {}
    : ({ [key]: Object.fromEntries(entries) } as Partial<Record<K, Record<string, string>>>);
}

const KEPT_METADATA = ['name', 'namespace', 'labels', 'annotations', 'finalizers', 'ownerReferences'] as const;

/**
 * The part of a valid resource that a create sends: without fields that only the server sets, without status, without nulls.
 */
export function desired(resource: MultiKeyListener): MultiKeyListener {
  const metadata = Object.fromEntries(
    KEPT_METADATA.flatMap((key) => {
      const value = resource.metadata[key];
      return value === undefined || value === null || isEmptyMap(value) ? [] : [[key, value]];
    }),
  ) as unknown as MultiKeyListener['metadata'];
  const spec = withoutNulls(resource.spec) as Spec;
  if (isEmptyMap(spec.settings)) delete spec.settings;
  return { apiVersion: API_VERSION, kind: KIND, metadata, spec };
}

/** kubectl keeps the manifest that it applied last in this annotation; it is not part of the manifest. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * The manifest of a stored resource for a Git repository: spec, name, labels and annotations, without fields that belong to
 * one server or to other clients.
 *
 * @param namespace the manifest's namespace; left out if undefined
 */
export function repositoryManifest(resource: MultiKeyListener, namespace: string | undefined): MultiKeyListener {
  const { name, labels, annotations } = resource.metadata;
  const kept = Object.fromEntries(Object.entries(annotations ?? {}).filter(([key]) => key !== LAST_APPLIED));
  return desired({ ...resource, metadata: { name, namespace, labels, annotations: kept } });
}

function isEmptyMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (item === null ? [] : [[key, withoutNulls(item)]])),
  );
}
