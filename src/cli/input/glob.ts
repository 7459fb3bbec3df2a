import { access, readdir } from '../../util/files.js';
import path from 'node:path';

/** True for a name that a shell would have expanded. */
export function isGlob(name: string): boolean {
  return /[*?[]/.test(name);
}

/** One segment as a shell matches it: `*`, `?` and `[a-z]`; a leading dot only by a dot. */
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

/** Every folder below, links to folders not followed: `**`. */
async function foldersBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder || '.', { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
  const below = await Promise.all(names.sort().map((name) => foldersBelow(path.join(folder, name))));
  return [folder, ...below.flat()];
}

async function present(names: readonly string[]): Promise<string[]> {
  const there = await Promise.all(
    names.map((name) =>
      access(name).then(
        () => true,
        () => false,
      ),
    ),
  );
  return names.filter((_name, index) => there[index]);
}

/** The names that a pattern stands for, in order; none when nothing matches. `**` is any number of folders. */
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
