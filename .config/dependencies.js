// Writes docs/sbom.cdx.json and the tables of docs/dependencies.md from the bundle, package.json, the lock file and the
// reasons in .config/dependencies.json; with --check says whether they are fresh. Needs a build.
import { readFile, writeFile } from 'node:fs/promises';
import { closure, installedSize, size } from './installed.js';
import { bundledSbom, graph, lockedSbom } from './sbom.js';

const SBOM = 'docs/sbom.cdx.json';
const FILE = 'docs/dependencies.md';
const json = async (file) => JSON.parse(await readFile(file, 'utf8'));

const bundled = await json('dist/bundled.json');
const { devDependencies, dependencies = {} } = await json('package.json');
const { packages: locked } = await json('package-lock.json');
const reasons = await json('.config/dependencies.json');
const full = await lockedSbom();
const needs = graph(full);
const sbom = bundledSbom(full, bundled);

const cell = (value) => String(value).replaceAll('|', '\\|').replaceAll('\n', ' ');
const table = (columns, rows) =>
  [columns, columns.map(() => '---'), ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');

/** Reasons and what they are given for must match, both ways. */
function matched(what, names, given) {
  const missing = names.filter((name) => !given[name]);
  const stale = Object.keys(given).filter((name) => !names.includes(name));
  if (missing.length + stale.length === 0) return;
  process.stderr.write(`.config/dependencies.json, ${what}: missing [${missing}], no longer needed [${stale}]\n`);
  process.exit(1);
}

const inBundle = new Map(bundled.map((entry) => [`${entry.name}@${entry.version}`, entry]));

async function directRow([name, range]) {
  const { version, license } = locked[`node_modules/${name}`];
  const { why, released, newest } = reasons.direct[name];
  if (!released.startsWith(`${version} `)) {
    process.stderr.write(`.config/dependencies.json: ${name} is ${version} now; look up when it was released\n`);
    process.exit(1);
  }
  const below = closure(`${name}@${version}`, needs);
  const bytes = inBundle.get(`${name}@${version}`)?.bytes;
  const shown = newest ? `${released}; newest ${newest}` : `${released}, the newest`;
  return [
    name,
    range,
    license,
    shown,
    below.size - 1,
    await installedSize(below, locked),
    bytes ? size(bytes) : '–',
    why,
  ];
}

const direct = Object.entries({ ...dependencies, ...devDependencies }).sort(([a], [b]) => (a < b ? -1 : 1));
matched(
  'direct',
  direct.map(([name]) => name),
  reasons.direct,
);
const rows = await Promise.all(direct.map(directRow));
const head = [
  'package',
  'range',
  'licence',
  'version, released',
  'brings',
  'installed, with those',
  'in the bundle',
  'why',
];
const bundledDirect = rows.filter((row) => row[6] !== '–');
const tools = rows.filter((row) => row[6] === '–').map((row) => row.toSpliced(6, 1));

const refOf = (name) => `${name}@${locked[`node_modules/${name}`].version}`;

/** The direct dependencies from which a bundled package is reached; several of one scope as one. */
function broughtBy(ref) {
  const from = bundledDirect.map(([name]) => name).filter((name) => closure(refOf(name), needs).has(ref));
  const scope = (name) => `${name.split('/')[0]}/`;
  const alone = (name) => from.filter((other) => other.startsWith(scope(name))).length === 1;
  return [...new Set(from.map((name) => (alone(name) || !name.startsWith('@') ? name : `${scope(name)}*`)))].join(', ');
}
const directRefs = new Set(direct.map(([name]) => refOf(name)));
const transitive = bundled
  .filter(({ name, version }) => !directRefs.has(`${name}@${version}`))
  .map(({ name, version, license, bytes }) => [
    name,
    version,
    license,
    bytes ? size(bytes) : 'inside its user',
    broughtBy(`${name}@${version}`),
  ]);

const entries = Object.entries(locked).filter(([place]) => place !== '');
const nameOf = (place) => place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
const scripted = entries.filter(([, { hasInstallScript }]) => hasInstallScript).map(([place]) => nameOf(place));
matched('installScripts', scripted, reasons.installScripts);

const licences = new Map();
for (const { license } of bundled) licences.set(license, (licences.get(license) ?? 0) + 1);
const parts = {
  counts: table(
    ['packages', 'count'],
    [
      ['that a user installs beside the program', Object.keys(dependencies).length],
      ['in the bundle', bundled.length],
      ['– named in `package.json`', bundledDirect.length],
      ['– brought by those', transitive.length],
      ['in the lock file, with all tools', entries.length],
      ['– of those, for other platforms or optional', entries.filter(([, { optional }]) => optional).length],
      ['named in `package.json`, tools only', tools.length],
      ['with an install script of their own', scripted.length],
    ],
  ),
  bundled: table(head, bundledDirect),
  transitive: table(['package', 'version', 'licence', 'in the bundle', 'brought by'], transitive),
  licences: table(
    ['licence', 'packages in the bundle'],
    [...licences].sort(([a], [b]) => (a < b ? -1 : 1)),
  ),
  tools: table(head.toSpliced(6, 1), tools),
  scripts: table(
    ['package', 'what its script does, and whether it may be left out'],
    Object.entries(reasons.installScripts),
  ),
  advisories:
    Object.keys(reasons.advisories).length === 0
      ? 'None.'
      : table(['advisory', 'why it does not concern the program'], Object.entries(reasons.advisories)),
};

const stored = await readFile(FILE, 'utf8');
let text = stored;
for (const [name, part] of Object.entries(parts)) {
  const [open, close] = [`<!-- table:${name} -->`, `<!-- end:${name} -->`];
  const [start, end] = [text.indexOf(open), text.indexOf(close)];
  if (start < 0 || end < start) throw new Error(`${FILE} has no place for the table ${name}: add ${open} and ${close}`);
  text = `${text.slice(0, start + open.length)}\n\n${part}\n\n${text.slice(end)}`;
}
const bill = `${JSON.stringify(sbom, null, 1)}\n`;

if (process.argv.includes('--check')) {
  // Sizes are as of the last writing: they change a little with every change of ours, and with the platform.
  const sizeless = (value) => value.replaceAll(/[\d.]+ [kM]B/g, 'size');
  const stale = [
    [SBOM, bill === (await readFile(SBOM, 'utf8').catch(() => ''))],
    [FILE, sizeless(text) === sizeless(stored)],
  ].filter(([, fresh]) => !fresh);
  for (const [file] of stale) process.stderr.write(`${file} is stale; write it anew with: npm run deps\n`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  await writeFile(SBOM, bill);
  await writeFile(FILE, text);
}
