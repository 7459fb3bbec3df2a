import { desired } from '../build.js';
import { applyMergePatch, valueAt } from './merge-patch.js';
import { ownedPaths } from '../ownership.js';
import type { MultiKeyListener } from '../resource.js';

const SPEC_FIELDS = ['tlsCredentials', 'requireClientCert', 'observer', 'settings'] as const;

/** The paths to compare if there are no managedFields: every optional field of a manifest's spec, and each setting. */
function specPaths({ spec }: MultiKeyListener): string[][] {
  const settings = Object.keys(spec.settings ?? {}).map((key) => ['spec', 'settings', key]);
  return [...SPEC_FIELDS.map((field) => ['spec', field]), ...settings];
}

/** Sets null at a path of a merge patch, which removes the field, unless the patch has a value there already. */
function remove(patch: Record<string, unknown>, path: readonly string[]): void {
  const [key = '', ...rest] = path;
  if (rest.length === 0) {
    if (!Object.hasOwn(patch, key)) patch[key] = null;
    return;
  }
  const inner = Object.hasOwn(patch, key) ? patch[key] : {};
  if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return;
  const copy = { ...(inner as Record<string, unknown>) };
  remove(copy, rest);
  patch[key] = copy;
}

/**
 * Applies a manifest to a stored resource. Fields that the manifest names are set. Fields that it does not name are removed if
 * this program wrote them (see `ownedPaths`), and kept if another client did. On system sites, where no client is recorded,
 * the spec becomes that of the manifest, and labels and annotations that it does not name are kept.
 *
 * The strategy is always replaced as a whole; `judgeStrategy` decides whether that is allowed.
 *
 * @param manifest a valid manifest
 * @returns the resource after the change; neither argument is modified
 */
export function mergeManifest(stored: MultiKeyListener, manifest: MultiKeyListener): MultiKeyListener {
  const { metadata, spec } = desired(manifest);
  const { strategy, ...fields } = spec;
  const wanted: Record<string, unknown> = {
    metadata: {
      ...(metadata.labels ? { labels: metadata.labels } : {}),
      ...(metadata.annotations ? { annotations: metadata.annotations } : {}),
    },
    spec: fields,
  };
  const owned = ownedPaths(stored);
  for (const path of owned ?? specPaths(stored)) {
    const [top, second] = path;
    const mergeable = (top === 'metadata' && (second === 'labels' || second === 'annotations')) || top === 'spec';
    const kept = top === 'spec' && (second === 'strategy' || second === 'host' || second === 'port');
    if (!mergeable || kept || path.length < 2) continue;
    const value = valueAt(stored, path);
    if (value === undefined || (valueAt(manifest, path) ?? undefined) !== undefined) continue;
    // We own the map itself because we once set it empty. Its entries belong to other managers.
    if (owned && typeof value === 'object') continue;
    remove(wanted, path);
  }
  const merged = applyMergePatch(stored, wanted);
  return { ...merged, spec: { ...merged.spec, strategy } };
}
