// Sizes and reach of installed packages, for docs/dependencies.md.
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** @param {number} bytes */
export const size = (bytes) =>
  bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

/**
 * @param {string} ref NAME@VERSION
 * @param {Map<string, Set<string>>} needs who needs whom directly
 * @returns {Set<string>} it, and all that it needs
 */
export function closure(ref, needs, found = new Set()) {
  if (found.has(ref)) return found;
  found.add(ref);
  for (const next of needs.get(ref) ?? []) closure(next, needs, found);
  return found;
}

/** Bytes of a package's own files; 0 when it is not installed, as those for another platform. */
async function ownBytes(folder) {
  const files = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    files.map(async (file) => {
      const full = path.join(folder, file.name);
      if (file.isDirectory()) return file.name === 'node_modules' ? 0 : ownBytes(full);
      return (await stat(full)).size;
    }),
  );
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

/**
 * @param {Set<string>} refs NAME@VERSION each
 * @param {Record<string, { version: string }>} locked the lock file's packages, by their place
 * @returns {Promise<string>} what they take on this platform, each once
 */
export async function installedSize(refs, locked) {
  const places = new Map();
  for (const [place, { version }] of Object.entries(locked)) {
    places.set(`${place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)}@${version}`, place);
  }
  const all = await Promise.all([...refs].map((ref) => (places.has(ref) ? ownBytes(places.get(ref)) : 0)));
  return size(all.reduce((sum, bytes) => sum + bytes, 0));
}
