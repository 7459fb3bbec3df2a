import type { MultiKeyListener } from './resource.js';

/** The name under which this program writes; the server keeps what each manager set (managedFields). */
export const FIELD_MANAGER = 'skupper-multikeylistener';

interface ManagedEntry {
  manager?: string;
  subresource?: string;
  fieldsV1?: Record<string, unknown>;
}

/**
 * The paths of a FieldsV1 set: `f:NAME` are fields, list items end a path. `.` alone is a map whose
 * entries of ours are all gone: what it holds now is somebody else's.
 */
function paths(fields: Record<string, unknown>, prefix: readonly string[]): string[][] {
  const keys = Object.keys(fields);
  const names = keys.filter((key) => key.startsWith('f:'));
  const leaf = prefix.length > 0 && !(keys.length === 1 && keys[0] === '.');
  if (names.length === 0) return leaf ? [[...prefix]] : [];
  return names.flatMap((key) => {
    const inner = fields[key];
    const map = typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : {};
    return paths(map, [...prefix, key.slice(2)]);
  });
}

/**
 * The fields that this program wrote before and nobody else claims, as paths of keys; undefined
 * where nobody keeps such a record (system sites). Source: the API server's
 * `metadata.managedFields` (structured-merge-diff FieldsV1).
 */
export function ownedPaths(resource: MultiKeyListener): string[][] | undefined {
  const entries = resource.metadata.managedFields as ManagedEntry[] | undefined;
  if (!Array.isArray(entries)) return undefined;
  const of = (ours: boolean): string[][] =>
    entries
      .filter((entry) => (entry.manager === FIELD_MANAGER) === ours && !entry.subresource)
      .flatMap((entry) => paths(entry.fieldsV1 ?? {}, []));
  const shared = new Set(of(false).map((path) => JSON.stringify(path)));
  return of(true).filter((path) => !shared.has(JSON.stringify(path)));
}
