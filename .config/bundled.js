// What of other people's packages is in the bundle: dist/bundled.json (for the documents, not shipped) and
// dist/THIRD-PARTY-LICENSES.txt, which every one of their licences asks to go with the code.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Packages whose published file already holds others, so that esbuild does not see those: from reading it. */
const EMBEDDED = { 'jsonpath-plus': ['jsep', '@jsep-plugin/assignment', '@jsep-plugin/regex'] };

const FOLDER = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;

/**
 * @param metafile esbuild's
 * @returns {Promise<{ name: string, version: string, license: string, bytes: number, folder: string }[]>} each name and
 *   version once, by name; bytes are those in the output, 0 where another package's bytes hold them
 */
async function bundledPackages({ outputs }) {
  const bytes = new Map();
  const add = (folder, count) => bytes.set(folder, (bytes.get(folder) ?? 0) + count);
  for (const [file, { bytesInOutput }] of Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs))) {
    const folder = FOLDER.exec(file)?.[0];
    if (folder && bytesInOutput > 0) add(folder, bytesInOutput);
  }
  for (const folder of [...bytes.keys()]) {
    for (const name of EMBEDDED[folder.slice('node_modules/'.length)] ?? []) add(`node_modules/${name}`, 0);
  }

  const found = new Map();
  for (const [folder, count] of bytes) {
    const { name, version, license } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
    const known = found.get(`${name}@${version}`);
    if (known) known.bytes += count;
    else found.set(`${name}@${version}`, { name, version, license, bytes: count, folder });
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}

/** All of a package's own licence and notice files; a package without any stops the build. */
async function notice(folder) {
  const files = (await readdir(folder)).filter((name) => /^(un)?licen[cs]e|^notice|^copying/i.test(name)).sort();
  if (files.length === 0) throw new Error(`${folder} has no licence text to ship`);
  const texts = await Promise.all(files.map((name) => readFile(path.join(folder, name), 'utf8')));
  return texts.map((text) => text.replaceAll('\r\n', '\n').trim()).join('\n\n');
}

/**
 * @param folder where the bundle is
 * @param metafile esbuild's
 */
export async function writeBundled(folder, metafile) {
  const packages = await bundledPackages(metafile);
  const byText = new Map();
  for (const entry of packages) {
    const text = await notice(entry.folder);
    byText.set(text, [...(byText.get(text) ?? []), `${entry.name} ${entry.version} (${entry.license})`]);
  }
  const parts = [...byText].map(([text, names]) => `${'='.repeat(80)}\n${names.join('\n')}\n\n${text}\n`);
  const head = 'This program contains code of the packages below, each under its own licence.\n\n';
  await writeFile(path.join(folder, 'THIRD-PARTY-LICENSES.txt'), head + parts.join('\n'));
  const list = packages.map(({ name, version, license, bytes }) => ({ name, version, license, bytes }));
  await writeFile(path.join(folder, 'bundled.json'), `${JSON.stringify(list, null, 1)}\n`);
}
