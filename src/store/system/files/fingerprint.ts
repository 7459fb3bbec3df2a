import { createHash } from 'node:crypto';

function ordered(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** JSON with sorted keys at every level: two texts are equal if the data are. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, ordered) ?? '';
}

/** A fingerprint of JSON-like data, 16 hex digits of SHA-256, independent of the order of keys. Used as resourceVersion. */
export function fingerprint(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex').slice(0, 16);
}
