// Preloaded into the program: says at its end what it has loaded, as JSON in the file that LOADED names.
'use strict';
const { writeFileSync } = require('node:fs');
const path = require('node:path');
const process = require('node:process');
const vm = require('node:vm');

const before = new Set(process.moduleLoadList);
const chunks = [];
vm.Script = class extends vm.Script {
  constructor(source, options) {
    super(source, options);
    chunks.push(path.basename(options.filename));
  }
};
process.on('exit', () => {
  const builtin = process.moduleLoadList.flatMap((name) => {
    const found = /^NativeModule ((?!internal\/).+)$/.exec(name)?.[1];
    return found && !before.has(name) ? [found] : [];
  });
  writeFileSync(process.env.LOADED, JSON.stringify({ builtin, chunks }));
});
