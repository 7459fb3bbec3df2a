import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { newSite } from './site.js';
import { environment, temporaryFolder } from '../support/program.js';

const at = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const DIST = at('../../dist');
const site = newSite();
const folder = temporaryFolder();
afterAll(() => {
  site.remove();
  folder.remove();
});
beforeAll(async () => {
  const { status } = await site.run(['mkl', 'create', 'web', '8080', '--weighted', 'east=1']);
  expect(status).toBe(0);
});

/** Libraries that take long to load, or are for few commands. */
const HEAVY = [
  '@kubernetes/client-node',
  '@inquirer/core',
  'cli-table3',
  'diff',
  'hpagent',
  'js-yaml',
  'openid-client',
  'rhea',
  'socks-proxy-agent',
  'string-width',
  'ws',
  'yaml',
];
/** Modules of Node that are about networks and programs. oclif and chalk bring streams, readline and tty. */
const SLOW = ['child_process', 'crypto', 'http', 'https', 'tls'];

interface Loaded {
  builtin: string[];
  libraries: string[];
  kilobytes: number;
}

/** What one run of the built program loads. Its output goes to a file: to a socket, Node's streams are needed. */
function loadedBy(line: string, env: Record<string, string> = {}): Loaded {
  const [report, output] = [folder.at('loaded.json'), openSync(folder.at('output'), 'w')];
  const words = ['-r', at('../support/loaded.cjs'), at('../../bin/skupper.js'), ...line.split(' ')];
  const stdio: ['ignore', number, number] = ['ignore', output, output];
  const run = spawnSync(process.execPath, words, { env: environment({ ...env, LOADED: report }), stdio });
  closeSync(output);
  expect(run.status).not.toBeNull();
  const { builtin, chunks } = JSON.parse(readFileSync(report, 'utf8')) as { builtin: string[]; chunks: string[] };
  const files = chunks.map((name) =>
    path.join(DIST, /^(start|commands|string-width)\.cjs$/.test(name) ? '' : 'chunks', name),
  );
  // The bundler's own helpers are of no source.
  const mapped = files.filter((file) => existsSync(`${file}.map`));
  const sources = mapped.flatMap(
    (file) => (JSON.parse(readFileSync(`${file}.map`, 'utf8')) as { sources: string[] }).sources,
  );
  const found = new Set(sources.map((source) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1]));
  const bytes = files.reduce((sum, file) => sum + readFileSync(file).length, 0);
  return {
    builtin: SLOW.filter((name) => builtin.includes(name)),
    libraries: HEAVY.filter((name) => found.has(name)),
    kilobytes: Math.ceil(bytes / 1024),
  };
}

// A bound on the script that is read: a library that slips in shows here at once.
test.each<[string, number, string[], string[]]>([
  ['--version', 40, [], []],
  ['--help', 40, [], []],
  ['mkl create --help', 40, [], []],
  ['mkl staus', 320, [], []],
  ['mkl status --hep', 330, ['cli-table3'], []],
  ['mkl create web 808080 --weighted east=1', 360, [], []],
  ['mkl generate web 8080 --weighted east=1 -o json', 340, [], []],
  ['mkl generate web 8080 --weighted east=1', 420, ['js-yaml'], []],
  ['mkl validate -f FILE', 450, ['js-yaml'], []],
  ['mkl completion bash', 340, [], []],
])('%s loads at most %d kB', (line, kilobytes, libraries, builtin) => {
  const file = site.file('one.yaml', MANIFEST);
  const loaded = loadedBy(line.replace('FILE', file));
  expect({ ...loaded, kilobytes: Math.max(loaded.kilobytes, kilobytes) }).toEqual({ libraries, builtin, kilobytes });
});
const MANIFEST = `apiVersion: skupper.io/v2alpha1
kind: MultiKeyListener
metadata:
  name: web
spec:
  host: web
  port: 8080
  strategy:
    weighted:
      routingKeys:
        east: 1
`;

test('a system site loads nothing of networks and Kubernetes', () => {
  const { libraries, builtin } = loadedBy('mkl status -o json', { ...site.env, SKUPPER_PLATFORM: 'podman' });
  expect(libraries).toEqual(['cli-table3', 'js-yaml']);
  // The resourceVersion is a hash.
  expect(builtin.filter((name) => name !== 'crypto')).toEqual([]);
});

test('traffic of a system site loads what asks its router, and nothing of Kubernetes', () => {
  const { libraries } = loadedBy('mkl traffic', { ...site.env });
  expect(libraries.filter((name) => !['cli-table3', 'rhea'].includes(name))).toEqual(['js-yaml']);
});

test('the width of Unicode text is measured where a table has some', () => {
  site.put(
    MANIFEST.replace('name: web', "name: wide\n  annotations: { note: 'žluť' }"),
    'input',
    'resources',
    'wide.yaml',
  );
  const line = 'mkl status wide -o custom-columns=NOTE:.metadata.annotations.note';
  expect(loadedBy(line, { ...site.env }).libraries).toContain('string-width');
});

test('a cluster needs client-node, and no prompts, diff, second YAML library or what asks routers', () => {
  const kubeconfig = site.file('kubeconfig', JSON.stringify(KUBECONFIG));
  const { libraries } = loadedBy('mkl status', { KUBECONFIG: kubeconfig });
  for (const name of ['@inquirer/core', 'diff', 'rhea', 'ws', 'yaml']) expect(libraries).not.toContain(name);
  expect(libraries).toContain('@kubernetes/client-node');
});
const KUBECONFIG = {
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': 'c',
  contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
  clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
  users: [{ name: 'u', user: { token: 'x' } }],
};
