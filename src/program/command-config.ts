import type { Command } from '@oclif/core/command';

/** The type of the configuration that oclif's `Command.run` takes. */
type RunConfig = Exclude<Parameters<typeof Command.run>[1], string | undefined>;
/** The members of oclif's configuration that a running command uses. */
interface CommandConfig {
  root: string;
  bin: string;
  runHook(): Promise<{ successes: []; failures: [] }>;
  scopedEnvVarKeys(): string[];
}

/**
 * The configuration of a running command, without plugins, hooks and environment variables. oclif's own configuration reads
 * package.json and the manifest and prepares for plugins, which takes longer than most commands (.config/oclif.cjs).
 */
export function commandConfig(): RunConfig {
  const config: CommandConfig & RunConfig = {
    // oclif would search this folder for plugins.
    root: '',
    bin: 'skupper',
    runHook: () => Promise.resolve({ successes: [], failures: [] }),
    scopedEnvVarKeys: () => [],
  };
  return config;
}
