import { readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Reads a file of the program itself as text.
 *
 * @param name its path in the package, with slashes: `package.json`, `dist/help-80.json`
 * @throws the error of the file system if the file does not exist
 */
export type OwnFiles = (name: string) => string;

/** The files of an installed package or a checkout, below the folder of its package.json. */
export function ownFilesIn(root: string): OwnFiles {
  return (name) => readFileSync(path.join(root, name), 'utf8');
}
