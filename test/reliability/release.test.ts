import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { Ajv } from 'ajv';
import { load } from 'js-yaml';
import { copyCheckout, runIn } from '../support/checkout.js';
import { CYCLONEDX } from '../support/cyclonedx.js';
import { environment, temporaryFolder } from '../support/program.js';

const folder = temporaryFolder();
const checkout = folder.at('checkout');
const release = folder.at('release');
const unpacked = folder.at('unpacked');
const URL = 'https://example.com/v1/';
const text = (...parts: string[]): string => readFileSync(path.join(...parts), 'utf8');
const sum = (file: string, algorithm = 'sha256'): string =>
  createHash(algorithm).update(readFileSync(file)).digest('hex');
const { version } = JSON.parse(text('package.json')) as { version: string };
const packageFile = `skupper-multikeylistener-${version}.tgz`;
const archive = `skupper-multikeylistener-${version}-${process.platform}-${process.arch}.tar.gz`;
const elsewhere = `skupper-multikeylistener-${version}-darwin-arm64.tar.gz`;
const make = (...words: string[]): string =>
  runIn(checkout, process.execPath, ['.config/release/release.js', '--out', release, ...words]);

// The script itself compares two builds, and fails where they differ.
beforeAll(() => {
  copyCheckout(checkout);
  mkdirSync(release);
  // As made on another machine, and before.
  for (const name of [elsewhere, 'skupper-multikeylistener-0.0.1-linux-arm64.tar.gz'])
    writeFileSync(path.join(release, name), name);
  make('--url', URL);
  mkdirSync(unpacked);
  runIn(unpacked, 'tar', ['-xzf', path.join(release, archive)]);
}, 600_000);
afterAll(() => folder.remove());

test('it holds what is published, with the sums of all of it', () => {
  const files = ['NOTES.md', 'SHA256SUMS', archive, elsewhere, packageFile, 'sbom.cdx.json', 'skupper-mkl.yaml'];
  expect(readdirSync(release)).toEqual(expect.arrayContaining(files));
  const sums = text(release, 'SHA256SUMS').trim().split('\n');
  const expected = files
    .filter((name) => name !== 'SHA256SUMS')
    .map((name) => `${sum(path.join(release, name))}  ${name}`);
  expect(sums.sort()).toEqual(expected.sort());
});

test('the notes are those of the newest version in the changelog', () => {
  const notes = text(release, 'NOTES.md');
  expect(notes).toMatch(new RegExp(`^# ${version.replaceAll('.', '\\.')}\\n\\n`));
  const [, newest = ''] = text('CHANGELOG.md').split(/^## .*\n/m);
  expect(notes).toContain(newest.trim());
});

test("krew's manifest fits the archive", () => {
  const manifest = load(text(release, 'skupper-mkl.yaml')) as {
    metadata: { name: string };
    spec: { version: string; shortDescription: string; platforms: { [field: string]: unknown; bin: string }[] };
  };
  expect(manifest).toMatchObject({
    apiVersion: 'krew.googlecontainertools.github.com/v1alpha2',
    kind: 'Plugin',
    metadata: { name: 'skupper-mkl' },
    spec: { version: `v${version}` },
  });
  const arch = { x64: 'amd64', arm64: 'arm64' }[process.arch as string];
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const { platforms } = manifest.spec;
  const platform = platforms.find(({ uri }) => uri === `${URL}${archive}`);
  expect(platforms.map(({ uri }) => uri).sort()).toEqual([`${URL}${archive}`, `${URL}${elsewhere}`].sort());
  expect(platform).toEqual({
    selector: { matchLabels: { os, arch } },
    uri: `${URL}${archive}`,
    sha256: sum(path.join(release, archive)),
    bin: expect.any(String) as string,
  });
  // As krew links it: under the name that kubectl looks for, which package.json has too.
  const { bin } = JSON.parse(text('package.json')) as { bin: object };
  const name = `kubectl-${manifest.metadata.name.replaceAll('-', '_')}`;
  expect(Object.keys(bin)).toContain(name);
  runIn(unpacked, 'ln', ['-s', platform?.bin ?? '', name]);
  const env = environment({ PATH: '/nonexistent', KUBECONFIG: '/nonexistent' });
  expect(runIn(unpacked, path.join(unpacked, name), ['--version'], env)).toContain(`/${version} `);
  const usage = runIn(unpacked, path.join(unpacked, name), ['status', '--help'], env);
  expect(usage).toContain('List MultiKeyListeners');
});

test('the archive has all licences, and a bill of materials that names Node', () => {
  expect(readdirSync(unpacked)).toEqual(
    expect.arrayContaining(['LICENSE', 'NODE-LICENSE.txt', 'THIRD-PARTY-LICENSES.txt', 'sbom.cdx.json', 'skupper']),
  );
  expect(text(unpacked, 'NODE-LICENSE.txt')).toContain('Node.js is licensed for use');
  expect(text(unpacked, 'THIRD-PARTY-LICENSES.txt')).toBe(text(checkout, 'dist', 'THIRD-PARTY-LICENSES.txt'));
  const sbom = JSON.parse(text(unpacked, 'sbom.cdx.json')) as { components: object[] };
  const validate = new Ajv({ allErrors: true }).compile(CYCLONEDX);
  validate(sbom);
  expect(validate.errors ?? []).toEqual([]);
  const { components } = JSON.parse(text(release, 'sbom.cdx.json')) as { components: object[] };
  const content = sum(process.execPath, 'sha512');
  expect(sbom.components.slice(0, -1)).toEqual(components);
  expect(sbom.components.at(-1)).toMatchObject({
    ...{ name: 'node', version: process.versions.node },
    hashes: [{ alg: 'SHA-512', content }],
  });
});

test('a version that is not the same everywhere stops it', () => {
  const changelog = path.join(checkout, 'CHANGELOG.md');
  const before = text(changelog);
  for (const [heading, said] of [
    ['## 9.0.0', 'CHANGELOG.md says version 9.0.0, package.json says'],
    ['## Unreleased', 'no heading with a version'],
  ] as const) {
    writeFileSync(changelog, before.replace(/^## .*$/m, heading));
    expect(() => make()).toThrow(said);
  }
});
