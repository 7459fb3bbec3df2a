import * as fs from 'node:fs';
import { promisify } from 'node:util';

// node:fs/promises would bring file watching, streams and readline along, for two small files.
export const readFile: (file: string, encoding: 'utf8') => Promise<string> = promisify(fs.readFile);
export const stat: (file: string) => Promise<fs.Stats> = promisify(fs.stat);
