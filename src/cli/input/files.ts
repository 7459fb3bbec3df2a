import type { Dirent } from 'node:fs';
import { readdir, realpath, stat, systemWords } from '../../util/files.js';
import path from 'node:path';
import { expandGlob, isGlob } from './glob.js';

/** A file to read, or the reason why it cannot be read. */
export interface InputFile {
  /** The name as the user gave it, for messages; `-` is standard input. */
  name: string;
  /** True if the file was given by name or pattern; false if it was found in a folder. */
  named: boolean;
  /** The name is a URL. */
  url?: boolean;
  /** Set if it is already known that the file cannot be read. */
  why?: string;
}

export interface InputChoice {
  /** Check only kind, name and namespace of the documents. */
  identityOnly?: boolean;
  /** Also read the subfolders of folders. */
  recursive?: boolean;
}

const MANIFEST = /\.(?:ya?ml|json)$/i;

/** True for a word that kubectl too treats as a URL. */
function isUrl(word: string): boolean {
  return /^https?:\/\//i.test(word);
}

/** Describes a system error; errors that are not in the table are described in the words of the system. */
export function whyNot(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  const descriptions: Record<string, string> = {
    ENOENT: 'no such file or directory',
    EACCES: 'permission denied',
    ELOOP: 'too many levels of symbolic links',
    ENOTDIR: 'a part of its path is not a directory',
    ENAMETOOLONG: 'the file name is too long',
    EMFILE: 'too many open files',
  };
  return descriptions[code ?? ''] ?? systemWords(error) ?? String(code ?? error);
}

/** Finds the files of a command line, each once. */
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
    if (word === '') {
      yield { name: '""', named: true, why: 'the file name is empty' };
      return;
    }
    const literal = await this.exists(word);
    // As in kubectl: a.yaml,b.yaml.
    if (!literal && word.includes(',')) {
      for (const part of word.split(',')) yield* this.find(part);
      return;
    }
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

  /** The manifests in a folder, files before subfolders. Hidden files are left out, as in a shell's patterns. */
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

  private async exists(name: string): Promise<boolean> {
    return stat(name).then(
      () => true,
      () => false,
    );
  }

  /** The path without symbolic links, so that a file that is found twice is read once. */
  private identity(name: string): Promise<string> {
    return realpath(name).catch(() => path.resolve(name));
  }

  private isNew(identity: string): boolean {
    const { size } = this.seen;
    return this.seen.add(identity).size > size;
  }
}

/**
 * Finds the files for the words of a command line, in order: files, folders (their *.yaml, *.yml and *.json), patterns that
 * the shell has not expanded, URLs, `-`, and several of these with commas between them. A file that cannot be found is yielded with the reason in `why`.
 */
export async function* findFiles(words: readonly string[], choice: InputChoice = {}): AsyncGenerator<InputFile> {
  const finder = new Finder(choice.recursive ?? false);
  for (const word of words) yield* finder.find(word);
}
