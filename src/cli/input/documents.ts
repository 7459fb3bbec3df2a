import { Failure } from '../../model/failure.js';
import { membersOf } from '../../operations/validate/documents.js';
import { findFiles, type InputChoice } from './files.js';
import { readText } from './read-text.js';
import type { Io } from '../io.js';

/** One document of a file, with how it is called in messages. */
export interface InputDocument {
  label: string;
  object: unknown;
}

function unreadable(name: string, why: string): Failure {
  return new Failure('bad-file', `${name} can't be read: ${why}`, { hint: 'Nothing was sent.' });
}

/**
 * The documents of all files, folders and patterns, in order; `-` is standard input.
 * Throws `bad-file` for what can't be read, is too large, is no UTF-8 or no YAML, or holds nothing.
 */
export async function readDocuments(
  files: readonly string[],
  io: Io,
  choice: InputChoice = {},
): Promise<InputDocument[]> {
  const { loadYaml } = await import('../../yaml/load.js');
  const documents: InputDocument[] = [];
  for await (const file of findFiles(files, choice)) {
    const name = file.name === '-' ? 'standard input' : file.name;
    const content = await readText(file, io);
    if ('why' in content) throw unreadable(name, content.why);
    const objects = loadYaml(content.text, { what: name });
    const found = objects.flatMap((object, index) => {
      const label = objects.length === 1 ? name : `${name}, document ${index + 1}`;
      return membersOf(object).map(({ object: each, item }) => {
        return { label: item === undefined ? label : `${label}, items[${item}]`, object: each };
      });
    });
    if (found.length === 0) throw unreadable(name, 'it holds no document');
    for (const document of found) documents.push(document);
  }
  return documents;
}
