import { constants } from 'node:fs';
import { access, link, lstat, mkdir, readdir, rename, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { Failure } from '../../../model/failure.js';
import { syncFolder, TEMPORARY_FILE, writeFileAtomically } from '../../../util/atomic-file.js';
import { errorCode, fileSystemFailure, guarded } from '../errors.js';
import { isAlive } from './lock.js';
import { readText } from './read-resources.js';

const DIRECTORY_MODE = 0o775;
const LEFTOVER_MS = 5 * 60_000;
/** link() is missing on some file systems (FAT, some network and container mounts). */
const NO_LINK = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

/** Creates a folder and its parents with mode 0775, from which the umask is subtracted. Throws `file-system`. */
export async function makeFolder(folder: string): Promise<void> {
  await guarded('created', folder, () => mkdir(folder, { recursive: true, mode: DIRECTORY_MODE }));
}

/**
 * Throws `file-system` if this user cannot write to the folder, or cannot create it if it does not exist.
 */
export async function requireWritable(folder: string): Promise<void> {
  try {
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    const above = dirname(folder);
    if (errorCode(error) === 'ENOENT' && above !== folder) return requireWritable(above);
    throw fileSystemFailure(error, 'written', folder);
  }
}

/**
 * Writes a new file atomically and never replaces an existing one.
 *
 * @param temporary folder for the temporary file: on the same file system and not watched by Skupper
 * @throws Failure `already-exists` if the path exists, `file-system`
 */
export async function createFile(temporary: string, path: string, text: string): Promise<void> {
  const put = async (file: string): Promise<void> => {
    try {
      await link(file, path);
    } catch (error) {
      const code = errorCode(error) ?? '';
      if (code === 'EEXIST') throw exists(path, error);
      if (!NO_LINK.includes(code)) throw error;
      await moveToNew(file, path);
    }
  };
  await guarded('written', path, () => writeFileAtomically(path, text, { temporary, put }));
}

/**
 * Moves a file to a path that must not exist, on file systems without link(). Only a program that does not take our lock can
 * create the path between the check and the rename.
 */
async function moveToNew(file: string, path: string): Promise<void> {
  const taken = await lstat(path).catch((error: unknown) => {
    if (errorCode(error) !== 'ENOENT') throw error;
  });
  if (taken) throw exists(path);
  await rename(file, path);
}

function exists(path: string, cause?: unknown): Failure {
  return new Failure('already-exists', `${path} already exists`, { cause });
}

/**
 * Replaces a file atomically, so that readers see the old or the new text. Keeps its mode and, for root, its owner.
 *
 * @param before the text from which the new text was made; if the file has changed since, nothing is written
 * @throws Failure `conflict` if the file has changed, `file-system`
 */
export async function replaceFile(temporary: string, path: string, text: string, before: string): Promise<void> {
  await guarded('written', path, async () => {
    const old = await regularFile(path);
    const put = async (file: string): Promise<void> => {
      await refuseChanged(path, before);
      await rename(file, path);
    };
    const prepare = async (handle: FileHandle): Promise<void> => {
      await handle.chmod(old.mode & 0o7777);
      // Only root may change the owner of a file. Another user becomes the owner, as with an editor.
      if (process.getuid?.() === 0) await handle.chown(old.uid, old.gid);
    };
    await writeFileAtomically(path, text, { temporary, put, prepare });
  });
}

/**
 * Removes a file with unlink, because Skupper's controller does not notice a file that is renamed.
 *
 * @param before the text that was read; if the file has changed since, it is not removed
 * @throws Failure `conflict` if the file has changed, `file-system`
 */
export async function removeFile(path: string, before: string): Promise<void> {
  await guarded('removed', path, async () => {
    await regularFile(path);
    await refuseChanged(path, before);
    await unlink(path);
    await syncFolder(dirname(path));
  });
}

async function refuseChanged(path: string, before: string): Promise<void> {
  if ((await readText(path)) === before) return;
  throw new Failure('conflict', `${path} was changed by another program in the meantime`, { hint: 'Try again.' });
}

async function regularFile(path: string): Promise<{ mode: number; uid: number; gid: number }> {
  const found = await lstat(path);
  if (found.isFile()) return found;
  const what = found.isSymbolicLink() ? 'a symbolic link' : 'not a regular file';
  throw new Failure('file-system', `${path} is ${what}, and was not changed`, {
    hint: 'Replace it with a regular file.',
  });
}

/**
 * Removes the temporary files of killed processes. Must be called under the lock, when no other process of this program uses one.
 *
 * @param folder does nothing if it does not exist
 */
export async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = TEMPORARY_FILE.exec(name)?.[1];
    if (pid === undefined) continue;
    const path = join(folder, name);
    const found = await lstat(path).catch(() => undefined);
    if (found === undefined || (isAlive(Number(pid)) && Date.now() - found.mtimeMs < LEFTOVER_MS)) continue;
    await unlink(path).catch(() => undefined);
  }
}
