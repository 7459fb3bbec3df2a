#!/usr/bin/env node
// Runs the sources without a build, for development.
'use strict';
const path = require('node:path');

void (async () => {
  const { register } = await import('tsx/esm/api');
  register();
  const { start } = await import('../src/start.ts');
  await start(process.argv.slice(2), path.join(__dirname, '..'));
})();
