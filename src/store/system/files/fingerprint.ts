import { createHash } from 'node:crypto';

function ordered(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** JSON with the keys of every map in order: equal texts mean equal data. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, ordered) ?? '';
}

/** A short, stable fingerprint of JSON-like data: the resourceVersion of a file's document. */
export function fingerprint(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex').slice(0, 16);
}
