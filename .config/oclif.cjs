// Stands in for the modules of oclif that a command never calls (build.js names them).
module.exports = {
  __esModule: true,
  // A spinner of oclif's own, made when it is loaded.
  default: function Spinner() {},
  // Command.run is given its configuration ready made.
  Config: { load: async (config) => config },
  // The program paints by itself, and only on terminals.
  colorize: (_colour, text) => text,
};
