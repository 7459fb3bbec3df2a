import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const PRELOAD = path.join(path.dirname(fileURLToPath(import.meta.url)), 'fs-preload.mjs');

/** What goes wrong with the file-system calls of one program. */
export interface Fault {
  /** Only calls about this folder and what is in it count. */
  below: string;
  /** Only calls that could change something count; all without it. */
  only?: 'writes';
  /** The number of the call it happens at, from 1. */
  at?: number;
  /** Or the calls it happens at, by name: `link`, `rename`, `handle.sync`, … */
  calls?: readonly string[];
  /** `half`: the call writes half of what it should, and then the process is killed. Other calls are not made then. */
  how?: 'before' | 'after' | 'half' | 'error';
  /** For `error`: as `ENOSPC`. */
  code?: string;
  /** A file that gets a line of JSON for each call. */
  log?: string;
}

export interface Call {
  call: string;
  file: string;
  writes: boolean;
}

/** The environment in which the program meets the fault. */
export function faulty(fault: Fault): { NODE_OPTIONS: string; MKL_FS_FAULT: string } {
  return { NODE_OPTIONS: `--import ${pathToFileURL(PRELOAD).href}`, MKL_FS_FAULT: JSON.stringify(fault) };
}

/** The calls that were logged, in order; none where no such file or directory. */
export function loggedCalls(log: string): Call[] {
  try {
    const lines = readFileSync(log, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as Call);
  } catch {
    return [];
  }
}
