// Preloaded into the program: says at its end what it has loaded, as JSON in the file that LOADED names.
'use strict';
const { writeFileSync } = require('node:fs');
const path = require('node:path');
const process = require('node:process');
const Module = require('node:module');

const before = new Set(process.moduleLoadList);
const chunks = [];
const compile = Module.prototype._compile;
Module.prototype._compile = function (content, filename, ...rest) {
  if (filename.endsWith('.cjs') && filename.includes(`${path.sep}dist${path.sep}`))
    chunks.push(path.basename(filename));
  return compile.call(this, content, filename, ...rest);
};
process.on('exit', () => {
  const builtin = process.moduleLoadList.flatMap((name) => {
    const found = /^NativeModule ((?!internal\/).+)$/.exec(name)?.[1];
    return found && !before.has(name) ? [found] : [];
  });
  writeFileSync(process.env.LOADED, JSON.stringify({ builtin, chunks }));
});
