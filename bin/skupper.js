#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { start } from '../dist/start.js';

await start(process.argv.slice(2), fileURLToPath(new URL('..', import.meta.url)));
