import { closeSync, constants, fstatSync, lstatSync, mkdirSync, openSync, readFileSync, readdirSync } from 'node:fs';
import { renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/** What V8 compiled of one chunk, by the chunk's path inside dist. */
export type Compiled = Map<string, Buffer>;

const MAGIC = 0x534b_4d4c;
const HEAD = 16;
const STALE_MS = 30 * 24 * 3600 * 1000;

const aligned = (length: number): number => Math.ceil(length / 8) * 8;

/** `~/.cache/skupper-multikeylistener/code`, or its likes; undefined where the person wants none or has no home. */
export function cacheFolder(env = process.env, platform = process.platform): string | undefined {
  if (env['SKUPPER_MKL_CODE_CACHE'] === 'off') return undefined;
  const base = platform === 'win32' ? env['LOCALAPPDATA'] : env['XDG_CACHE_HOME'] || home(env);
  return base && path.isAbsolute(base) ? path.join(base, 'skupper-multikeylistener', 'code') : undefined;
}

const home = ({ HOME }: NodeJS.ProcessEnv): string | undefined => HOME && path.join(HOME, '.cache');

/** Ours, and nobody else may write to it: what lies there is code that will run. Windows keeps it by the user's folder. */
function ours({ uid, mode }: { uid: number; mode: number }): boolean {
  return process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
}

/** True for a real folder (no link) that only its owner, which is us, can write to. */
export function trusted(folder: string): boolean {
  try {
    const stat = lstatSync(folder);
    return stat.isDirectory() && ours(stat);
  } catch {
    return false;
  }
}

/**
 * What an earlier run compiled. V8 checks its own version and flags but not its bytes, and damaged ones crash it: all stands
 * twice in the file and both must be equal, which is the cheapest check there is.
 *
 * @param file the cache file; its folder must be trusted
 * @returns empty when there is none, or none that can be trusted
 */
export function readCompiled(file: string): Compiled {
  let handle: number | undefined;
  try {
    handle = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    const stat = fstatSync(handle);
    if (!stat.isFile() || !ours(stat)) return new Map();
    return unpack(readFileSync(handle));
  } catch {
    return new Map();
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

function unpack(bytes: Buffer): Compiled {
  const half = bytes.length / 2;
  if (bytes.length < 2 * HEAD || half % 8 !== 0 || bytes.readUInt32LE(0) !== MAGIC) return new Map();
  if (bytes.compare(bytes, half, bytes.length, 0, half) !== 0) return new Map();
  const start = HEAD + aligned(bytes.readUInt32LE(4));
  const table = JSON.parse(bytes.toString('utf8', HEAD, HEAD + bytes.readUInt32LE(4))) as [string, number, number][];
  return new Map(table.map(([name, at, length]) => [name, bytes.subarray(start + at, start + at + length)]));
}

/** The bytes of a cache file. */
export function pack(compiled: Compiled): Buffer {
  let at = 0;
  const table: [string, number, number][] = [];
  for (const [name, data] of compiled) {
    table.push([name, at, data.length]);
    at += aligned(data.length);
  }
  const head = Buffer.from(JSON.stringify(table));
  const start = HEAD + aligned(head.length);
  const half = Buffer.alloc(start + at);
  half.writeUInt32LE(MAGIC, 0);
  half.writeUInt32LE(head.length, 4);
  head.copy(half, HEAD);
  for (const [name, offset] of table) compiled.get(name)?.copy(half, start + offset);
  return Buffer.concat([half, half]);
}

/** Makes the folder where there is none. False when it can't be made, or is not ours alone. */
export function prepare(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch {
    return false;
  }
  return trusted(folder);
}

/** Keeps what was compiled, whole or not at all, and forgets what no run has used for a month. Never throws. */
export function writeCompiled(file: string, compiled: Compiled): void {
  const aside = `${file}.${process.pid}`;
  try {
    writeFileSync(aside, pack(compiled), { flag: 'wx', mode: 0o600 });
    renameSync(aside, file);
    forget(path.dirname(file));
  } catch {
    try {
      unlinkSync(aside);
    } catch {
      // It was not made.
    }
  }
}

function forget(folder: string): void {
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    const { atimeMs, mtimeMs } = statSync(file);
    if (Date.now() - Math.max(atimeMs, mtimeMs) > STALE_MS) unlinkSync(file);
  }
}
