// Collects the files that are shipped with the single executable: the licences of everything in it, including Node, and the bill of
// materials.
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { serialNumber } from '../sbom.js';

/** Node's LICENSE, which includes the licences of its parts. It is next to the executable, or where Linux distributions put it. */
function nodeLicence() {
  const folder = path.dirname(process.execPath);
  const places = [process.env.NODE_LICENSE ?? '', `${folder}/../LICENSE`, `${folder}/LICENSE`, '/usr/share/doc/nodejs/LICENSE'];
  const found = places.find((file) => file !== '' && existsSync(file));
  if (!found) throw new Error(`There is no LICENSE of ${process.execPath}, which has to be shipped: name it in NODE_LICENSE`);
  return readFileSync(found);
}

/** The bill of materials of dist/sbom.cdx.json with Node added. */
function sbomWithNode() {
  const sbom = JSON.parse(readFileSync('dist/sbom.cdx.json', 'utf8'));
  const version = process.versions.node;
  const content = createHash('sha512').update(readFileSync(process.execPath)).digest('hex');
  const ref = `node@${version}`;
  sbom.components.push({
    'bom-ref': ref,
    type: 'platform',
    name: 'node',
    version,
    scope: 'required',
    purl: `pkg:generic/node@${version}`,
    hashes: [{ alg: 'SHA-512', content }],
    licenses: [{ license: { id: 'MIT' } }],
  });
  sbom.dependencies[0].dependsOn.push(ref);
  sbom.dependencies.push({ ref, dependsOn: [] });
  // The changed document needs another serial number.
  sbom.serialNumber = serialNumber(sbom);
  return Buffer.from(`${JSON.stringify(sbom, null, 1)}\n`);
}

/**
 * @param {string} single the executable
 * @returns {{ name: string, data: Buffer, mode: number }[]} the files of its archive
 * @throws if Node's LICENSE is not found
 */
export function singleFiles(single) {
  const file = (name, data) => ({ name, data, mode: 0o644 });
  return [
    { name: path.basename(single), data: readFileSync(single), mode: 0o755 },
    file('LICENSE', readFileSync('LICENSE')),
    file('NODE-LICENSE.txt', nodeLicence()),
    file('THIRD-PARTY-LICENSES.txt', readFileSync('dist/THIRD-PARTY-LICENSES.txt')),
    file('sbom.cdx.json', sbomWithNode()),
  ];
}
