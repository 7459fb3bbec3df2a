import * as fs from 'node:fs';
import type * as promises from 'node:fs/promises';
import { promisify } from 'node:util';

// What reading takes of node:fs/promises, which itself brings file watching, streams and readline along: a few
// milliseconds of every run. Writing is rarer, and uses the original.
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
