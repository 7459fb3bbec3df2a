// Bundles src into dist: an entry for the program, one with the commands for oclif, and chunks for what only some runs load.
import { rename, rm } from 'node:fs/promises';
import { bundle } from './bundle.js';
import { writeBundled } from './bundled.js';

// Built aside and swapped in whole, so that a program that runs meanwhile never misses a file.
const aside = `.dist-${process.pid}`;
const output = await bundle({
  input: { start: 'src/start.ts', commands: 'src/commands/all.ts', 'string-width': 'string-width' },
  dir: aside,
});
await writeBundled(aside, output);
await rename('dist', `${aside}-old`).catch(() => undefined);
await rename(aside, 'dist');
await rm(`${aside}-old`, { recursive: true, force: true });
