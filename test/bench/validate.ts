// Prints how long validate takes for 10,000 documents, as a ratio to one parse of the same bytes, and its memory for
// few and for many files. Run: npm run build && node --import tsx test/bench/validate.ts
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../bin/skupper.js', import.meta.url));
const ROUNDS = 7;
const folder = mkdtempSync(path.join(tmpdir(), 'mkl-bench-'));

function manifest(name: string, port = 8080): string {
  return `apiVersion: skupper.io/v2alpha1
kind: MultiKeyListener
metadata:
  name: ${name}
  labels:
    app: shop
spec:
  host: ${name}
  port: ${port}
  strategy:
    weighted:
      routingKeys:
        east: 3
        west: 1
`;
}

interface Cost {
  /** Wall time and processor time in seconds; the latter hardly minds a busy machine. */
  seconds: number;
  cpu: number;
  /** Peak memory in MiB. */
  memory: number;
}

const HOOK =
  "process.on('exit',()=>{const u=process.resourceUsage();" +
  "process.stderr.write('COST='+(u.userCPUTime+u.systemCPUTime)+','+u.maxRSS+';')})";

/** What one node process costs. */
function measure(args: readonly string[]): Cost {
  const start = performance.now();
  const words = ['--import', `data:text/javascript,${HOOK}`, ...args];
  const { stderr } = spawnSync(process.execPath, words, { encoding: 'utf8', maxBuffer: 1 << 28 });
  const seconds = (performance.now() - start) / 1000;
  const [, cpu, memory] = /COST=(\d+),(\d+);/.exec(stderr) ?? [];
  return { seconds, cpu: Number(cpu) / 1e6, memory: Number(memory) / 1024 };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

/** Medians of rounds in which each case runs once. */
function interleaved(cases: Record<string, readonly string[]>): Record<string, Cost> {
  const runs = Object.keys(cases).map((name) => ({ name, costs: [] as Cost[] }));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { name, costs } of runs) costs.push(measure(cases[name] ?? []));
  }
  const of = (costs: readonly Cost[], what: keyof Cost): number => median(costs.map((cost) => cost[what]));
  return Object.fromEntries(
    runs.map(({ name, costs }) => {
      return [name, { seconds: of(costs, 'seconds'), cpu: of(costs, 'cpu'), memory: of(costs, 'memory') }];
    }),
  );
}

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

const names = Array.from({ length: 10_000 }, (_, index) => `web-${index}`);
const yaml = write('all.yaml', names.map((name) => `---\n${manifest(name)}`).join(''));
const bad = write('bad.yaml', names.map((name) => `---\n${manifest(name, 0)}`).join(''));
const item = (name: string): object => ({
  apiVersion: 'skupper.io/v2alpha1',
  kind: 'MultiKeyListener',
  metadata: { name, labels: { app: 'shop' } },
  spec: { host: name, port: 8080, strategy: { weighted: { routingKeys: { east: 3, west: 1 } } } },
});
const json = write('all.json', JSON.stringify({ apiVersion: 'v1', kind: 'List', items: names.map(item) }));
for (const count of [10, 1_000]) {
  for (let index = 0; index < count; index += 1) write(`files-${count}/f${index}.yaml`, manifest(`web-${index}`));
}

const read = (file: string): string => `require('fs').readFileSync(${JSON.stringify(file)},'utf8')`;
const parse = (file: string): string =>
  `const y=require('js-yaml');y.loadAll(${read(file)},null,{schema:y.CORE_SCHEMA})`;
const results = interleaved({
  'bare node': ['-e', '0'],
  'js-yaml loadAll, 10,000 documents': ['-e', parse(yaml)],
  'validate, the same': [BIN, 'mkl', 'validate', yaml],
  'validate, all of them wrong': [BIN, 'mkl', 'validate', bad],
  'JSON.parse, 10,000 items': ['-e', `JSON.parse(${read(json)})`],
  'js-yaml load of that JSON': ['-e', parse(json)],
  'validate of that JSON': [BIN, 'mkl', 'validate', json],
  'validate, one small file': [BIN, 'mkl', 'validate', path.join(folder, 'files-10/f0.yaml')],
  'validate, 10 files': [BIN, 'mkl', 'validate', path.join(folder, 'files-10')],
  'validate, 1,000 files': [BIN, 'mkl', 'validate', path.join(folder, 'files-1000')],
});
for (const [name, { seconds, cpu, memory }] of Object.entries(results)) {
  const row = [`${seconds.toFixed(3)} s`, `${cpu.toFixed(3)} s cpu`, `${memory.toFixed(0)} MiB`];
  process.stdout.write(`${name.padEnd(36)}${row.map((text) => text.padStart(14)).join('')}\n`);
}
/** Of the whole processes, and of what they cost beyond one that has nothing to read. */
function ratio(title: string, ours: string, parsing: string): void {
  const cost = (name: string): number => results[name]?.cpu ?? NaN;
  const whole = cost(ours) / cost(parsing);
  const work = (cost(ours) - cost('validate, one small file')) / (cost(parsing) - cost('bare node'));
  process.stdout.write(`${title}: ${whole.toFixed(2)}; without the start of either: ${work.toFixed(2)}\n`);
}
ratio('validate / one YAML parse', 'validate, the same', 'js-yaml loadAll, 10,000 documents');
ratio('validate / JSON.parse', 'validate of that JSON', 'JSON.parse, 10,000 items');
rmSync(folder, { recursive: true });
