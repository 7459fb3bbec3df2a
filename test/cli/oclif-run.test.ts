import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { environment } from '../support/program.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SCRIPT = `import('@oclif/core').then(({ run }) => run(JSON.parse(process.argv[1]), { root: process.argv[2] }))`;

// The commands stay commands of oclif: its own program finds them through the manifest and runs them.
test.each([
  ['multikeylistener', 'generate', 'web', '8080', '--weighted', 'east=1', '-o', 'json'],
  ['mkl', 'generate', 'web', '8080', '--weighted', 'east=1', '-o', 'json'],
])("oclif's own run: %s %s", async (...argv) => {
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', SCRIPT, JSON.stringify(argv), ROOT], {
    cwd: ROOT,
    env: environment({}),
  });
  expect(JSON.parse(stdout)).toMatchObject({ kind: 'MultiKeyListener', metadata: { name: 'web' } });
});
