// Runs every command of the built program on several versions of Node, and in the single executable of this Node: in a pipe and on a
// terminal, against the tests' own API server and a real one.
// npm run test:nodes [-- VERSION...] [--reports FOLDER]; NODES=path,path tries those programs instead
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeSingle } from './release/single.js';
import { jest } from './test.js';

/** The oldest version that package.json allows, and the newest of each later major version. */
const VERSIONS = ['20.19', '22', '24', '26'];
const SUITES = ['--selectProjects', 'smoke', 'unit', 'e2e'];
const FILES = 'test/(smoke/|cli/contract\\.test|e2e/commands-write\\.test)';
const BIN = fileURLToPath(new URL('../bin/skupper.js', import.meta.url));
const WINDOWS = process.platform === 'win32';

/** The path of a Node from npm, installed into the user's cache folder if it is missing there. No install script is run. */
function installed(version) {
  const cache = process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache');
  const folder = path.join(cache, 'skupper-multikeylistener', 'nodes', version);
  const name = `node-${WINDOWS ? 'win' : process.platform}-${process.arch}`;
  const file = path.join(folder, 'node_modules', name, 'bin', WINDOWS ? 'node.exe' : 'node');
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  const words = ['install', '--prefix', folder, '--ignore-scripts', '--no-package-lock', `${name}@${version}`];
  execFileSync('npm', words, { stdio: ['ignore', 'ignore', 'inherit'], shell: WINDOWS });
  return file;
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { reports: { type: 'string' } } });
const given = (process.env.NODES ?? '').split(',').filter((file) => file !== '');
const versions = positionals.length > 0 ? positionals : VERSIONS;
const nodes = given.length > 0 ? given : versions.map(installed);
const folder = mkdtempSync(path.join(tmpdir(), 'skupper-nodes-'));
try {
  const single = path.join(folder, WINDOWS ? 'skupper.exe' : 'skupper');
  await writeSingle(single);
  for (const [index, program] of [...nodes.map((node) => [node, BIN]), [single]].entries()) {
    const version = execFileSync(program[0], ['--version'], { encoding: 'utf8' }).trim();
    process.stderr.write(`\n${program.length > 1 ? `Node ${version}` : version}: ${program[0]}\n`);
    const report = values.reports ? ['--json', `--outputFile=${path.join(values.reports, `nodes-${index}.json`)}`] : [];
    const words = [...SUITES, '--testPathPatterns', FILES, ...report];
    if (jest(words, { SKUPPER_TEST_PROGRAM: program.join('\n') }) !== 0) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
