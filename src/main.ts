/** What the bundle exports: the entry of bin/skupper.js, and the commands for oclif. */
export { COMMANDS } from './commands/index.js';
export { run } from './cli/run.js';
