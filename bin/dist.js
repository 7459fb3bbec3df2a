// Loads the built program. A checkout is built at its first use; a package contains the build.
'use strict';
const { existsSync } = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
if (!existsSync(path.join(root, 'dist', 'start.cjs')) && existsSync(path.join(root, '.config', 'build.js')))
  require('node:child_process').execFileSync('npm', ['run', '--silent', 'build'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });

module.exports = require('../dist/start.cjs');
