import type { Command } from '@oclif/core/command';

/** What Command.run takes: a configuration, or how to make one. */
type Given = Exclude<Parameters<typeof Command.run>[1], string | undefined>;
/** What the real configuration has besides; a command asks only for these while it runs. */
interface CommandConfig {
  root: string;
  bin: string;
  runHook(): Promise<{ successes: []; failures: [] }>;
  scopedEnvVarKeys(): string[];
}

/**
 * The configuration of a command that runs: no plugins, no hooks, no variables of its own. The real one reads package.json and the
 * manifest and prepares for plugins, which takes longer than most commands (.config/oclif.cjs).
 */
export function commandConfig(): Given {
  const config: CommandConfig & Given = {
    // oclif would look for plugins there.
    root: '',
    bin: 'skupper',
    runHook: () => Promise.resolve({ successes: [], failures: [] }),
    scopedEnvVarKeys: () => [],
  };
  return config;
}
