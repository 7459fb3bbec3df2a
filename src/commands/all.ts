/** The entry from which oclif loads all commands at build time, for the manifest and the help pages. */
export { COMMANDS } from './index.js';
