/** What oclif loads for the manifest, and for help that the build made no page of. */
export { COMMANDS } from './index.js';
