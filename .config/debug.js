// In place of the libraries' own tracing: it writes to the terminal as it is what it is given, command lines and
// proxies with their passwords among it. What DEBUG shows is said by src/program/run.ts.
const silent = Object.assign(() => undefined, { enabled: false });
export default () => silent;
