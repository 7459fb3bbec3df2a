import { Failure } from '../../../model/failure.js';
import { KIND, type MultiKeyListener } from '../../../model/resource.js';
import { isData, type Data, type Document } from './documents.js';
import type { Paths } from './paths.js';
import { readFolder, type LastGood, type Reading, type ResourceFile } from './read-resources.js';
import { asResource, identify, type Identity } from './shape.js';
import { join } from '../status.js';

/** A document of a Skupper resource, with its file. */
export interface Entry extends Identity {
  value: Data;
  document: Document;
  file: ResourceFile;
}

/** The resources in the three folders of a namespace, and the files that could not be read. */
export interface Contents {
  input: Entry[];
  runtime: Entry[];
  snapshot: Entry[];
  damaged: Reading['damaged'];
}

/** A MultiKeyListener, or the reason why it cannot be shown. */
export interface Found {
  name: string;
  resource?: MultiKeyListener;
  failure?: Failure;
}

/**
 * Reads the resources of a namespace. Missing folders count as empty.
 *
 * @param lastGood see readFolder
 * @throws Failure `file-system` if a folder cannot be read
 */
export async function readNamespace(paths: Paths, lastGood?: LastGood): Promise<Contents> {
  const folders = [paths.resources, paths.runtime, paths.snapshot];
  const [input, runtime, snapshot] = await Promise.all(folders.map((folder) => readFolder(folder, lastGood)));
  return {
    input: entries(input),
    runtime: entries(runtime),
    snapshot: entries(snapshot),
    damaged: [input, runtime, snapshot].flatMap((reading) => reading?.damaged ?? []),
  };
}

function entries(reading: Reading | undefined): Entry[] {
  return (reading?.files ?? []).flatMap((file) =>
    file.documents.flatMap((document) => {
      const { value } = document;
      const identity = identify(value);
      return identity !== undefined && isData(value) ? [{ ...identity, value, document, file }] : [];
    }),
  );
}

/** The entries of the MultiKeyListener with that name; more than one if it is defined several times. */
export function named(list: readonly Entry[], name: string): Entry[] {
  return list.filter((entry) => entry.kind === KIND && entry.name === name);
}

/** All MultiKeyListeners in input and runtime, each joined from its documents (see `join`), sorted by name. */
export function findAll(contents: Contents, namespace: string): Found[] {
  const [input, runtime, snapshot] = [contents.input, contents.runtime, contents.snapshot].map(byName);
  const names = new Set([...(input?.keys() ?? []), ...(runtime?.keys() ?? [])]);
  return [...names].sort().map((name) => {
    const lists = [input, runtime, snapshot].map((each) => each?.get(name));
    return joined(name, namespace, lists);
  });
}

/** The MultiKeyListener with that name, joined from its documents (see `join`); without both members if it does not exist. */
export function find(contents: Contents, name: string, namespace: string): Found {
  const lists = [contents.input, contents.runtime, contents.snapshot].map((list) => named(list, name));
  return joined(name, namespace, lists);
}

function byName(list: readonly Entry[]): Map<string, Entry[]> {
  const groups = new Map<string, Entry[]>();
  for (const entry of list) {
    if (entry.kind !== KIND) continue;
    const group = groups.get(entry.name);
    if (group === undefined) groups.set(entry.name, [entry]);
    else group.push(entry);
  }
  return groups;
}

/** @param lists the entries with that name in input, runtime and snapshot */
function joined(name: string, namespace: string, lists: readonly (readonly Entry[] | undefined)[]): Found {
  try {
    const [input, runtime, snapshot] = lists.map((list) => lastOf(list ?? []));
    const resource = join({ input, runtime, snapshot }, namespace);
    return resource === undefined ? { name } : { name, resource };
  } catch (error) {
    if (error instanceof Failure) return { name, failure: error };
    throw error;
  }
}

/** The last document of a name, which Skupper uses when it reads the files in this order. */
function lastOf(list: readonly Entry[]): MultiKeyListener | undefined {
  const last = list.at(-1);
  return last === undefined ? undefined : asResource(last.value, last.file.path);
}

/** A Failure `damaged-file` for each resource that is defined more than once in the input. */
export function duplicates(contents: Contents): Failure[] {
  return [...byName(contents.input)].flatMap(([name, list]) => (list.length > 1 ? [described(name, list)] : []));
}

/** The Failure for a resource that is defined more than once. */
export function described(name: string, list: readonly Entry[]): Failure {
  const files = [...new Set(list.map((entry) => entry.file.path))].join(' and ');
  return new Failure('damaged-file', `${KIND} "${name}" is defined more than once, in ${files}`, {
    hint: 'Keep one of the documents and remove the others; Skupper uses the last one.',
  });
}
