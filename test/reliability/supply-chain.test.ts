import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Ajv } from 'ajv';
import { CYCLONEDX } from '../support/cyclonedx.js';
import { report } from '../support/verdict/reliability.js';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const ALLOWED = /^(MIT|ISC|0BSD|BSD-2-Clause|BSD-3-Clause|Apache-2\.0|BlueOak-1\.0\.0|Unlicense|CC0-1\.0)$/;

interface Component {
  name: string;
  version: string;
  hashes: { alg: string; content: string }[];
  licenses: { license: { id: string } }[];
}
interface Sbom {
  metadata: object;
  components: Component[];
  dependencies: { ref: string; dependsOn: string[] }[];
}
interface Locked {
  version: string;
  integrity?: string;
  resolved?: string;
  link?: boolean;
  hasInstallScript?: boolean;
}

const text = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const json = <T>(file: string): T => JSON.parse(text(file)) as T;
const labels = (list: readonly { name: string; version: string }[]): string[] =>
  list.map(({ name, version }) => `${name}@${version}`).sort();

const sbom = json<Sbom>('dist/sbom.cdx.json');
const { packages: lockedAll } = json<{ packages: Record<string, Locked> }>('package-lock.json');
const locked = Object.entries(lockedAll).filter(([place]) => place !== '');
const manifest = json<{ scripts: Record<string, string>; dependencies?: object; devDependencies: object }>(
  'package.json',
);
/** In jsonpath-plus's published file: no tool that looks at files can see them. */
const EMBEDDED = ['jsep', '@jsep-plugin/assignment', '@jsep-plugin/regex'];

/** The packages whose sources the built program's source maps name: a witness other than the bundler's account. */
function mapped(): string[] {
  const found = new Set<string>();
  const dist = path.join(ROOT, 'dist');
  for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.map'))) {
    const { sources } = JSON.parse(readFileSync(path.join(dist, file), 'utf8')) as { sources: string[] };
    for (const source of sources) {
      const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(source)?.[0];
      if (folder) found.add(path.resolve(path.dirname(path.join(dist, file)), folder));
    }
  }
  for (const name of EMBEDDED) found.add(path.join(ROOT, 'node_modules', name));
  const names = [...found].map(
    (folder) => JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Component,
  );
  return [...new Set(labels(names))];
}

describe('the lock file', () => {
  test('has a SHA-512 of every archive, and says of none where it comes from', () => {
    const weak = locked.filter(([, { integrity }]) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? ''));
    expect(weak.map(([place]) => place)).toEqual([]);
    expect(locked.filter(([, { resolved, link }]) => resolved !== undefined || link)).toEqual([]);
  });

  test('every direct dependency has its reason in docs/dependencies.md', () => {
    const page = text('docs/dependencies.md');
    const named = [...page.matchAll(/^\| (?!package |---)([@\w/-]+) \| [\w.-]+ \| \S.* \|$/gm)].map(([, name]) => name);
    expect(named.sort()).toEqual(Object.keys(manifest.devDependencies).sort());
  });

  test('is of this package.json', () => {
    expect(lockedAll['']).toMatchObject({ devDependencies: manifest.devDependencies });
  });
});

describe('the bundle', () => {
  test('has exactly the packages of the bill of materials', () => {
    expect(labels(sbom.components)).toEqual(mapped());
  });

  test('has nothing that runs an install script', () => {
    const scripted = new Set(
      locked
        .filter(([, { hasInstallScript }]) => hasInstallScript)
        .map(([place, { version }]) => `${place.replace(/^.*node_modules\//, '')}@${version}`),
    );
    expect(scripted.size).toBeGreaterThan(0);
    expect(labels(sbom.components).filter((label) => scripted.has(label))).toEqual([]);
  });

  test('is under licences that are allowed, whose texts are shipped', () => {
    const notices = text('dist/THIRD-PARTY-LICENSES.txt');
    for (const { name, version, licenses } of sbom.components) {
      const [id, ...more] = licenses.map(({ license }) => license.id);
      expect({ name, id, more }).toEqual({ name, id: expect.stringMatching(ALLOWED), more: [] });
      expect(notices).toContain(`\n${name} ${version} (${id})\n`);
    }
    // Each part: names, an empty line, and a text long enough to be a licence.
    for (const part of notices.split(/^={80}$/m).slice(1)) expect(part).toMatch(/^\n([^\n]+\n)+\n[^]{300,}/);
  });
});

describe('the bill of materials', () => {
  test('is CycloneDX', () => {
    const validate = new Ajv({ allErrors: true }).compile(CYCLONEDX);
    validate(sbom);
    expect(validate.errors ?? []).toEqual([]);
  });

  test('knows every reference once, and how the program comes to each', () => {
    const refs = sbom.dependencies.map(({ ref }) => ref);
    expect(new Set(refs).size).toBe(refs.length);
    const needs = new Map(sbom.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
    const reached = new Set<string>();
    const open = [refs[0]!];
    for (const ref of open) {
      if (reached.has(ref)) continue;
      reached.add(ref);
      open.push(...needs.get(ref)!);
    }
    expect([...reached].slice(1).sort()).toEqual(labels(sbom.components));
  });

  test('has the hashes of the lock file', () => {
    const hashes = new Map(
      locked.map(([place, { version, integrity }]) => [
        `${place.replace(/^.*node_modules\//, '')}@${version}`,
        Buffer.from(integrity!.slice('sha512-'.length), 'base64').toString('hex'),
      ]),
    );
    for (const component of sbom.components) {
      expect(component.hashes).toEqual([{ alg: 'SHA-512', content: hashes.get(labels([component])[0]!) }]);
    }
  });

  test('is the same however npm words and orders it', async () => {
    const { bundledSbom, lockedSbom } = (await import(pathToFileURL(path.join(ROOT, '.config', 'sbom.js')).href)) as {
      bundledSbom(full: Sbom, bundled: readonly object[]): Sbom;
      lockedSbom(): Promise<Sbom>;
    };
    const bundled = sbom.components;
    const full = await lockedSbom();
    const other: Sbom = structuredClone(full);
    Object.assign(other, { serialNumber: 'urn:uuid:00000000-0000-0000-0000-000000000000' });
    Object.assign(other.metadata, {
      timestamp: '2001-01-01T00:00:00Z',
      tools: [{ vendor: 'npm', name: 'cli', version: '10.8.2' }],
    });
    for (const component of other.components) Object.assign(component, { properties: [{ name: 'a', value: 'b' }] });
    other.components.reverse();
    other.dependencies.reverse();
    const [one, two] = [full, other].map((each) => JSON.stringify(bundledSbom(each, bundled), null, 1));
    expect(two).toBe(one);
    expect(`${one}\n`).toBe(text('dist/sbom.cdx.json'));
    expect(() => bundledSbom(full, [...bundled, { name: 'stranger', version: '1.0.0' }])).toThrow('stranger@1.0.0');
  });
});

test('its report', () => {
  const tally = new Map<string, number>();
  for (const { licenses } of sbom.components) {
    const id = licenses[0]!.license.id;
    tally.set(id, (tally.get(id) ?? 0) + 1);
  }
  expect(manifest.dependencies).toBeUndefined();
  report(
    'supply-chain',
    ['what', 'result'],
    [
      ['packages in the bundle, bill of materials and source maps agree', mapped().length],
      [
        'their licences',
        [...tally]
          .sort()
          .map(([id, count]) => `${id} ${count}`)
          .join(', '),
      ],
      ['packages in the lock file', locked.length],
      ['of those with a SHA-512', locked.filter(([, { integrity }]) => integrity?.startsWith('sha512-')).length],
      [
        'of those with an install script, tools only',
        locked.filter(([, { hasInstallScript }]) => hasInstallScript).length,
      ],
    ],
  );
});
