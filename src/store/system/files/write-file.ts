import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, link, lstat, mkdir, open, readdir, rename, rm, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { Failure } from '../../../model/failure.js';
import { errorCode, fileSystemFailure, guarded } from '../errors.js';
import { isAlive } from './lock.js';
import { readText } from './read-resources.js';

const DIRECTORY_MODE = 0o775;
const FILE_MODE = 0o666;
const TEMPORARY = /^\.skupper-mkl-(\d+)-[0-9a-f]+\.tmp$/;
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
  await guarded('written', path, () =>
    throughTemporary(temporary, path, text, async (file) => {
      try {
        await link(file, path);
      } catch (error) {
        const code = errorCode(error) ?? '';
        if (code === 'EEXIST') throw exists(path, error);
        if (!NO_LINK.includes(code)) throw error;
        await moveToNew(file, path);
      }
    }),
  );
}

/** Whole as with link; only somebody who does not take our lock could come in between the look and the rename. */
async function moveToNew(file: string, path: string): Promise<void> {
  const taken = await lstat(path).catch((error: unknown) => {
    if (errorCode(error) !== 'ENOENT') throw error;
  });
  if (taken) throw exists(path);
  await rename(file, path);
}

/**
 * Writes the text to a temporary file and lets `put` bring it into place; the temporary file is gone then. Where the
 * target is a mount of its own, the temporary file has to be beside it: its name is none that Skupper reads.
 */
async function throughTemporary(
  temporary: string,
  path: string,
  text: string,
  put: (file: string) => Promise<void>,
  prepare?: (handle: FileHandle) => Promise<void>,
): Promise<void> {
  const folder = dirname(path);
  const via = async (place: string): Promise<void> => {
    const file = await writeTemporary(place, text, prepare);
    await put(file).finally(() => rm(file, { force: true }).catch(() => undefined));
  };
  try {
    await via(temporary);
  } catch (error) {
    if (errorCode(error) !== 'EXDEV' || folder === temporary) throw error;
    await via(folder);
  }
  await syncFolder(folder);
}

function exists(path: string, cause?: unknown): Failure {
  return new Failure('already-exists', `${path} exists already`, { cause });
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
    await throughTemporary(temporary, path, text, put, async (handle) => {
      await handle.chmod(old.mode & 0o7777);
      // Only root may; for anybody else the file becomes theirs, as with an editor.
      if (process.getuid?.() === 0) await handle.chown(old.uid, old.gid);
    });
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
  throw new Failure('conflict', `${path} was changed by another program meanwhile`, { hint: 'Try again.' });
}

async function regularFile(path: string): Promise<{ mode: number; uid: number; gid: number }> {
  const found = await lstat(path);
  if (found.isFile()) return found;
  const what = found.isSymbolicLink() ? 'a symbolic link' : 'not a regular file';
  throw new Failure('file-system', `${path} is ${what}, and is left alone`, {
    hint: 'Put a regular file in its place.',
  });
}

async function writeTemporary(
  folder: string,
  text: string,
  prepare?: (handle: FileHandle) => Promise<void>,
): Promise<string> {
  const path = join(folder, `.skupper-mkl-${process.pid}-${randomBytes(6).toString('hex')}.tmp`);
  const handle = await open(path, 'wx', FILE_MODE);
  try {
    await handle.writeFile(text);
    await prepare?.(handle);
    await handle.sync();
  } catch (error) {
    await rm(path, { force: true }).catch(() => undefined);
    throw error;
  } finally {
    await handle.close();
  }
  return path;
}

/**
 * Removes the temporary files of processes that were killed. Call it under the lock: no live one of this program is in use then.
 * @param folder missing is as good as empty
 */
export async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = TEMPORARY.exec(name)?.[1];
    if (pid === undefined) continue;
    const path = join(folder, name);
    const found = await lstat(path).catch(() => undefined);
    if (found === undefined || (isAlive(Number(pid)) && Date.now() - found.mtimeMs < LEFTOVER_MS)) continue;
    await unlink(path).catch(() => undefined);
  }
}

/** Makes the new name itself durable, where the file system can. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP', 'EPERM', 'EBADF', 'EISDIR'].includes(errorCode(error) ?? '')) throw error;
  } finally {
    await handle.close();
  }
}
