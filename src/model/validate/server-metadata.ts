import { qualifiedNameProblem } from '../names.js';
import { isMap, show, type Reporter } from './reporter.js';

/**
 * Checks the metadata that servers and controllers write. A file needs none of these fields, but a field that is there must
 * have the type of ObjectMeta in k8s.io/apimachinery, into which the API server and Skupper decode it. Null counts as absent.
 */

type Field = 'text' | 'integer' | 'time' | 'truth' | 'anything';

const METADATA: Readonly<Record<string, Field>> = {
  generateName: 'text',
  uid: 'text',
  resourceVersion: 'text',
  generation: 'integer',
  creationTimestamp: 'time',
  deletionTimestamp: 'time',
  deletionGracePeriodSeconds: 'integer',
  selfLink: 'text',
};
const OWNER: Readonly<Record<string, Field>> = {
  apiVersion: 'text',
  kind: 'text',
  name: 'text',
  uid: 'text',
  controller: 'truth',
  blockOwnerDeletion: 'truth',
};
const MANAGER: Readonly<Record<string, Field>> = {
  manager: 'text',
  operation: 'text',
  apiVersion: 'text',
  time: 'time',
  fieldsType: 'text',
  fieldsV1: 'anything',
  subresource: 'text',
};

const TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d{1,2}):(\d\d):(\d\d)(?:[.,]\d+)?(?:Z|[-+](\d\d):(\d\d))$/;

/** True for a time in RFC 3339 that Go's parser accepts: the day must exist, and leap seconds are not allowed. */
function isTime(text: string): boolean {
  const parts = TIME.exec(text)
    ?.slice(1)
    .map((part: string | undefined) => Number(part ?? 0));
  if (!parts) return false;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, zoneHour = 0, zoneMinute = 0] = parts;
  const date = new Date(Date.UTC(2000, month - 1, day));
  date.setUTCFullYear(year, month - 1, day);
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists && hour < 24 && minute < 60 && second < 60 && zoneHour <= 24 && zoneMinute < 60;
}

const CHECKS: Readonly<Record<Field, [is: (value: unknown) => boolean, what: string]>> = {
  text: [(value) => typeof value === 'string', 'a string'],
  integer: [(value) => Number.isInteger(value), 'a whole number'],
  time: [(value) => typeof value === 'string' && isTime(value), 'a time such as 2026-07-23T10:00:00Z'],
  truth: [(value) => typeof value === 'boolean', 'true or false'],
  anything: [() => true, 'anything'],
};

function validateFields(
  report: Reporter,
  field: string,
  map: Record<string, unknown>,
  fields: Readonly<Record<string, Field>>,
): void {
  for (const [name, type] of Object.entries(fields)) {
    const value = map[name];
    const [is, what] = CHECKS[type];
    if (value === undefined || value === null) continue;
    if (!is(value)) report.add(`${field}.${name}`, `must be ${what}, not ${show(value)}`);
    else if (type === 'integer' && !Number.isSafeInteger(value)) {
      report.add(`${field}.${name}`, `${show(value)} is too large to be read exactly`, 'integer-exact');
    }
  }
}

/** The items of an optional list; anything else is reported and counts as empty. */
function itemsOf(report: Reporter, field: string, value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  report.add(field, `must be a list, not ${show(value)}`);
  return [];
}

function mapsOf(
  report: Reporter,
  field: string,
  value: unknown,
  fields: Readonly<Record<string, Field>>,
): [string, Record<string, unknown>][] {
  return itemsOf(report, field, value).flatMap((item, index): [string, Record<string, unknown>][] => {
    const path = `${field}[${index}]`;
    if (item !== null && !isMap(item)) {
      report.add(path, `must be a mapping, not ${show(item)}`);
      return [];
    }
    const map = item ?? {};
    report.known(path, map, Object.keys(fields));
    validateFields(report, path, map, fields);
    return [[path, map]];
  });
}

/** Checks the names of finalizers. The API server checks them only in a create. */
function validateFinalizers(report: Reporter, value: unknown): void {
  const field = 'metadata.finalizers';
  const names = itemsOf(report, field, value);
  names.forEach((name, index) => {
    const path = `${field}[${index}]`;
    if (typeof name !== 'string') return report.add(path, `must be a string, not ${show(name)}`);
    const wrong = qualifiedNameProblem(name);
    if (wrong) report.add(path, `${show(name)} ${wrong}`, 'finalizer-name');
  });
  if (names.includes('orphan') && names.includes('foregroundDeletion')) {
    report.add(field, 'cannot contain both orphan and foregroundDeletion', 'finalizer-name');
  }
}

/** True for an apiVersion such as `v1` or `apps/v1`. */
function isApiVersion(text: string): boolean {
  const parts = text.split('/');
  return parts.length <= 2 && parts.at(-1) !== '';
}

function validateOwners(report: Reporter, value: unknown): void {
  const field = 'metadata.ownerReferences';
  const owners = mapsOf(report, field, value, OWNER);
  for (const [path, owner] of owners) {
    for (const name of ['apiVersion', 'kind', 'name', 'uid']) {
      if ((owner[name] ?? '') === '') report.add(`${path}.${name}`, 'is required');
    }
    const { apiVersion, kind } = owner;
    if (typeof apiVersion === 'string' && apiVersion !== '' && !isApiVersion(apiVersion)) {
      report.add(`${path}.apiVersion`, `invalid apiVersion ${show(apiVersion)}`);
    }
    if (kind === 'Event' && (apiVersion === 'v1' || apiVersion === '/v1'))
      report.add(path, 'an Event cannot be an owner');
  }
  if (owners.filter(([, owner]) => owner['controller'] === true).length > 1) {
    report.add(field, 'only one of them can be the controller');
  }
}

/** Checks finalizers and owner references, which a create sends, and the fields that only servers set, which it does not send. */
export function validateMachinery(report: Reporter, metadata: Record<string, unknown>): void {
  validateFields(report, 'metadata', metadata, METADATA);
  validateFinalizers(report, metadata['finalizers']);
  validateOwners(report, metadata['ownerReferences']);
  mapsOf(report, 'metadata.managedFields', metadata['managedFields'], MANAGER);
}
