// In place of the libraries' own tracing: it writes to the terminal as it is what it is given, command lines, proxies with
// their passwords and frames among it. What DEBUG shows is said by src/program/run.ts.
// CommonJS, so that both require('debug') and an import get the function itself.
const silent = Object.assign(() => undefined, { enabled: false });
module.exports = () => silent;
