import { desired } from '../build.js';
import { applyMergePatch, valueAt } from './merge-patch.js';
import { ownedPaths } from '../ownership.js';
import type { MultiKeyListener } from '../resource.js';

const SPEC_FIELDS = ['tlsCredentials', 'requireClientCert', 'observer', 'settings'] as const;

/** Where no record is kept: every field that a manifest can name, and each setting. */
function specPaths({ spec }: MultiKeyListener): string[][] {
  const settings = Object.keys(spec.settings ?? {}).map((key) => ['spec', 'settings', key]);
  return [...SPEC_FIELDS.map((field) => ['spec', field]), ...settings];
}

/** Sets null at a path of a patch, unless the patch already says something there. */
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
 * The stored resource with a manifest applied to it: what the manifest names is
 * set; what it no longer names is removed if this program wrote it, and kept if
 * somebody else did. On system sites, where nobody keeps such a record, the spec is
 * the manifest's, and labels and annotations it does not name are kept.
 *
 * The strategy is taken whole, for it is one decision; `judgeStrategy` has the word on it.
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
  const record = ownedPaths(stored);
  for (const path of record ?? specPaths(stored)) {
    const [top, second] = path;
    const mergeable = (top === 'metadata' && (second === 'labels' || second === 'annotations')) || top === 'spec';
    const kept = top === 'spec' && (second === 'strategy' || second === 'host' || second === 'port');
    if (!mergeable || kept || path.length < 2) continue;
    const value = valueAt(stored, path);
    if (value === undefined || (valueAt(manifest, path) ?? undefined) !== undefined) continue;
    // We set an empty map once; its entries have owners of their own.
    if (record && typeof value === 'object') continue;
    remove(wanted, path);
  }
  const merged = applyMergePatch(stored, wanted);
  return { ...merged, spec: { ...merged.spec, strategy } };
}
