import { Failure } from '../model/failure.js';
import { escapeText } from '../model/text.js';
import type { Column } from './columns.js';

export const CUSTOM_COLUMNS = 'custom-columns=';

const STEP = /\.((?:\\.|[^.[\]\\{}])+)|\[(\d+)\]|\['([^']*)'\]/y;

/**
 * Parses a path in kubectl's notation, with or without braces: `.metadata.labels['a.b']`, `.metadata.labels.a\.b` or
 * `.status.conditions[0].type`.
 *
 * @returns the keys and indexes along the path; undefined if the text is not a path
 */
export function parsePath(text: string): (string | number)[] | undefined {
  const bare = text.replace(/^\{(.*)\}$/, '$1');
  const path = /^[.[]/.test(bare) ? bare : `.${bare}`;
  const keys: (string | number)[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < path.length) {
    const step = STEP.exec(path);
    if (!step) return undefined;
    const [, name, index, quoted] = step;
    keys.push(name?.replace(/\\(.)/g, '$1') ?? quoted ?? Number(index));
  }
  return keys;
}

/** The value at a path, or undefined. */
export function lookUp(object: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((value, key) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    return (value as Record<string | number, unknown>)[key];
  }, object);
}

function cellText(value: unknown): string {
  if (value === undefined || value === null) return '<none>';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function usage(message: string, field: string): Failure {
  return new Failure('usage', message, {
    causes: [{ field, message: 'write paths like .spec.port or .metadata.labels.app' }],
  });
}

/** The columns of `-o custom-columns=NAME:.metadata.name,PORT:.spec.port`. Throws `usage` for an invalid column. */
export function customColumns(spec: string): Column<object>[] {
  const parts = spec.slice(CUSTOM_COLUMNS.length).split(',');
  return parts.map((part) => {
    const at = part.indexOf(':');
    const path = at < 1 ? undefined : parsePath(part.slice(at + 1));
    if (!path) throw usage(`invalid custom column ${JSON.stringify(part)}; expected HEADER:.path`, '--output');
    return {
      header: escapeText(part.slice(0, at)),
      value: (row) => cellText(lookUp(row, path)),
      narrow: { order: 1, least: 8 },
    };
  });
}

function compare(a: unknown, b: unknown): number {
  const [noA, noB] = [a ?? undefined, b ?? undefined].map((value) => value === undefined);
  if (noA || noB) return Number(noA) - Number(noB);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [x, y] = [cellText(a), cellText(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

/**
 * Sorts rows by the value at a path: numbers numerically, everything else as text, rows without a value last.
 *
 * @throws Failure `usage` if the path is invalid, or no row has a value at it
 */
export function sortedBy<Row extends object>(rows: readonly Row[], path: string): Row[] {
  const keys = parsePath(path);
  if (!keys) throw usage(`invalid path to sort by ${JSON.stringify(path)}`, '--sort-by');
  // As in kubectl: a path without a value in any row is a typo.
  if (rows.length > 0 && rows.every((row) => lookUp(row, keys) === undefined))
    throw usage(`no resource has a value at ${path}`, '--sort-by');
  return [...rows].sort((a, b) => compare(lookUp(a, keys), lookUp(b, keys)));
}
