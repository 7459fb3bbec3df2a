import { randomBytes } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';

/** The names of the temporary files; the group is the id of the process that wrote one. */
export const TEMPORARY_FILE = /^\.skupper-mkl-(\d+)-[0-9a-f]+\.tmp$/;
/** What some file systems, and Windows, answer to the sync of a folder. */
const NO_FOLDER_SYNC = ['EINVAL', 'ENOTSUP', 'EPERM', 'EBADF', 'EISDIR', 'EACCES'];

export interface AtomicWrite {
  /** A folder of the same file system for the temporary file, where nobody watches; default: the file's own folder. */
  temporary?: string;
  /** Permissions of the new file, less the umask. */
  mode?: number;
  /** Called with the open temporary file before it is synced: to set its mode and owner. */
  prepare?: (handle: FileHandle) => Promise<void>;
  /** Brings the temporary file into place; the default renames it over whatever has that path. */
  put?: (temporary: string) => Promise<void>;
}

/**
 * Writes a file so that it appears whole or not at all, and durably: the text goes to a temporary file, which is synced
 * and then put into place. The temporary file is removed in any case.
 *
 * @throws what node:fs throws, and what `prepare` and `put` throw
 */
export async function writeFileAtomically(path: string, text: string, options: AtomicWrite = {}): Promise<void> {
  const folder = dirname(path);
  const put = options.put ?? ((file) => rename(file, path));
  const through = async (place: string): Promise<void> => {
    const file = join(place, `.skupper-mkl-${process.pid}-${randomBytes(6).toString('hex')}.tmp`);
    try {
      await writeDurably(file, text, options);
      await put(file);
    } finally {
      await rm(file, { force: true }).catch(() => undefined);
    }
  };
  const temporary = options.temporary ?? folder;
  try {
    await through(temporary);
  } catch (error) {
    // The file's folder is a mount of its own, so the temporary file has to be in it.
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV' || folder === temporary) throw error;
    await through(folder);
  }
  await syncFolder(folder);
}

async function writeDurably(path: string, text: string, { mode = 0o666, prepare }: AtomicWrite): Promise<void> {
  const handle = await open(path, 'wx', mode);
  try {
    await handle.writeFile(text);
    await prepare?.(handle);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a new, changed or removed name in a folder durable, where the file system can. */
export async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(folder, 'r');
    await handle.sync();
  } catch (error) {
    // Windows opens no folders.
    const { code = '' } = error as NodeJS.ErrnoException;
    if (handle === undefined ? process.platform !== 'win32' : !NO_FOLDER_SYNC.includes(code)) throw error;
  } finally {
    await handle?.close();
  }
}
