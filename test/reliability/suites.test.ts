import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const scripts = (
  JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> }
).scripts;

/** The test files that a suite runs with these words, relative to the checkout. */
function listed(suite: string, ...words: string[]): string[] {
  const args = ['.config/test.js', suite, '--listTests', ...words];
  const out = execFileSync(process.execPath, args, {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const lines = out.split('\n').filter((line) => path.isAbsolute(line));
  return lines.map((file) => path.relative(ROOT, file).replaceAll('\\', '/')).sort();
}

test('.ci/run runs every test file there is', () => {
  const run = readFileSync(path.join(ROOT, '.ci', 'run'), 'utf8');
  const named = [...run.matchAll(/^npm (?:run )?(test\S*)/gm)].map(([, name = '']) => name);
  const suites = named.flatMap((name) => / \.config\/test\.js (\w+)$/.exec(scripts[name] ?? '')?.[1] ?? []);
  // The smoke is run by Node after Node.
  expect(named).toContain('test:nodes');
  const files = readdirSync(path.join(ROOT, 'test'), { recursive: true, encoding: 'utf8' });
  const all = files.filter((file) => file.endsWith('.test.ts')).map((file) => `test/${file.replaceAll('\\', '/')}`);
  expect([...suites, 'smoke'].flatMap((suite) => listed(suite)).sort()).toEqual(all.sort());
});

test.each(['test/reliability/audit.test.ts', 'test/smoke/cluster.test.ts'])('npm test -- %s runs it alone', (file) => {
  expect(scripts['test']).toMatch(/ node \.config\/test\.js unit$/);
  expect(listed('unit', file)).toEqual([file]);
});

test('every report of a suite has a place in RESULTS.md', () => {
  const results = readFileSync(path.join(ROOT, 'test/reliability/RESULTS.md'), 'utf8');
  const files = readdirSync(path.join(ROOT, 'test/reliability')).filter((file) => file.endsWith('.test.ts'));
  const names = files.flatMap((file) =>
    [...readFileSync(path.join(ROOT, 'test/reliability', file), 'utf8').matchAll(/\breport\(\s*'([a-z-]+)'/g)].map(
      ([, name]) => name,
    ),
  );
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name) => !results.includes(`<!-- report:${name} -->`))).toEqual([]);
});
