// The bill of materials: what `npm sbom` says of the lock file, cut down to what is in the bundle.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';

/**
 * The whole lock file as CycloneDX, libraries and tools alike; nothing is read from node_modules or a registry.
 *
 * @returns {Promise<object>} the document, see https://cyclonedx.org/docs/1.5/json/
 */
export async function lockedSbom() {
  const args = ['sbom', '--package-lock-only', '--sbom-format=cyclonedx', '--loglevel=error'];
  const { stdout } = await promisify(execFile)('npm', args, { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout);
}

/**
 * Who needs whom directly. One package at several places in node_modules is one here.
 *
 * @param {object} sbom as of `lockedSbom`
 * @returns {Map<string, Set<string>>} NAME@VERSION to NAME@VERSION
 */
export function graph({ dependencies }) {
  const needs = new Map();
  for (const { ref, dependsOn = [] } of dependencies) {
    needs.set(ref, new Set([...(needs.get(ref) ?? []), ...dependsOn]));
  }
  return needs;
}

/** The nearest packages below that are kept: a package that only hands on others leaves nothing in the bundle. */
function keptBelow(ref, needs, kept, seen = new Set()) {
  for (const next of needs.get(ref) ?? []) {
    if (seen.has(next)) continue;
    seen.add(next);
    if (!kept.has(next)) keptBelow(next, needs, kept, seen);
  }
  return [...seen].filter((next) => kept.has(next)).sort();
}

/** A serial number made of the content: a UUID of version 8, made as one likes (RFC 9562). */
export function serialNumber(content) {
  const digest = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  return `urn:uuid:${digest.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-8$3-8$4-$5')}`;
}

/**
 * The shipped bill of materials. The same packages give the same bytes, with any npm: no time, no tool version, and a serial
 * number made of the content.
 *
 * @param {object} sbom as of `lockedSbom`
 * @param {{ name: string, version: string }[]} bundled what is in the bundle
 * @returns {object} CycloneDX 1.5; throws when the bundle has what the lock file has not
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
