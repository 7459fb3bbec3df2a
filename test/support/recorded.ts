import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const SHARED = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'shared');

/** The path of a file of ../shared, or undefined where the project stands alone. */
export function sharedFile(...parts: string[]): string | undefined {
  const file = path.join(SHARED, ...parts);
  return existsSync(file) ? file : undefined;
}

/** A JSON file of ../shared/recorded, or undefined. */
export function recordedJson(name: string): unknown {
  const file = sharedFile('recorded', name);
  return file === undefined ? undefined : JSON.parse(readFileSync(file, 'utf8'));
}

/** The lines of an ndjson file of ../shared/recorded, or undefined. */
export function recordedLines(name: string): unknown[] | undefined {
  const file = sharedFile('recorded', name);
  if (file === undefined) return undefined;
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
}
