import { access, readdir } from '../../util/files.js';
import path from 'node:path';

/** True for a name with a wildcard, which a shell would expand. */
export function isGlob(name: string): boolean {
  return /[*?[]/.test(name);
}

/** The pattern of one path segment, as in a shell: `*`, `?` and `[a-z]`; only a dot matches a leading dot. */
function segmentPattern(segment: string): RegExp {
  const source = segment.replace(/\[!?[^\]]+\]|[*?]|[^\w]/g, (part) => {
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    if (part.length === 1) return `\\${part}`;
    return part.replace(/\\/g, '\\\\').replace(/^\[!/, '[^');
  });
  return new RegExp(`^${segment.startsWith('.') ? '' : '(?!\\.)'}${source}$`, 'u');
}

async function namesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder || '.').catch(() => []);
  return entries.sort();
}

/** For `**`: the folder and all folders below it, without hidden ones; symbolic links are not followed. */
async function foldersBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder || '.', { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
  const below = await Promise.all(names.sort().map((name) => foldersBelow(path.join(folder, name))));
  return [folder, ...below.flat()];
}

async function present(names: readonly string[]): Promise<string[]> {
  const exists = await Promise.all(
    names.map((name) =>
      access(name).then(
        () => true,
        () => false,
      ),
    ),
  );
  return names.filter((_name, index) => exists[index]);
}

/** The names that match a pattern, in order; empty if none does. `**` matches any number of folders. */
export async function expandGlob(pattern: string): Promise<string[]> {
  let found = [pattern.startsWith('/') ? '/' : ''];
  for (const segment of pattern.split('/').filter((part) => part !== '')) {
    if (segment === '**') found = (await Promise.all(found.map(foldersBelow))).flat();
    else if (!isGlob(segment)) found = await present(found.map((folder) => path.join(folder, segment)));
    else {
      const wanted = segmentPattern(segment);
      const names = await Promise.all(
        found.map(async (folder) =>
          (await namesIn(folder)).filter((name) => wanted.test(name)).map((name) => path.join(folder, name)),
        ),
      );
      found = names.flat();
    }
  }
  return found;
}
