// Replaces the package `debug`, with which libraries trace: it would write command lines, frames and proxy URLs with their passwords
// unescaped to the terminal. src/program/report.ts decides what DEBUG shows.
// The format is CommonJS, so that both require('debug') and an import get the function itself.
const silent = Object.assign(() => undefined, { enabled: false });
module.exports = () => silent;
