import * as fs from 'node:fs';
import type * as promises from 'node:fs/promises';
import { getSystemErrorMap, promisify } from 'node:util';

// The functions of node:fs/promises that read. That module also loads file watching, streams and readline, which costs a
// few milliseconds at each start; code that writes files is needed less often and imports it.
export const access = promisify(fs.access) as typeof promises.access;
export const close = promisify(fs.close);
export const fstat: (handle: number) => Promise<fs.Stats> = promisify(fs.fstat);
export const lstat = promisify(fs.lstat) as typeof promises.lstat;
export const openFile: (file: string, flags: number) => Promise<number> = promisify(fs.open);
export const readdir = promisify(fs.readdir) as typeof promises.readdir;
export const readFile = promisify(fs.readFile) as {
  (file: string | number): Promise<Buffer>;
  (file: string | number, encoding: BufferEncoding): Promise<string>;
};
export const realpath = promisify(fs.realpath.native) as (file: string) => Promise<string>;
export const stat = promisify(fs.stat) as typeof promises.stat;

/** The words of the system for an error of node:fs, without its code and path: `no such device or address`. Undefined for other errors. */
export function systemWords(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('errno' in error)) return undefined;
  return getSystemErrorMap().get(Number(error.errno))?.[1];
}
