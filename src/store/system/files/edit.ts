import { lstat } from 'node:fs/promises';
import { basename } from 'node:path';

import { Failure } from '../../../model/failure.js';
import { applyMergePatch, sameJson } from '../../../model/change/merge-patch.js';
import { isLabel } from '../../../model/names.js';
import { API_VERSION, KIND, reference, subjectOf, type MultiKeyListener } from '../../../model/resource.js';
import { alreadyExists as takenSentence, changedMeanwhile, doesNotExist } from '../../../model/sentences.js';
import { dumpYaml } from '../../../yaml/dump.js';
import type { DeleteOptions, Deleted, MergePatch, PatchOptions, WriteOptions } from '../../store.js';
import { member, rewrite, type Data } from './documents.js';
import { errorCode, fileSystemFailure } from '../errors.js';
import { withLock } from './lock.js';
import { manifest, tidy } from './manifest.js';
import { described, find, named, readNamespace, type Contents, type Entry } from './namespace-contents.js';
import { resourceFile, type Paths } from './paths.js';
import { asResource } from './shape.js';
import { versionOf } from '../status.js';
import { distrust } from './trust.js';
import { createFile, makeFolder, removeFile, removeLeftovers, replaceFile, requireWritable } from './write-file.js';

/**
 * Reads the namespace and runs `work` under the lock, so that no other process of this program changes the files in between.
 * First removes temporary files of killed processes. A dry run takes no lock and writes nothing; it only checks that it could.
 */
async function exclusively<T>(
  paths: Paths,
  options: WriteOptions,
  work: (contents: Contents) => Promise<T>,
): Promise<T> {
  await requireTrust(paths);
  const read = async (): Promise<T> => work(await readNamespace(paths));
  if (options.dryRun) {
    for (const folder of [paths.input, paths.resources]) await requireWritable(folder);
    return read();
  }
  return withLock(paths.input, options.signal, async () => {
    for (const folder of [paths.input, paths.resources]) await removeLeftovers(folder);
    return read();
  });
}

/** Throws `file-system` if another user could redirect the write (see `distrust`). */
async function requireTrust(paths: Paths): Promise<void> {
  const failure = await distrust(paths);
  if (failure) throw new Failure('file-system', `nothing is written: ${failure.message}`, { hint: failure.hint });
}

/** See Store.create. A name is taken if any input file defines it, or if its own file exists, whatever that is. */
export async function createResource(
  paths: Paths,
  resource: MultiKeyListener,
  options: WriteOptions,
): Promise<MultiKeyListener> {
  const name = resource.metadata.name;
  // The name becomes part of a path.
  if (!isLabel(name)) throw new Failure('invalid', `invalid name ${JSON.stringify(name)} on a system site`);
  const value = shaped(manifest(resource, paths.namespace));
  const path = resourceFile(paths, name);
  await requireTrust(paths);
  if (!options.dryRun) await makeFolder(paths.resources);
  return exclusively(paths, options, async (contents) => {
    const [other] = named(contents.input, name);
    if (other !== undefined || (await exists(path))) throw alreadyExists(paths, name, other?.file.path ?? path);
    if (!options.dryRun) await createFile(paths.input, path, dumpYaml(value));
    return stored(paths, contents, name, value);
  });
}

/** See Store.patch. Fields that the patch does not name stay, also those that this program does not know. */
export async function patchResource(
  paths: Paths,
  name: string,
  patch: MergePatch,
  options: PatchOptions,
): Promise<MultiKeyListener> {
  await requireInput(paths, name);
  return exclusively(paths, options, async (contents) => {
    const list = inputEntries(paths, contents, name);
    const [entry] = list;
    if (entry === undefined || list.length > 1) throw described(name, list);
    requireSame(entry, paths.namespace, options);
    const value = shaped(tidy(applyMergePatch(entry.value, patch)));
    requireIdentity(entry, value, paths);
    if (sameJson(value, tidy(entry.value))) return stored(paths, contents, name, entry.value);
    if (!options.dryRun) await rewriteFile(paths, [entry], value);
    return stored(paths, contents, name, value);
  });
}

/** See Store.delete. Removes every input document of that name. The site runs the resource until the next reload. */
export async function deleteResource(paths: Paths, name: string, options: DeleteOptions): Promise<Deleted> {
  await requireInput(paths, name);
  return exclusively(paths, options, async (contents) => {
    const list = inputEntries(paths, contents, name);
    for (const entry of list) requireSame(entry, paths.namespace, options);
    if (!options.dryRun) {
      const files = new Set(list.map((entry) => entry.file));
      for (const file of files)
        await rewriteFile(
          paths,
          list.filter((entry) => entry.file === file),
          undefined,
        );
    }
    const uid = uidOf(list.at(-1)?.value);
    return { gone: true, ...(uid === undefined ? {} : { uid }) };
  });
}

/** Writes the value to all entries, which are of one file, or removes them if it is undefined. An empty file is removed. */
async function rewriteFile(paths: Paths, list: readonly Entry[], value: Data | undefined): Promise<void> {
  const file = list[0]?.file;
  if (file === undefined) return;
  const before = file.documents.map((document) => document.text).join('');
  const changes = new Map(list.map((entry) => [entry.document, value]));
  const text = rewrite(file.documents, changes, file.path.endsWith('.json'));
  if (text === undefined) await removeFile(file.path, before);
  else await replaceFile(paths.input, file.path, text, before);
}

/** Throws `not-found` if the folder does not exist, because no lock can be created in it. */
async function requireInput(paths: Paths, name: string): Promise<void> {
  if (!(await exists(paths.input))) throw notFound(paths, name);
}

/** True if the path exists, whatever it is. Throws `file-system` if that cannot be determined. */
export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw fileSystemFailure(error, 'read', path);
  }
}

/** The input documents with that name, at least one. Throws `not-found` or `damaged-file` if there is none. */
function inputEntries(paths: Paths, contents: Contents, name: string): Entry[] {
  const list = named(contents.input, name);
  if (list.length === 0) throw missing(paths, contents, name);
  return list;
}

/** The failure for a resource without a document: `not-found`, or the failure of its own file if that cannot be read. */
export function missing(paths: Paths, contents: Contents, name: string): Failure {
  const own = ['yaml', 'yml', 'json'].map((extension) => `${KIND}-${name}.${extension}`);
  const damaged = contents.damaged.find(({ path }) => path.startsWith(paths.resources) && own.includes(basename(path)));
  return damaged?.failure ?? notFound(paths, name);
}

function notFound(paths: Paths, name: string): Failure {
  const { message, hint } = doesNotExist(subjectOf(name), paths.namespace);
  return new Failure('not-found', message, { hint });
}

function alreadyExists(paths: Paths, name: string, path: string): Failure {
  const { message, hint } = takenSentence(subjectOf(name), paths.namespace);
  return new Failure('already-exists', `${message}: ${path}`, { hint });
}

function uidOf(value: Data | undefined): string | undefined {
  const uid = member(member(value, 'metadata'), 'uid');
  return typeof uid === 'string' ? uid : undefined;
}

function requireSame(
  entry: Entry,
  namespace: string,
  { uid, resourceVersion }: { uid?: string; resourceVersion?: string },
): void {
  const otherUid = uid !== undefined && uid !== uidOf(entry.value);
  const otherVersion = resourceVersion !== undefined && resourceVersion !== versionOf(entry.value);
  if (!otherUid && !otherVersion) return;
  const { message, hint } = changedMeanwhile(subjectOf(entry.name), namespace);
  throw new Failure('conflict', message, { hint });
}

function requireIdentity(entry: Entry, value: Data, paths: Paths): void {
  const metadata = member(value, 'metadata');
  const namespace = member(metadata, 'namespace');
  const was = member(member(entry.value, 'metadata'), 'namespace');
  const stays = namespace === undefined || namespace === paths.namespace || namespace === was;
  const same = member(metadata, 'name') === entry.name && value['kind'] === KIND && value['apiVersion'] === API_VERSION;
  if (same && stays) return;
  throw new Failure('invalid', `${reference(entry.name)} cannot change its name, namespace, kind or apiVersion`);
}

/** Checks that a value which we write can be read again; throws `invalid` if not. */
function shaped(value: Data): Data {
  try {
    asResource(value, 'this change');
    return value;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure('invalid', error.message, { causes: error.causes });
  }
}

/** The resource as a read returns it after `value` has been written to the input. */
function stored(paths: Paths, contents: Contents, name: string, value: Data): MultiKeyListener {
  const document = { text: '', value };
  const entry: Entry = {
    kind: KIND,
    name,
    value,
    document,
    file: { path: resourceFile(paths, name), documents: [document] },
  };
  const { resource, failure } = find({ ...contents, input: [entry] }, name, paths.namespace);
  if (resource === undefined) throw failure ?? missing(paths, contents, name);
  return resource;
}
