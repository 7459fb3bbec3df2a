import { closeSync, constants, createReadStream, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { Failure } from '../../model/failure.js';
import { whyNot, type InputFile } from './files.js';
import type { Io } from '../terminal/io.js';

/** Larger than any sane set of manifests, small enough to be parsed: 32 MiB. */
const MOST_BYTES = 32 * 1024 * 1024;
const TOO_LARGE = `it is larger than ${MOST_BYTES / 1024 / 1024} MiB`;
const IS_DIRECTORY = 'it is a directory';
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
function readRegular(file: number, before: Stats): Buffer | string {
  if (before.size > MOST_BYTES) return TOO_LARGE;
  // One more than it should hold shows that it has grown.
  const bytes = Buffer.allocUnsafe(before.size + 1);
  let size = 0;
  for (let read = 1; read > 0 && size < bytes.length; size += read) {
    read = readSync(file, bytes, size, bytes.length - size, size);
  }
  const after = fstatSync(file);
  const same = size === before.size && after.size === before.size && after.mtimeMs === before.mtimeMs;
  return same ? bytes.subarray(0, size) : 'it changed while it was being read; try again';
}

/** Without the thread pool, whose round trips cost more than the reading of a small file. */
function readFile(name: string): Buffer | string {
  // Opening a named pipe would otherwise wait for somebody who writes to it.
  const file = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    const info = fstatSync(file);
    if (info.isFile()) return readRegular(file, info);
    if (info.isDirectory()) return IS_DIRECTORY;
    // A device may never end.
    const kind = info.isFIFO() ? 'a named pipe' : 'a device';
    return `it is ${kind}, not a file; pass it on standard input: -f - < ${name}`;
  } finally {
    closeSync(file);
  }
}

async function readInput(stdin: NodeJS.ReadStream): Promise<Buffer | string> {
  try {
    // Node takes a directory for an empty file.
    return fstatSync(0).isDirectory() ? IS_DIRECTORY : await readStream(stdin);
  } catch (error) {
    return whyNot(error);
  }
}

async function readUrl(url: string, env: Io['env'], signal: AbortSignal): Promise<Buffer | string> {
  const { openUrl, urlProblem } = await import('./read-url.js');
  try {
    const content = await openUrl(url, env, signal);
    return 'why' in content ? content.why : await readStream(content.body);
  } catch (error) {
    if (signal.aborted) throw new Failure('interrupted', 'interrupted');
    return urlProblem(error);
  }
}

async function readNamed(name: string): Promise<Buffer | string> {
  try {
    return DESCRIPTOR.test(name) ? await readStream(createReadStream(name)) : readFile(name);
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
 * The text of one file, of a URL or of standard input, at most 32 MiB. What keeps it from being read is the answer's `why`.
 *
 * @throws Failure `usage` when standard input is a terminal, `interrupted`
 */
export async function readText(file: InputFile, io: Io, signal: AbortSignal): Promise<InputText> {
  if (file.why !== undefined) return { why: file.why };
  if (file.name === '-' && io.stdin.isTTY) {
    throw new Failure('usage', '-f - reads standard input, which is a terminal', {
      hint: 'Pipe a file into it, or name a file: -f objects.yaml',
    });
  }
  const bytes =
    file.name === '-'
      ? await readInput(io.stdin)
      : await (file.url ? readUrl(file.name, io.env, signal) : readNamed(file.name));
  return typeof bytes === 'string' ? { why: bytes } : decode(bytes);
}
