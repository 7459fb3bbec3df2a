#!/usr/bin/env node
// Runs the sources without a build: for work on the program itself.
import { fileURLToPath } from 'node:url';
import { register } from 'tsx/esm/api';

register();
const { run } = await import('../src/main.ts');
await run(process.argv.slice(2), fileURLToPath(new URL('..', import.meta.url)));
