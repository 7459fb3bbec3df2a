import { isIP } from 'node:net';
import { put } from '../arbitrary/arbitrary-values.js';
import { goYaml, GoYamlError } from '../arbitrary/go-yaml.js';

/**
 * What Skupper's reader of a system site accepts, after its own source (internal/nonkube/common: site_state_loader.go,
 * site_state_validator.go, 2.2 and main). It decodes into Go structs field by field; what can't be converted ends the
 * decoding of that object WITHOUT an error, and the rest of it stays empty. Then the validator has its say. Fields it
 * does not know are passed over.
 */

export interface ReadListener {
  name: string;
  namespace: string;
  labels: Record<string, unknown>;
  annotations: Record<string, unknown>;
  spec: Record<string, unknown>;
}

export interface SystemVerdict {
  /** Why the whole reload would fail; undefined when it would not. */
  refused?: string;
  listeners: ReadListener[];
}

type Json = Record<string, unknown>;
const isMap = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What can't be converted, and what of a list or map was converted before. */
class Unconverted extends Error {
  constructor(
    message: string,
    readonly partial?: unknown,
  ) {
    super(message);
  }
}
type Convert = (value: unknown) => unknown;

const text: Convert = (value) => {
  if (typeof value !== 'string') throw new Unconverted('no string');
  return value;
};
const truth: Convert = (value) => {
  if (typeof value !== 'boolean') throw new Unconverted('no bool');
  return value;
};
const integer: Convert = (value) => {
  if (typeof value !== 'number' || !Number.isInteger(value)) throw new Unconverted('no integer');
  return value;
};
const TIME = /^\d{4}-\d\d-\d\dT(?!24)\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[-+]\d\d:\d\d)$/;
const time: Convert = (value) => {
  if (typeof value !== 'string' || !TIME.test(value) || Number.isNaN(Date.parse(value)))
    throw new Unconverted('no time');
  return value;
};
const listOf =
  (convert: Convert, zero: unknown): Convert =>
  (value) => {
    if (!Array.isArray(value)) throw new Unconverted('no slice');
    // Made whole beforehand: what is not reached stays zero.
    const list = value.map(() => zero);
    value.forEach((item, index) => {
      if (item !== null) list[index] = converted(convert, item, list);
    });
    return list;
  };
const mapOf =
  (convert: Convert, zero: unknown): Convert =>
  (value) => {
    if (!isMap(value)) throw new Unconverted('no map');
    const map: Json = {};
    for (const [key, item] of Object.entries(value)) {
      put(map, key, item === null ? zero : converted(convert, item, map));
    }
    return map;
  };

function converted(convert: Convert, value: unknown, partial: unknown): unknown {
  try {
    return convert(value);
  } catch (error) {
    throw error instanceof Unconverted ? new Unconverted(error.message, partial) : error;
  }
}

/** The fields of a struct in Go's order; what is null or absent stays as it is. Fills the target as far as it gets. */
function fill(
  target: Json,
  value: unknown,
  fields: readonly (readonly [string, Convert | ((value: unknown, into: Json) => void)])[],
): void {
  if (!isMap(value)) throw new Unconverted('no struct');
  for (const [name, convert] of fields) {
    const given = Object.hasOwn(value, name) ? value[name] : undefined;
    if (given === undefined || given === null) continue;
    if (convert.length > 1) {
      const inner: Json = {};
      target[name] = inner;
      convert(given, inner);
      continue;
    }
    try {
      target[name] = (convert as Convert)(given);
    } catch (error) {
      if (error instanceof Unconverted) target[name] = error.partial;
      throw error;
    }
  }
}

const struct: Convert = (value) => {
  if (!isMap(value)) throw new Unconverted('no struct');
  return value;
};
const METADATA = [
  ['name', text],
  ['generateName', text],
  ['namespace', text],
  ['selfLink', text],
  ['uid', text],
  ['resourceVersion', text],
  ['generation', integer],
  ['creationTimestamp', time],
  ['deletionTimestamp', time],
  ['deletionGracePeriodSeconds', integer],
  ['labels', mapOf(text, '')],
  ['annotations', mapOf(text, '')],
  ['ownerReferences', listOf(struct, {})],
  ['finalizers', listOf(text, '')],
] as const;
const PRIORITY = [['routingKeys', listOf(text, '')]] as const;
const WEIGHTED = [['routingKeys', mapOf(integer, 0)]] as const;
const STRATEGY = [
  ['priority', (value: unknown, into: Json) => fill(into, value, PRIORITY)],
  ['weighted', (value: unknown, into: Json) => fill(into, value, WEIGHTED)],
] as const;
const SPEC = [
  ['host', text],
  ['port', integer],
  ['tlsCredentials', text],
  ['requireClientCert', truth],
  ['observer', text],
  ['settings', mapOf(text, '')],
  ['strategy', (value: unknown, into: Json) => fill(into, value, STRATEGY)],
] as const;
const RESOURCE = [
  ['metadata', (value: unknown, into: Json) => fill(into, value, METADATA)],
  ['spec', (value: unknown, into: Json) => fill(into, value, SPEC)],
] as const;

const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
/** Theirs is `^[a-z0-9]+([-.]{1}[a-z0-9]+)*$`: lower case, and no two of `-` and `.` side by side. */
const isHostname = (host: string): boolean => host.split(/[-.]/).every((part) => /^[a-z0-9]+$/.test(part));

function refusalOf({ name, namespace, spec }: ReadListener): string | undefined {
  const { host = '', port = 0, strategy } = spec;
  // All resources of a site are of one namespace; here it is that of a site called default.
  if (namespace !== '' && namespace !== 'default') return 'multiple namespaces found';
  if (!NAME.test(name)) return `invalid name ${name}`;
  if (host === '' || port === 0) return 'host and port are required';
  if ((isIP(String(host)) === 0 || String(host).includes('%')) && !isHostname(String(host)))
    return `invalid host ${String(host)}`;
  const { priority, weighted } = (strategy ?? {}) as {
    priority?: { routingKeys?: unknown };
    weighted?: { routingKeys?: unknown };
  };
  const kind = priority ?? weighted;
  if (!kind) return 'a strategy is required';
  const keys = priority ? ((kind.routingKeys ?? []) as string[]) : Object.keys((kind.routingKeys ?? {}) as object);
  if (keys.length === 0) return 'routingKeys must not be empty';
  return keys.includes('') ? 'routingKey must not be empty' : undefined;
}

/** One object as JSON holds it. */
export function readObject(value: unknown): SystemVerdict {
  if (!isMap(value) || typeof value['kind'] !== 'string' || value['kind'] === '') {
    return { refused: "Object 'Kind' is missing", listeners: [] };
  }
  const { kind } = value;
  const { apiVersion } = value;
  // Of other kinds it takes no notice.
  if (apiVersion !== 'skupper.io/v2alpha1' || kind !== 'MultiKeyListener') return { listeners: [] };
  const found: { metadata?: Json; spec?: Json } = {};
  try {
    fill(found as Json, value, RESOURCE);
  } catch (error) {
    if (!(error instanceof Unconverted)) throw error;
  }
  const { name = '', namespace = '', labels = {}, annotations = {} } = found.metadata ?? {};
  const listener = { name, namespace, labels, annotations, spec: found.spec ?? {} } as ReadListener;
  const refused = refusalOf(listener);
  return refused === undefined ? { listeners: [listener] } : { refused, listeners: [listener] };
}

/** One file of input/resources, by its name and text. */
export function readFile(name: string, text: string): SystemVerdict {
  // Names that it passes over.
  if (!/\.ya?ml$/.test(name)) return { listeners: [] };
  try {
    const all = goYaml(text).map(readObject);
    const refused = all.find((each) => each.refused !== undefined)?.refused;
    const listeners = all.flatMap((each) => each.listeners);
    return refused === undefined ? { listeners } : { refused, listeners };
  } catch (error) {
    if (!(error instanceof GoYamlError)) throw error;
    return { refused: error.message, listeners: [] };
  }
}
