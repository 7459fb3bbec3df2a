import { lstat, realpath, stat } from '../../../util/files.js';
import { dirname, relative } from 'node:path';

import { Failure } from '../../../model/failure.js';
import { shellWord } from '../../../model/text.js';
import { errorCode, fileSystemFailure } from '../errors.js';
import { namespacesFolder, type Paths } from './paths.js';

const WRITABLE_BY_ALL = 0o002;
const STICKY = 0o1000;

/**
 * Explains why the folders of a namespace cannot be trusted: another user could redirect a write, or could have created the files.
 * Like ssh for its files, this refuses a folder that is world-writable without the sticky bit, that belongs to another user, or
 * that is a link to a place outside the data home. If the data home itself is a link, its target is checked. Group members are
 * trusted, because Skupper creates its folders with mode 0775. Root may work in a data home that belongs to one other user.
 *
 * @returns undefined if all existing folders can be trusted, and on Windows, where files have no uid
 * @throws Failure `file-system` if a folder cannot be examined
 */
export async function distrust(paths: Paths): Promise<Failure | undefined> {
  const me = process.getuid?.();
  if (me === undefined) return undefined;
  const home = dirname(dirname(paths.folder));
  const trusted = new Set([0, me]);
  if (me === 0) trusted.add((await look(home))?.uid ?? 0);
  const link = await look(home, lstat);
  if (link && !trusted.has(link.uid)) return refusal(home, `belongs to another user (uid ${link.uid})`);
  for (const folder of [home, namespacesFolder(home), paths.folder, paths.input, paths.resources]) {
    const found = await look(folder);
    if (found === undefined) break;
    if (!trusted.has(found.uid)) return refusal(folder, `belongs to another user (uid ${found.uid})`);
    if ((found.mode & WRITABLE_BY_ALL) !== 0 && (found.mode & STICKY) === 0)
      return refusal(folder, 'is world-writable', `chmod o-w ${shellWord(folder)}`);
    const inside = relative(await realpath(home), await realpath(folder));
    if (inside.startsWith('..')) return refusal(folder, 'is a symbolic link to a place outside the data home');
  }
  return undefined;
}

async function look(path: string, how = stat): Promise<{ uid: number; mode: number } | undefined> {
  try {
    return await how(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw fileSystemFailure(error, 'read', path);
  }
}

function refusal(folder: string, why: string, mend?: string): Failure {
  const hint = mend === undefined ? 'Run as its owner, or use a data home of your own.' : `Fix it with: ${mend}`;
  return new Failure('file-system', `${folder} ${why}`, { hint });
}
