/** The parts of oclif that a command needs. Imports by these paths do not load the others (help, plugins, manifest). */
export * as Args from '@oclif/core/args';
export { Command } from '@oclif/core/command';
export * as Flags from '@oclif/core/flags';
