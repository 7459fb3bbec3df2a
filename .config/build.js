// Bundles src into dist: one entry for the program, one with all commands for oclif, and chunks that only some runs load.
import { rename, rm } from 'node:fs/promises';
import { bundle } from './bundle.js';
import { writeBundled } from './bundled.js';

// Built in another folder and then renamed, so that a program that runs meanwhile finds all its files.
const aside = `.dist-${process.pid}`;
const output = await bundle({
  input: { start: 'src/start.ts', commands: 'src/commands/all.ts', 'string-width': 'string-width' },
  dir: aside,
});
await writeBundled(aside, output);
await rename('dist', `${aside}-old`).catch(() => undefined);
await rename(aside, 'dist');
await rm(`${aside}-old`, { recursive: true, force: true });
