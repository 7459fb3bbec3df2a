import { constants } from 'node:fs';
import type { Dirent } from 'node:fs';
import { join, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { close, fstat, openFile, readdir, readFile } from '../../../util/files.js';
import { Failure, isFailure } from '../../../model/failure.js';
import { parseDocuments, type Document } from './documents.js';
import { errorCode, fileSystemFailure, guarded } from '../errors.js';

/** The files that Skupper reads, and `.json`, to which its watcher reacts. */
const RESOURCE_FILE = /\.(?:ya?ml|json)$/;
/** A damaged file is read again, because Skupper's controller rewrites files in place and may just be doing so. */
const RETRIES = 5;
const RETRY_MS = 50;
/** Limit for the size of a file: far more than any manifest has. */
const MAX_BYTES = 16 * 1024 * 1024;
/** Files that are read at the same time: a limit, because each one needs a file descriptor. */
const BATCH = 32;

export interface ResourceFile {
  path: string;
  documents: Document[];
}

export interface Reading {
  files: ResourceFile[];
  /** A Failure `damaged-file` or `file-system` for each file that could not be read. */
  damaged: { path: string; failure: Failure }[];
}

/** The files of earlier readings by path. A watch uses the earlier content of a file while it is damaged. */
export type LastGood = Map<string, ResourceFile>;

/**
 * Reads all resource files under a folder and its subfolders, sorted by path. Like Go's WalkDir it follows links to files but not
 * links to folders. A folder that does not exist counts as empty; a file that is removed meanwhile is skipped.
 *
 * @param lastGood updated with the files that were read; used for those that are damaged
 * @throws Failure `file-system` if a folder cannot be read
 */
export async function readFolder(folder: string, lastGood?: LastGood): Promise<Reading> {
  const paths = (await walk(folder)).sort();
  const reading: Reading = { files: [], damaged: [] };
  forgetRemoved(folder, paths, lastGood);
  for (let start = 0; start < paths.length; start += BATCH) {
    const batch = paths.slice(start, start + BATCH);
    for (const result of await Promise.all(batch.map((path) => readPatiently(path)))) {
      if (result === undefined) continue;
      if (!('failure' in result)) {
        reading.files.push(result);
        lastGood?.set(result.path, result);
        continue;
      }
      reading.damaged.push(result);
      const before = lastGood?.get(result.path);
      if (before !== undefined) reading.files.push(before);
    }
  }
  return reading;
}

function forgetRemoved(folder: string, paths: readonly string[], lastGood?: LastGood): void {
  for (const path of lastGood?.keys() ?? []) {
    if (path.startsWith(folder + sep) && !paths.includes(path)) lastGood?.delete(path);
  }
}

async function walk(folder: string): Promise<string[]> {
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw fileSystemFailure(error, 'read', folder);
  }
  const nested = entries.map((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return walk(path);
    return RESOURCE_FILE.test(entry.name) ? [path] : [];
  });
  return (await Promise.all(nested)).flat();
}

async function readPatiently(path: string): Promise<ResourceFile | Reading['damaged'][number] | undefined> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await readResourceFile(path);
    } catch (error) {
      if (isFailure(error, 'damaged-file') && attempt < RETRIES) await sleep(RETRY_MS);
      else if (error instanceof Failure) return { path, failure: error };
      else throw error;
    }
  }
}

/**
 * Reads one file. Undefined if it does not exist.
 *
 * @throws Failure `damaged-file` (empty, not UTF-8, not YAML) or `file-system`
 */
export async function readResourceFile(path: string): Promise<ResourceFile | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  if (text.trim() === '') throw new Failure('damaged-file', `${path} is empty`);
  try {
    return { path, documents: parseDocuments(text, path) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure('damaged-file', error.message, {
      hint: error.hint ?? 'Repair or remove that file.',
      cause: error,
    });
  }
}

/**
 * The text of a regular file; undefined if it does not exist.
 *
 * @throws Failure `damaged-file` if it is not UTF-8 or too large, `file-system` if it cannot be read or is not a regular file
 */
export async function readText(path: string): Promise<string | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readRegular(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw fileSystemFailure(error, 'read', path);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Failure('damaged-file', `${path} is not UTF-8 text`, { hint: 'Save the file as UTF-8.', cause: error });
  }
}

async function readRegular(path: string): Promise<Buffer> {
  // Without O_NONBLOCK, opening a named pipe would block until another program writes to it.
  const handle = await openFile(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = await fstat(handle);
    if (!stat.isFile()) throw new Failure('file-system', `${path} is not a regular file`);
    if (stat.size > MAX_BYTES) throw new Failure('damaged-file', `${path} is too large (${stat.size} bytes)`);
    return await readFile(handle);
  } finally {
    await close(handle);
  }
}

/** The names of the folders in a folder; empty if it does not exist. Throws `file-system`. */
export async function folderNames(folder: string): Promise<string[]> {
  return guarded('read', folder, async () => {
    try {
      const entries = await readdir(folder, { withFileTypes: true });
      return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return [];
      throw error;
    }
  });
}
