// Lists the third-party packages in the bundle: writes a bill of materials, and the licence texts, which the licences require to be
// distributed with the code.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bundledSbom, lockedSbom } from './sbom.js';

/** Packages whose published file already contains other packages, which the bundler cannot see. Found by reading the files. */
const EMBEDDED = { 'jsonpath-plus': ['jsep', '@jsep-plugin/assignment', '@jsep-plugin/regex'] };

const FOLDER = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;

/**
 * @param output the chunks that rolldown wrote
 * @returns {Promise<{ name: string, version: string, license: string, folder: string }[]>} each name and version once, by name
 */
async function bundledPackages(output) {
  const ids = output.flatMap(({ modules = {} }) =>
    Object.entries(modules).flatMap(([id, { renderedLength }]) => (renderedLength > 0 ? [id] : [])),
  );
  const folders = new Set(ids.map((id) => FOLDER.exec(path.relative(process.cwd(), id))?.[0]).filter(Boolean));
  for (const folder of [...folders]) {
    for (const name of EMBEDDED[folder.slice('node_modules/'.length)] ?? []) folders.add(`node_modules/${name}`);
  }
  const found = new Map();
  for (const folder of folders) {
    const { name, version, license } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
    found.set(`${name}@${version}`, { name, version, license, folder });
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}

/** The texts of a package's licence and notice files. Throws for a package without any, which stops the build. */
async function notice(folder) {
  const files = (await readdir(folder)).filter((name) => /^(un)?licen[cs]e|^notice|^copying/i.test(name)).sort();
  if (files.length === 0) throw new Error(`${folder} has no licence text to ship`);
  const texts = await Promise.all(files.map((name) => readFile(path.join(folder, name), 'utf8')));
  return texts.map((text) => text.replaceAll('\r\n', '\n').trim()).join('\n\n');
}

/**
 * Writes sbom.cdx.json and THIRD-PARTY-LICENSES.txt.
 *
 * @param folder the folder of the bundle
 * @param output the chunks that rolldown wrote
 */
export async function writeBundled(folder, output) {
  const packages = await bundledPackages(output);
  const byText = new Map();
  for (const entry of packages) {
    const text = await notice(entry.folder);
    byText.set(text, [...(byText.get(text) ?? []), `${entry.name} ${entry.version} (${entry.license})`]);
  }
  const parts = [...byText].map(([text, names]) => `${'='.repeat(80)}\n${names.join('\n')}\n\n${text}\n`);
  const head = 'This program contains code of the packages below, each under its own licence.\n\n';
  await writeFile(path.join(folder, 'THIRD-PARTY-LICENSES.txt'), head + parts.join('\n'));
  const sbom = bundledSbom(await lockedSbom(), packages);
  await writeFile(path.join(folder, 'sbom.cdx.json'), `${JSON.stringify(sbom, null, 1)}\n`);
}
