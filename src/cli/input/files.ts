import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from '../../util/files.js';
import path from 'node:path';
import { expandGlob, isGlob } from './glob.js';

/** A file to be read, or why there is none. */
export interface InputFile {
  /** As messages name it; `-` is standard input. */
  name: string;
  /** Given by name or by a pattern, not come upon in a folder. */
  named: boolean;
  /** The name is a URL. */
  url?: boolean;
  /** Why it can't be read, where that is known already. */
  why?: string;
}

export interface InputChoice {
  /** Only kind, name and namespace of the documents are checked. */
  identityOnly?: boolean;
  /** Folders are read to the bottom, not only one level. */
  recursive?: boolean;
}

const MANIFEST = /\.(?:ya?ml|json)$/i;

/** True for a word that kubectl takes for a URL. */
function isUrl(word: string): boolean {
  return /^https?:\/\//i.test(word);
}

/** A system error in words: what a person can act on, else its code. */
export function whyNot(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  const known: Record<string, string> = {
    ENOENT: 'no such file or directory',
    EACCES: 'permission denied',
    ELOOP: 'too many levels of symbolic links',
    ENOTDIR: 'a part of its path is not a directory',
    ENAMETOOLONG: 'the file name is too long',
    EMFILE: 'too many open files',
  };
  return known[code ?? ''] ?? String(code ?? error);
}

/** Finds the files that the words of a command line stand for; each file once. */
class Finder {
  private readonly seen = new Set<string>();

  constructor(private readonly recursive: boolean) {}

  async *find(word: string): AsyncGenerator<InputFile> {
    if (word === '-') {
      if (this.isNew('-')) yield { name: '-', named: true };
      return;
    }
    if (isUrl(word)) {
      if (this.isNew(word)) yield { name: word, named: true, url: true };
      return;
    }
    const literal = await this.there(word);
    if (literal || !isGlob(word)) return yield* this.named(word);
    const names = await expandGlob(word);
    if (names.length === 0) yield { name: word, named: true, why: 'no file matches this pattern' };
    for (const name of names) yield* this.named(name);
  }

  private async *named(name: string): AsyncGenerator<InputFile> {
    try {
      const info = await stat(name);
      if (!info.isDirectory()) {
        if (this.isNew(await this.identity(name))) yield { name, named: true };
        return;
      }
    } catch (error) {
      yield { name, named: true, why: whyNot(error) };
      return;
    }
    let found = false;
    for await (const file of this.inside(name)) {
      found = true;
      yield file;
    }
    if (!found) {
      const deeper = this.recursive ? '' : ' (use --recursive to read its subdirectories)';
      yield { name, named: true, why: `the directory contains no *.yaml, *.yml or *.json file${deeper}` };
    }
  }

  /** What a folder holds, files before folders, hidden ones left out as a shell does. */
  private async *inside(folder: string): AsyncGenerator<InputFile> {
    const identity = await this.identity(folder);
    if (!this.isNew(identity)) return;
    const folders: string[] = [];
    let entries: Dirent[];
    try {
      entries = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.'));
    } catch (error) {
      yield { name: folder, named: false, why: whyNot(error) };
      return;
    }
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const name = path.join(folder, entry.name);
      const link = entry.isSymbolicLink();
      if (entry.isDirectory() || (link && (await this.isFolder(name)))) folders.push(name);
      else if (MANIFEST.test(name)) {
        if (this.isNew(link ? await this.identity(name) : path.join(identity, entry.name)))
          yield { name, named: false };
      }
    }
    if (this.recursive) for (const name of folders) yield* this.inside(name);
  }

  private async isFolder(name: string): Promise<boolean> {
    return stat(name).then(
      (info) => info.isDirectory(),
      () => false,
    );
  }

  private async there(name: string): Promise<boolean> {
    return stat(name).then(
      () => true,
      () => false,
    );
  }

  /** What a file is called with no link on the way: one reached twice is read once. */
  private identity(name: string): Promise<string> {
    return realpath(name).catch(() => path.resolve(name));
  }

  private isNew(identity: string): boolean {
    const { size } = this.seen;
    return this.seen.add(identity).size > size;
  }
}

/**
 * The files that words stand for, in their order: files, folders (their *.yaml, *.yml and
 * *.json), patterns that no shell expanded, URLs, and `-`. What can't be found is told and passed over.
 */
export async function* findFiles(words: readonly string[], choice: InputChoice = {}): AsyncGenerator<InputFile> {
  const finder = new Finder(choice.recursive ?? false);
  for (const word of words) yield* finder.find(word);
}
