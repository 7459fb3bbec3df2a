// Runs a suite of jest.config.js: node .config/test.js SUITE [options of Jest]. A file or folder among the options is run alone,
// in whatever suite it is: npm test -- test/reliability/single.test.ts
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** These tests run programs that mostly wait for each other, so there can be more workers than cores. */
const WORKERS = { unit: '--maxWorkers=150%' };

/**
 * @param {string[]} words the arguments of Jest
 * @param {NodeJS.ProcessEnv} [env] added to the environment
 * @returns {number} Jest's exit status
 */
export function jest(words, env = {}) {
  const file = fileURLToPath(new URL('../node_modules/jest/bin/jest.js', import.meta.url));
  const config = fileURLToPath(new URL('jest.config.js', import.meta.url));
  const node = ['--experimental-vm-modules', '--no-warnings', file, '-c', config, ...words];
  return spawnSync(process.execPath, node, { stdio: 'inherit', env: { ...process.env, ...env } }).status ?? 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [suite, ...words] = process.argv.slice(2);
  const isFile = (word) => !word.startsWith('-') && existsSync(word);
  const chosen = words.some(isFile) ? [] : ['--selectProjects', suite];
  const workers = words.some((word) => /^(-i|-w|--runInBand|--maxWorkers)/.test(word)) ? [] : [WORKERS[suite] ?? []];
  process.exitCode = jest([...chosen, ...workers.flat(), ...words]);
}
