import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Failure } from '../model/failure.js';
import type { Io } from './io.js';

/** Larger than any sane set of manifests, small enough to be parsed: 32 MiB. */
const MOST_BYTES = 32 * 1024 * 1024;

/** One document of a file, with how it is called in messages. */
export interface InputDocument {
  label: string;
  object: unknown;
}

function unreadable(name: string, why: string, cause?: unknown): Failure {
  return new Failure('bad-file', `${name} can't be read: ${why}`, { hint: 'Nothing was sent.', cause });
}

async function readAll(name: string, stream: AsyncIterable<Buffer | string>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MOST_BYTES) throw unreadable(name, `it is larger than ${MOST_BYTES / 1024 / 1024} MiB`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

async function readBytes(file: string, io: Io): Promise<{ name: string; bytes: Buffer }> {
  if (file === '-') {
    const name = 'standard input';
    if (io.stdin.isTTY) {
      throw new Failure('usage', '-f - reads standard input, which is a terminal', {
        hint: 'Pipe a file into it, or name a file: -f objects.yaml',
      });
    }
    return { name, bytes: await readAll(name, io.stdin) };
  }
  try {
    const info = await stat(file);
    if (info.isDirectory()) throw unreadable(file, 'it is a directory');
    if (info.size > MOST_BYTES) throw unreadable(file, `it is larger than ${MOST_BYTES / 1024 / 1024} MiB`);
    return { name: file, bytes: await readAll(file, createReadStream(file)) };
  } catch (error) {
    if (error instanceof Failure) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    const why = { ENOENT: 'there is no such file', EACCES: 'permission denied' }[code ?? ''] ?? String(code ?? error);
    throw unreadable(file, why, error);
  }
}

/** A `List` of any kind, opened; anything else as it is. */
function members(object: unknown, label: string): InputDocument[] {
  const list = object as { kind?: unknown; items?: unknown } | null;
  const isList = typeof list?.kind === 'string' && list.kind.endsWith('List') && Array.isArray(list.items);
  if (!isList) return [{ label, object }];
  return (list.items as unknown[]).map((item, index) => ({ label: `${label}, items[${index}]`, object: item }));
}

/**
 * The documents of all files, in order; `-` is standard input. Throws `bad-file`
 * for what can't be read, is too large, is no UTF-8 or no YAML, or holds nothing.
 */
export async function readDocuments(files: readonly string[], io: Io): Promise<InputDocument[]> {
  const { loadYaml } = await import('../yaml/load.js');
  const documents: InputDocument[] = [];
  for (const file of files) {
    const { name, bytes } = await readBytes(file, io);
    let text: string;
    try {
      text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch (error) {
      throw unreadable(name, 'it is not UTF-8 text', error);
    }
    const objects = loadYaml(text, { what: name });
    const found = objects.flatMap((object, index) =>
      members(object, objects.length === 1 ? name : `${name}, document ${index + 1}`),
    );
    if (found.length === 0) throw unreadable(name, 'it holds no document');
    for (const document of found) documents.push(document);
  }
  return documents;
}
