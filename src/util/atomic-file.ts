import { randomBytes } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';

/** Matches the name of a temporary file of `writeFileAtomically`; group 1 is the id of the process that writes it. */
export const TEMPORARY_FILE = /^\.skupper-mkl-(\d+)-[0-9a-f]+\.tmp$/;
/** Errors of file systems, and of Windows, that cannot sync a folder. */
const NO_FOLDER_SYNC = ['EINVAL', 'ENOTSUP', 'EPERM', 'EBADF', 'EISDIR', 'EACCES'];

export interface AtomicWrite {
  /** A folder on the same file system for the temporary file, which no other program watches. Default: the file's own folder. */
  temporary?: string;
  /** Permissions of the new file, from which the umask is subtracted. Default: 0666. */
  mode?: number;
  /** Called with the open temporary file before it is synced: to set its mode and owner. */
  prepare?: (handle: FileHandle) => Promise<void>;
  /** Moves the temporary file to the final path. Default: rename, which replaces an existing file. */
  put?: (temporary: string) => Promise<void>;
}

/**
 * Writes a file so that other programs see all of it or nothing, and so that it survives a power failure: the text goes to a
 * temporary file, which is synced and then moved to the final path. The temporary file is always removed.
 *
 * @throws errors of node:fs, of `prepare` and of `put`
 */
export async function writeFileAtomically(path: string, text: string, options: AtomicWrite = {}): Promise<void> {
  const folder = dirname(path);
  const put = options.put ?? ((file) => rename(file, path));
  const writeThrough = async (temporaryFolder: string): Promise<void> => {
    const file = join(temporaryFolder, `.skupper-mkl-${process.pid}-${randomBytes(6).toString('hex')}.tmp`);
    try {
      await writeDurably(file, text, options);
      await put(file);
    } finally {
      await rm(file, { force: true }).catch(() => undefined);
    }
  };
  const temporary = options.temporary ?? folder;
  try {
    await writeThrough(temporary);
  } catch (error) {
    // EXDEV: the file's folder is a separate mount, so the temporary file must be in that folder.
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV' || folder === temporary) throw error;
    await writeThrough(folder);
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

/** Syncs a folder, so that files created, renamed or removed in it stay so after a power failure, if the file system can do that. */
export async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(folder, 'r');
    await handle.sync();
  } catch (error) {
    // Windows cannot open folders.
    const { code = '' } = error as NodeJS.ErrnoException;
    if (handle === undefined ? process.platform !== 'win32' : !NO_FOLDER_SYNC.includes(code)) throw error;
  } finally {
    await handle?.close();
  }
}
