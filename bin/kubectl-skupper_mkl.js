#!/usr/bin/env node
// kubectl runs this file for `kubectl skupper-mkl` and, under the name kubectl-skupper-mkl, for `kubectl skupper mkl`.
import { fileURLToPath } from 'node:url';
import { startPlugin } from '../dist/start.js';

await startPlugin(process.argv.slice(2), fileURLToPath(new URL('..', import.meta.url)));
