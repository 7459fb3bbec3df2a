import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** All that a user installs: the package has no dependencies (test/reliability/pack.test.ts installs it). */
const MOST_BYTES = 8_000_000;

test('the package is small', () => {
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  const words = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const { stdout } = spawnSync('npm', words, { cwd, encoding: 'utf8', shell: process.platform === 'win32' });
  const [{ unpackedSize, files }] = JSON.parse(stdout) as [{ unpackedSize: number; files: { path: string }[] }];
  expect(files.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['dist/start.cjs', 'bin/compile-cache.js', 'bin/dist.js', 'bin/package.json']),
  );
  expect(unpackedSize).toBeGreaterThan(1_000_000);
  expect(unpackedSize).toBeLessThan(MOST_BYTES);
});
