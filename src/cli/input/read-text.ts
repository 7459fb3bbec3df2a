import { closeSync, constants, createReadStream, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { Failure } from '../../model/failure.js';
import { whyNot, type InputFile } from './files.js';
import { shellWord } from '../../model/text.js';
import type { Io } from '../terminal/io.js';

/** The size limit of a file, 32 MiB: larger than any sensible set of manifests, and still quick to parse. */
const MOST_BYTES = 32 * 1024 * 1024;
const TOO_LARGE = `it is larger than ${MOST_BYTES / 1024 / 1024} MiB`;
const IS_DIRECTORY = 'it is a directory';
/** Names of descriptors that the shell has opened, for example for `<(command)`; they can be pipes. */
const DESCRIPTOR = /^\/(?:dev\/(?:fd\/\d+|stdin)|proc\/(?:self|\d+)\/fd\/\d+)$/;

/** The text of a file, or the reason why it cannot be read. */
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

/** Reads a regular file, and refuses one that changes meanwhile: the result could be a mixture of two versions. */
function readRegular(file: number, before: Stats): Buffer | string {
  if (before.size > MOST_BYTES) return TOO_LARGE;
  // The buffer has one byte more than the file, to notice that the file has grown.
  const bytes = Buffer.allocUnsafe(before.size + 1);
  let size = 0;
  for (let read = 1; read > 0 && size < bytes.length; size += read) {
    read = readSync(file, bytes, size, bytes.length - size, size);
  }
  const after = fstatSync(file);
  const same = size === before.size && after.size === before.size && after.mtimeMs === before.mtimeMs;
  return same ? bytes.subarray(0, size) : 'it changed while it was being read; try again';
}

/** Reads synchronously, because a round trip to the thread pool takes longer than reading a small file. */
function readFile(name: string): Buffer | string {
  // Without O_NONBLOCK opening a named pipe would wait for a writer.
  const file = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    const info = fstatSync(file);
    if (info.isFile()) return readRegular(file, info);
    if (info.isDirectory()) return IS_DIRECTORY;
    // The input of a device may never end.
    const kind = info.isFIFO() ? 'a named pipe' : 'a device';
    return `it is ${kind}, not a file; pass it on standard input: -f - < ${shellWord(name)}`;
  } finally {
    closeSync(file);
  }
}

async function readInput(stdin: NodeJS.ReadStream): Promise<Buffer | string> {
  try {
    // Node reads a directory on stdin as an empty file.
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
 * Reads one file, a URL or standard input, at most 32 MiB of UTF-8. Errors of reading are returned in `why`.
 *
 * @throws Failure `usage` if standard input is a terminal, `interrupted`
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
