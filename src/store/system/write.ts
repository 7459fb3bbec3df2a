import { randomBytes } from 'node:crypto';
import { link, lstat, mkdir, open, readdir, rename, stat, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { Failure } from '../../model/failure.js';
import { errorCode, guarded } from './errors.js';
import { isAlive } from './lock.js';
import { readText } from './read.js';

const DIRECTORY_MODE = 0o775;
const FILE_MODE = 0o666;
const TEMPORARY = /^\.skupper-mkl-(\d+)-[0-9a-f]+\.tmp$/;
const LEFTOVER_MS = 5 * 60_000;
/** link() is missing on some file systems (FAT, some network and container mounts). */
const NO_LINK = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EXDEV', 'ENOSYS', 'EMLINK'];

/** Makes a folder and those above it, 0775 less the umask. */
export async function makeFolder(folder: string): Promise<void> {
  await guarded('created', folder, () => mkdir(folder, { recursive: true, mode: DIRECTORY_MODE }));
}

/**
 * Writes a new file so that it appears whole or not at all, and never over another.
 * @param temporary a folder of the same file system that nobody watches
 * @throws Failure `already-exists` when anything has that path, `file-system`
 */
export async function createFile(temporary: string, path: string, text: string): Promise<void> {
  await guarded('written', path, async () => {
    await removeLeftovers(temporary);
    const file = await writeTemporary(temporary, text);
    try {
      await linkExclusively(file, path, text);
    } finally {
      await unlink(file);
    }
    await syncFolder(dirname(path));
  });
}

async function linkExclusively(file: string, path: string, text: string): Promise<void> {
  try {
    await link(file, path);
  } catch (error) {
    const code = errorCode(error) ?? '';
    if (code === 'EEXIST') throw exists(path, error);
    if (!NO_LINK.includes(code)) throw error;
    await writeExclusively(path, text);
  }
}

/** The file may be seen half-written for a moment; readers stand that. */
async function writeExclusively(path: string, text: string): Promise<void> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'wx', FILE_MODE);
  } catch (error) {
    throw errorCode(error) === 'EEXIST' ? exists(path, error) : error;
  }
  try {
    await handle.writeFile(text);
    await handle.sync();
  } catch (error) {
    await unlink(path);
    throw error;
  } finally {
    await handle.close();
  }
}

function exists(path: string, cause: unknown): Failure {
  return new Failure('already-exists', `${path} exists already`, { cause });
}

/**
 * Replaces a file in one step; readers see the old or the new text. Mode and, where allowed, owner stay.
 * @param before the text the new one was made from: when the file holds another by now, nothing is written
 * @throws Failure `conflict`, `file-system`
 */
export async function replaceFile(temporary: string, path: string, text: string, before: string): Promise<void> {
  await guarded('written', path, async () => {
    await removeLeftovers(temporary);
    const old = await regularFile(path);
    const file = await writeTemporary(temporary, text, async (handle) => {
      await handle.chmod(old.mode & 0o7777);
      // Only root may; for anybody else the file becomes theirs, as with an editor.
      if (process.getuid?.() === 0) await handle.chown(old.uid, old.gid);
    });
    try {
      await refuseChanged(path, before);
      await rename(file, path);
    } catch (error) {
      await unlink(file);
      throw error;
    }
    await syncFolder(dirname(path));
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
    await unlink(path);
    throw error;
  } finally {
    await handle.close();
  }
  return path;
}

/** Temporary files of processes that were killed; called under the lock, so no live one of this program is in use. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = TEMPORARY.exec(name)?.[1];
    if (pid === undefined) continue;
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
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
