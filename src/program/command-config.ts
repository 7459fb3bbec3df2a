import type { Config } from '@oclif/core';

/**
 * What a command of oclif asks of its Config while it runs: no plugins, no hooks, no variables of its own. The real one
 * reads package.json and the manifest and prepares for plugins, which takes longer than most of our commands.
 */
export function commandConfig(): Config {
  const config: Partial<Config> = {
    bin: 'skupper',
    runHook: () => Promise.resolve({ successes: [], failures: [] }),
    scopedEnvVarKeys: () => [],
  };
  return config as Config;
}
