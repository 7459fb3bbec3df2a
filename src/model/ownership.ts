import type { MultiKeyListener } from './resource.js';

/** The name under which this program writes; the server keeps what each manager set (managedFields). */
export const FIELD_MANAGER = 'skupper-multikeylistener';

interface ManagedEntry {
  manager?: string;
  subresource?: string;
  fieldsV1?: Record<string, unknown>;
}

/** The paths of a FieldsV1 set: `f:NAME` are fields, the rest (list items, `.`) ends a path. */
function paths(fields: Record<string, unknown>, prefix: readonly string[]): string[][] {
  const names = Object.keys(fields).filter((key) => key.startsWith('f:'));
  if (names.length === 0) return prefix.length > 0 ? [[...prefix]] : [];
  return names.flatMap((key) => {
    const inner = fields[key];
    const map = typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : {};
    return paths(map, [...prefix, key.slice(2)]);
  });
}

/**
 * The fields that this program wrote before, as paths of keys; undefined where
 * nobody keeps such a record (system sites). Source: the API server's
 * `metadata.managedFields` (structured-merge-diff FieldsV1).
 */
export function ownedPaths(resource: MultiKeyListener): string[][] | undefined {
  const entries = resource.metadata.managedFields as ManagedEntry[] | undefined;
  if (!Array.isArray(entries)) return undefined;
  return entries
    .filter((entry) => entry.manager === FIELD_MANAGER && !entry.subresource)
    .flatMap((entry) => paths(entry.fieldsV1 ?? {}, []));
}
