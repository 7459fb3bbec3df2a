import { open, stat, type FileHandle } from 'node:fs/promises';
import { Failure } from '../model/failure.js';
import { whyNot, type InputFile } from './input-files.js';
import type { Io } from './io.js';

/** Larger than any sane set of manifests, small enough to be parsed: 32 MiB. */
const MOST_BYTES = 32 * 1024 * 1024;
const TOO_LARGE = `it is larger than ${MOST_BYTES / 1024 / 1024} MiB`;
/** Names of descriptors that the shell opened, as for `<(command)`: these may be pipes. */
const DESCRIPTOR = /^\/(?:dev\/(?:fd\/\d+|stdin)|proc\/(?:self|\d+)\/fd\/\d+)$/;

/** The text of a file, or why it could not be had. */
export type InputText = { text: string } | { why: string };

async function readStream(stream: AsyncIterable<Buffer | string>): Promise<Buffer | string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MOST_BYTES) return TOO_LARGE;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** A file that somebody writes while it is read would be judged in a state that never was. */
async function readRegular(file: FileHandle): Promise<Buffer | string> {
  const before = await file.stat();
  if (before.size > MOST_BYTES) return TOO_LARGE;
  // One more than it should hold shows that it has grown.
  const bytes = Buffer.allocUnsafe(before.size + 1);
  let size = 0;
  for (let read = 1; read > 0 && size < bytes.length; size += read) {
    read = (await file.read(bytes, size, bytes.length - size, size)).bytesRead;
  }
  const after = await file.stat();
  const same = size === before.size && after.size === before.size && after.mtimeMs === before.mtimeMs;
  return same ? bytes.subarray(0, size) : 'it changed while it was read; try again when it is written';
}

async function readFile(name: string): Promise<Buffer | string> {
  try {
    // Opening a named pipe would wait for a writer; a device may never end.
    const info = await stat(name);
    const stream = !info.isFile() && DESCRIPTOR.test(name);
    if (info.isDirectory()) return 'it is a directory';
    if (!info.isFile() && !stream) {
      const kind = info.isFIFO() ? 'a named pipe' : info.isSocket() ? 'a socket' : 'a device';
      return `it is ${kind}, not a file; standard input takes one: -f - < ${name}`;
    }
    const file = await open(name, 'r');
    try {
      return stream ? await readStream(file.createReadStream({ autoClose: false })) : await readRegular(file);
    } finally {
      await file.close();
    }
  } catch (error) {
    return whyNot(error);
  }
}

function decode(bytes: Buffer): InputText {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return { why: 'it is UTF-16, not UTF-8; save it as UTF-8' };
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { why: 'it is not UTF-8 text' };
  }
}

/**
 * The text of one file or of standard input, at most 32 MiB. Throws `usage` when
 * standard input is a terminal; everything else is the answer's `why`.
 */
export async function readText(file: InputFile, io: Io): Promise<InputText> {
  if (file.why !== undefined) return { why: file.why };
  if (file.name === '-' && io.stdin.isTTY) {
    throw new Failure('usage', '-f - reads standard input, which is a terminal', {
      hint: 'Pipe a file into it, or name a file: -f objects.yaml',
    });
  }
  const bytes = file.name === '-' ? await readStream(io.stdin) : await readFile(file.name);
  return typeof bytes === 'string' ? { why: bytes } : decode(bytes);
}
