/** What a command needs of oclif: by these paths nothing else of it is loaded (no help, no plugins, no manifest). */
export * as Args from '@oclif/core/args';
export { Command } from '@oclif/core/command';
export * as Flags from '@oclif/core/flags';
