import { constants } from 'node:fs';
import type { Dirent } from 'node:fs';
import { join, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { close, fstat, openFile, readdir, readFile } from '../../../util/files.js';
import { Failure, isFailure } from '../../../model/failure.js';
import { parseDocuments, type Document } from './documents.js';
import { errorCode, fileSystemFailure, guarded } from '../errors.js';

/** What Skupper reads, and `.json`, which its watcher reacts to. */
const RESOURCE_FILE = /\.(?:ya?ml|json)$/;
/** The controller rewrites in place; a file is whole again within a moment. */
const RETRIES = 5;
const RETRY_MS = 50;
/** Far above any manifest. */
const MAX_BYTES = 16 * 1024 * 1024;
/** Files read at the same time, so that thousands of them don't use up the descriptors. */
const BATCH = 32;

export interface ResourceFile {
  path: string;
  documents: Document[];
}

export interface Reading {
  files: ResourceFile[];
  /** One `damaged-file` or `file-system` Failure for each file that had to be left out. */
  damaged: { path: string; failure: Failure }[];
}

/** The files of earlier readings by path: a watch goes on with them while one is being rewritten. */
export type LastGood = Map<string, ResourceFile>;

/**
 * Every resource file under a folder, recursively, sorted by path. Links to
 * files are followed and links to folders are not, as Go's WalkDir does. A folder that
 * does not exist is empty; a file that vanishes meanwhile is skipped.
 *
 * @throws Failure `file-system` when a folder cannot be read
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
 * One file as it is now; undefined when it does not exist.
 * @throws Failure `damaged-file` (empty, no UTF-8, no YAML) or `file-system`
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
 * The text of a regular file, or undefined when it does not exist.
 * @throws Failure `damaged-file` for bytes that are not UTF-8, `file-system` for anything that cannot be read
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
  // Without O_NONBLOCK a named pipe would be waited for until somebody writes to it.
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

/** The names of the folders in a folder; none when it does not exist. */
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
