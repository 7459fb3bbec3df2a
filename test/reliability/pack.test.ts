import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyCheckout, runIn as run } from '../support/checkout.js';
import { report } from '../support/verdict/reliability.js';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
/** What an installation may take, unpacked, with all that it needs. */
const MOST = 8_000_000;

let temporary: string;
/** Builds and packs a copy of this checkout. */
function packed(folder: string, umask: string, env: NodeJS.ProcessEnv): string {
  copyCheckout(folder);
  const build = `umask ${umask}; node .config/build.js && npm pack --ignore-scripts --silent`;
  return path.join(folder, run(folder, 'sh', ['-c', build], env).trim());
}

const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

const below = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();

const bytes = (folder: string, files = below(folder)): number =>
  files.reduce((sum, file) => sum + statSync(path.join(folder, file)).size, 0);

describe('the published package', () => {
  let one: string;
  let two: string;
  let unpacked: string;

  beforeAll(() => {
    temporary = mkdtempSync(path.join(tmpdir(), 'pack-'));
    one = packed(path.join(temporary, 'one'), '022', { TZ: 'UTC', LANG: 'C' });
    two = packed(path.join(temporary, 'quite', 'another name', 'two'), '002', {
      TZ: 'Asia/Kathmandu',
      LANG: 'tr_TR.UTF-8',
      HOME: temporary,
    });
    run(temporary, 'tar', ['-xzf', one]);
    unpacked = path.join(temporary, 'package');
  }, 300_000);

  afterAll(() => rmSync(temporary, { recursive: true, force: true }));

  test('two builds in two folders give the same bytes', () => {
    expect(sha256(two)).toBe(sha256(one));
  });

  test('needs no other package, builds nothing native and runs nothing when it is installed', () => {
    const { scripts, dependencies, optionalDependencies, peerDependencies, bundleDependencies, gypfile } = JSON.parse(
      readFileSync(path.join(unpacked, 'package.json'), 'utf8'),
    ) as Record<string, Record<string, string> | undefined>;
    expect(Object.keys(scripts ?? {}).filter((name) => /^(pre|post)?(install|prepare)$/.test(name))).toEqual([]);
    expect([dependencies, optionalDependencies, peerDependencies, bundleDependencies, gypfile]).toEqual(
      Array.from({ length: 5 }),
    );
    expect(below(unpacked).filter((file) => /\.node$|\.gyp$|\.wasm$/.test(file))).toEqual([]);
  });

  test('has what it must ship, and nothing of the workshop', () => {
    const files = below(unpacked);
    expect(files).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'README.md',
        'bin/kubectl-skupper_mkl.js',
        'bin/skupper.js',
        'bin/compile-cache.js',
        'bin/dist.js',
        'dist/THIRD-PARTY-LICENSES.txt',
        'dist/sbom.cdx.json',
        'docs/SECURITY.md',
        'oclif.manifest.json',
        'package.json',
      ]),
    );
    expect(
      files.filter(
        (file) => !/^(bin|dist|docs)\/|^(LICENSE|README\.md|oclif\.manifest\.json|package\.json)$/.test(file),
      ),
    ).toEqual([]);
    expect(files.filter((file) => /node_modules|\.dist-|\.ts$/.test(file))).toEqual([]);
  });

  test('a checkout that was not built yet is built at its first use', () => {
    const checkout = path.join(temporary, 'checkout');
    copyCheckout(checkout);
    expect(run(checkout, process.execPath, ['bin/skupper.js', '--version'], process.env)).toMatch(/^skupper/);
  });

  test('stays small', () => {
    expect(bytes(unpacked)).toBeLessThanOrEqual(MOST);
  });

  test('installs from the archive alone, without a network, and runs', () => {
    const user = path.join(temporary, 'user');
    mkdirSync(user);
    const home = { HOME: user, npm_config_cache: path.join(user, 'cache'), npm_config_userconfig: '/dev/null' };
    // No ignore-scripts here: whatever the package wanted to run would run.
    run(user, 'npm', ['install', one, '--offline', '--no-audit', '--no-fund', '--prefix', user], home);
    const modules = path.join(user, 'node_modules');
    expect(readdirSync(modules).filter((name) => !name.startsWith('.'))).toEqual(['skupper-multikeylistener']);
    expect(readdirSync(path.join(modules, '.bin')).sort()).toEqual([
      'kubectl-skupper-mkl',
      'kubectl-skupper_mkl',
      'skupper',
    ]);
    expect(bytes(modules)).toBeLessThanOrEqual(MOST);

    const skupper = path.join(modules, '.bin', 'skupper');
    const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(run(user, skupper, ['--version'], home)).toContain(version);
    const manifest = run(user, skupper, ['mkl', 'generate', 'web', '8080', '--weighted', 'east=1'], home);
    expect(manifest).toContain('kind: MultiKeyListener');
  });

  test('its report', () => {
    const files = below(unpacked);
    const maps = files.filter((file) => file.endsWith('.map'));
    const docs = files.filter((file) => file.startsWith('docs/'));
    const megabytes = (count: number): string => `${(count / 1e6).toFixed(2)} MB`;
    report(
      'package',
      ['what', 'result'],
      [
        ['two builds in two folders', sha256(one) === sha256(two) ? 'same bytes' : 'not the same'],
        ['packages installed with it', 0],
        ['archive', megabytes(statSync(one).size)],
        ['installed', `${megabytes(bytes(unpacked))}, ${files.length} files (at most ${megabytes(MOST)})`],
        ['of that source maps', megabytes(bytes(unpacked, maps))],
        ['of that documents', megabytes(bytes(unpacked, docs))],
      ],
    );
    expect(maps.length).toBeGreaterThan(0);
  });
});
