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

/** Makes a folder and those above it, 0775 less the umask. */
export async function makeFolder(folder: string): Promise<void> {
  await guarded('created', folder, () => mkdir(folder, { recursive: true, mode: DIRECTORY_MODE }));
}

/**
 * Throws `file-system` unless this user may write in the folder or, where it is missing, make it.
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
 * Writes a new file so that it appears whole or not at all, and never over another.
 * @param temporary a folder of the same file system that nobody watches
 * @throws Failure `already-exists` when anything has that path, `file-system`
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

/** Whole as with link; only somebody who does not take our lock could come in between the look and the rename. */
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
 * Replaces a file in one step; readers see the old or the new text. Mode and, where allowed, owner stay.
 * @param before the text the new one was made from: when the file holds another by now, nothing is written
 * @throws Failure `conflict`, `file-system`
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
      // Only root may; for anybody else the file becomes theirs, as with an editor.
      if (process.getuid?.() === 0) await handle.chown(old.uid, old.gid);
    };
    await writeFileAtomically(path, text, { temporary, put, prepare });
  });
}

/**
 * Removes a file with unlink; the controller does not notice a rename away.
 * @param before as for replaceFile
 * @throws Failure `conflict`, `file-system`
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
 * Removes the temporary files of processes that were killed. Call it under the lock: no live one of this program is in use then.
 * @param folder missing is as good as empty
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
