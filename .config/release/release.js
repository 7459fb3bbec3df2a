// Writes all files of a release into the folder release, and publishes nothing: npm run release [-- --url URL]
// URL is the folder on the web that the files will be in. krew's manifest contains it, and every platform whose archive is in the
// folder release. docs/SECURITY.md says how to verify a release.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { tarGz } from './archive.js';
import { krewManifest } from './krew.js';
import { writeSingle } from './single.js';
import { singleFiles } from './single-files.js';

const { platform, arch } = process;
const say = (text) => process.stderr.write(`${text}\n`);
const json = (file) => JSON.parse(readFileSync(file, 'utf8'));
const sha256 = (data) => createHash('sha256').update(data).digest('hex');

/** The newest version in CHANGELOG.md, and its notes. Throws if another file has another version. */
function newest() {
  const [, version, notes] = /^## (\d+\.\d+\.\d+\S*)[^\n]*\n([^]*?)(?=^## |(?![^]))/m.exec(readFileSync('CHANGELOG.md', 'utf8')) ?? [];
  if (!version) throw new Error('CHANGELOG.md has no heading with a version, such as: ## 0.1.0');
  for (const file of ['package.json', 'package-lock.json', 'oclif.manifest.json']) {
    const other = json(file).version;
    if (other !== version) throw new Error(`CHANGELOG.md says version ${version}, ${file} says ${other}`);
  }
  return { version, notes: notes.trim() };
}

const executable = (system) => (system === 'win32' ? 'skupper.exe' : 'skupper');

/** Builds all files that are shipped; returns their bytes by name. */
async function build(version) {
  const folder = mkdtempSync(path.join(tmpdir(), 'skupper-release-'));
  try {
    for (const script of ['.config/build.js', '.config/help.js']) execFileSync(process.execPath, [script]);
    const words = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
    const name = execFileSync('npm', words, { encoding: 'utf8', shell: platform === 'win32' }).trim();
    const single = path.join(folder, executable(platform));
    await writeSingle(single);
    const archive = `skupper-multikeylistener-${version}-${platform}-${arch}.tar.gz`;
    return { [name]: readFileSync(path.join(folder, name)), [archive]: tarGz(singleFiles(single)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The archives of this version in a folder: that of this machine, and those of other machines that were copied there. */
function archivesIn(folder, version) {
  return readdirSync(folder).flatMap((name) => {
    const [, given, system, cpu] = /^skupper-multikeylistener-(.+)-([a-z0-9]+)-([a-z0-9]+)\.tar\.gz$/.exec(name) ?? [];
    if (given !== version) return [];
    return [{ name, data: readFileSync(path.join(folder, name)), platform: system, arch: cpu, bin: executable(system) }];
  });
}

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'release' },
    url: { type: 'string', default: 'https://example.com/replace-with-the-url-of-the-release' },
  },
});
const { version, notes } = newest();
const files = await build(version);
const again = await build(version);
for (const [name, data] of Object.entries(files)) {
  if (!data.equals(again[name])) throw new Error(`${name} is not the same when it is built again`);
}
const put = (name, data) => writeFileSync(path.join(values.out, name), data);
mkdirSync(values.out, { recursive: true });
for (const [name, data] of Object.entries(files)) put(name, data);
const archives = archivesIn(values.out, version);
put('skupper-mkl.yaml', krewManifest({ version, url: values.url, archives }));
put('sbom.cdx.json', readFileSync('dist/sbom.cdx.json'));
put('NOTES.md', `# ${version}\n\n${notes}\n`);
const shipped = new Set([...Object.keys(files), ...archives.map(({ name }) => name), 'skupper-mkl.yaml', 'sbom.cdx.json']);
const sums = [...shipped, 'NOTES.md'].map((name) => `${sha256(readFileSync(path.join(values.out, name)))}  ${name}\n`);
put('SHA256SUMS', sums.join(''));
say(`${values.out} holds version ${version}, built twice with the same bytes; nothing is published:\n${sums.join('')}`);
const git = spawnSync('git', ['status', '--porcelain'], { encoding: 'utf8' });
if (git.status !== 0 || git.stdout !== '') say('It is not what a commit holds: commit first, and make it again.');
