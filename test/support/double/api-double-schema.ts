import { readFileSync } from 'node:fs';
import { loadAll } from 'js-yaml';
import type { Cause } from './api-double-status.js';
import { OWN_CRDS } from '../cluster/control-plane-setup.js';

/** The part of a structural schema that the test CRD uses. */
export interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema;
  items?: Schema;
  required?: string[];
  enum?: unknown[];
  minItems?: number;
  maxItems?: number;
  minProperties?: number;
  maxProperties?: number;
  'x-kubernetes-list-type'?: string;
}

type Data = Record<string, unknown>;

const isData = (value: unknown): value is Data => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The schema that crd.yaml has for a kind: the double and the real server are told the same. */
export function schemaOf(kind: string): Schema {
  type Crd = { spec: { names: { kind: string }; versions: { schema: { openAPIV3Schema: Schema } }[] } };
  const crd = (loadAll(readFileSync(OWN_CRDS, 'utf8')) as Crd[]).find(({ spec }) => spec.names.kind === kind);
  const schema = crd?.spec.versions[0]?.schema.openAPIV3Schema;
  if (!schema) throw new Error(`no CRD of kind ${kind}`);
  return schema;
}

const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

/** Field paths that the schema does not know. */
export function unknownFields(schema: Schema, value: unknown, path = ''): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => (schema.items ? unknownFields(schema.items, item, `${path}[${index}]`) : []));
  }
  if (!isData(value)) return [];
  if (schema.additionalProperties) {
    const { additionalProperties } = schema;
    return Object.entries(value).flatMap(([key, item]) => unknownFields(additionalProperties, item, join(path, key)));
  }
  return Object.entries(value).flatMap(([key, item]) => {
    const known = schema.properties?.[key];
    return known ? unknownFields(known, item, join(path, key)) : [join(path, key)];
  });
}

/** The value without the nulls that a server prunes (members of objects; items of lists stay). */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isData(value)) return value;
  const kept = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutNulls(item)]));
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) < 2 ** 63 ? 'integer' : 'number';
  return typeof value;
}

/** Every problem of a value, in the server's words. `stops`: CEL rules are not looked at any more. */
export function problems(schema: Schema, value: unknown, path = ''): (Cause & { stops: boolean })[] {
  const problem = (reason: string, message: string, stops = true, field = path): Cause & { stops: boolean } => ({
    reason,
    message,
    field,
    stops,
  });
  const type = typeOf(value);
  if (schema.type !== undefined && type !== schema.type && !(schema.type === 'number' && type === 'integer')) {
    const message = `Invalid value: "${type}": ${path} in body must be of type ${schema.type}: "${type}"`;
    return [problem('FieldValueTypeInvalid', message)];
  }
  const found: (Cause & { stops: boolean })[] = [];
  if (schema.enum && !schema.enum.includes(value)) {
    const supported = schema.enum.map((item) => JSON.stringify(item)).join(', ');
    found.push(
      problem('FieldValueNotSupported', `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported}`),
    );
  }
  const few = (what: string, least: number): Cause & { stops: boolean } =>
    problem('FieldValueInvalid', `Invalid value: 0: ${path} in body should have at least ${least} ${what}`, false);
  const many = (count: number, most: number): Cause & { stops: boolean } =>
    problem('FieldValueTooMany', `Too many: ${count}: must have at most ${most} items`);
  if (Array.isArray(value)) {
    if (value.length < (schema.minItems ?? 0)) found.push(few('items', schema.minItems ?? 0));
    if (value.length > (schema.maxItems ?? Infinity)) found.push(many(value.length, schema.maxItems ?? 0));
    value.forEach((item, index) => {
      if (schema.items) found.push(...problems(schema.items, item, `${path}[${index}]`));
      if (schema['x-kubernetes-list-type'] === 'set' && value.indexOf(item) < index) {
        found.push(
          problem('FieldValueDuplicate', `Duplicate value: ${JSON.stringify(item)}`, false, `${path}[${index}]`),
        );
      }
    });
  }
  if (isData(value)) {
    const keys = Object.keys(value);
    if (keys.length < (schema.minProperties ?? 0)) found.push(few('properties', schema.minProperties ?? 0));
    if (keys.length > (schema.maxProperties ?? Infinity)) found.push(many(keys.length, schema.maxProperties ?? 0));
    for (const key of schema.required ?? []) {
      if (!Object.hasOwn(value, key))
        found.push(problem('FieldValueRequired', 'Required value', true, join(path, key)));
    }
    for (const [key, item] of Object.entries(value)) {
      const member = schema.properties?.[key] ?? schema.additionalProperties;
      if (member) found.push(...problems(member, item, join(path, key)));
    }
  }
  return found;
}
