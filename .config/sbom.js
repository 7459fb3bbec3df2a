// Makes the bill of materials: the output of `npm sbom` for the lock file, reduced to the packages in the bundle.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';

/**
 * The whole lock file as CycloneDX, with libraries and tools. Reads neither node_modules nor a registry.
 *
 * @returns {Promise<object>} the document, see https://cyclonedx.org/docs/1.5/json/
 */
export async function lockedSbom() {
  const args = ['sbom', '--package-lock-only', '--sbom-format=cyclonedx', '--loglevel=error'];
  const { stdout } = await promisify(execFile)('npm', args, { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout);
}

/**
 * The direct dependencies of every package. A package that is several times in node_modules is one node.
 *
 * @param {object} sbom the result of `lockedSbom`
 * @returns {Map<string, Set<string>>} NAME@VERSION to NAME@VERSION
 */
export function graph({ dependencies }) {
  const needs = new Map();
  for (const { ref, dependsOn = [] } of dependencies) {
    needs.set(ref, new Set([...(needs.get(ref) ?? []), ...dependsOn]));
  }
  return needs;
}

/** The nearest kept dependencies of a package, through packages that only re-export others and are not in the bundle. */
function keptBelow(ref, needs, kept, seen = new Set()) {
  for (const next of needs.get(ref) ?? []) {
    if (seen.has(next)) continue;
    seen.add(next);
    if (!kept.has(next)) keptBelow(next, needs, kept, seen);
  }
  return [...seen].filter((next) => kept.has(next)).sort();
}

/** A serial number derived from the content, as a UUID of version 8 (RFC 9562: custom contents). */
export function serialNumber(content) {
  const digest = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  return `urn:uuid:${digest.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-8$3-8$4-$5')}`;
}

/**
 * The bill of materials that is shipped. The same packages give the same bytes with any npm: it has no time and no tool version,
 * and its serial number is derived from the content.
 *
 * @param {object} sbom the result of `lockedSbom`
 * @param {{ name: string, version: string }[]} bundled the packages in the bundle
 * @returns {object} CycloneDX 1.5
 * @throws if the bundle has a package that the lock file does not have
 */
export function bundledSbom(sbom, bundled) {
  const byRef = new Map(sbom.components.map((component) => [component['bom-ref'], component]));
  const kept = new Set(bundled.map(({ name, version }) => `${name}@${version}`));
  const strangers = [...kept].filter((ref) => !byRef.has(ref));
  if (strangers.length > 0) {
    throw new Error(`the bundle has ${strangers.join(', ')}, which the lock file has not: npm ci && npm run build`);
  }
  const plain = ({ type, name, version, purl, hashes, licenses }, ref) => ({
    'bom-ref': ref,
    type,
    name,
    version,
    scope: 'required',
    purl,
    ...(hashes && { hashes }),
    licenses,
  });
  const needs = graph(sbom);
  const program = sbom.metadata.component;
  const root = program['bom-ref'];
  const name = root.slice(0, root.lastIndexOf('@'));
  const content = {
    metadata: {
      lifecycles: [{ phase: 'build' }],
      tools: [{ vendor: 'npm', name: 'cli' }],
      component: { ...plain({ ...program, type: 'application', name }, root), description: program.description },
    },
    components: [...kept].sort().map((ref) => plain(byRef.get(ref), ref)),
    dependencies: [root, ...[...kept].sort()].map((ref) => ({ ref, dependsOn: keptBelow(ref, needs, kept) })),
  };
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: sbom.specVersion,
    serialNumber: serialNumber(content),
    version: 1,
    ...content,
  };
}
