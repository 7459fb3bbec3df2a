// Replaces the modules of oclif that a running command does not need (UNUSED in bundle.js).
module.exports = {
  __esModule: true,
  // oclif creates a spinner when it is loaded.
  default: function Spinner() {},
  // Command.run gets a finished configuration (src/program/command-config.ts).
  Config: { load: async (config) => config },
  // The program adds colours itself, and only on terminals.
  colorize: (_colour, text) => text,
};
