// Prints what commands cost beside kubectl and a bare node, as docs/performance.md explains.
// Run: npm run bench   (--rounds 15; --lists 10000, 0 leaves the long lists out; NODES=path,path measures on those Nodes, SINGLE=path the single executable)
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { startControlPlane } from '../support/cluster/control-plane.js';
import { cluster, offline, runtimes, type Runtime } from './commands.js';
import { interleaved } from './interleaved.js';
import { overLine } from './line.js';
import { compareLists } from './lists.js';
import { option, say } from './measure.js';
import { askingRouters } from './routers.js';
import { table, type Fact, type Row } from './table.js';

// With it Node 20 reads a file of certificates at every start, which flatters every ratio.
delete process.env['NODE_EXTRA_CA_CERTS'];

/** 8 MB, all that a user installs. */
const MOST_BYTES = 8_000_000;

/** What `npm pack` would install: the package brings all it needs with it. */
function installedSize(): Fact {
  const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8' });
  const [{ unpackedSize }] = JSON.parse(stdout) as [{ unpackedSize: number }];
  const value = `${(unpackedSize / 1e6).toFixed(2)} MB`;
  return { work: 'installed size', value, goal: '≤ 8 MB', met: unpackedSize <= MOST_BYTES };
}

/** Skupper's own program, where there is one on the PATH. */
function goSkupper(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  return folders.map((folder) => path.join(folder, 'skupper')).find((file) => existsSync(file) && !isOurs(file));
}

function isOurs(file: string): boolean {
  return spawnSync(file, ['--version'], { encoding: 'utf8' }).stdout.startsWith('skupper-multikeylistener/');
}

async function besideGo({ program }: Runtime, rounds: number): Promise<Row[]> {
  const go = goSkupper();
  if (go === undefined) {
    say('Skupper’s own program is not on the PATH: nothing is compared with it.');
    return [];
  }
  const cost = await interleaved(
    {
      theirs: { command: [go, 'listener', 'generate', 'web', '8080'] },
      ours: { command: [...program, 'mkl', 'generate', 'web', '8080', '--weighted', 'east=1'] },
    },
    rounds,
  );
  return [{ work: '`generate`', beside: 'skupper listener generate', ours: cost.ours, other: cost.theirs }];
}

/** Long lists, and how soon their first row is there. */
async function lists(count: number): Promise<{ rows: Row[]; facts: Fact[] }> {
  if (count === 0) return { rows: [], facts: [] };
  const compared = await compareLists(count, 5);
  const rows = compared.map(({ work, goal, ours, other }): Row => {
    const cost = ({ seconds, cpu, memory }: typeof ours): Row['ours'] => ({ wall: seconds, cpu, memory });
    const goals = { goal: goal.ratio, memoryGoal: goal.memoryRatio };
    return { work, beside: 'kubectl get', ours: cost(ours), other: cost(other), ...goals };
  });
  const facts = compared.slice(0, 1).map(({ ours, other }): Fact => {
    const value = `${ours.firstLine.toFixed(2)} s of ${ours.seconds.toFixed(2)} s (kubectl ${other.firstLine.toFixed(2)} s)`;
    return { work: `first row of ${count}`, value, goal: 'before the end', met: ours.firstLine < ours.seconds };
  });
  return { rows, facts };
}

const rounds = option('rounds', 15);
const plane = await startControlPlane({ say });
if ('reason' in plane) {
  say(`No control plane: ${plane.reason}`);
  process.exit(1);
}
try {
  for (const runtime of runtimes()) {
    const near = [...(await offline(runtime, rounds)), ...(await cluster(plane, runtime, rounds))];
    const starts = [...near, ...(await overLine(plane, runtime, rounds)), ...(await askingRouters(runtime, rounds))];
    say(`Medians of ${rounds} interleaved runs of whole processes; ${runtime.version}, ${process.arch}.\n`);
    say(`${table([...starts, ...(await besideGo(runtime, rounds))], [])}\n`);
  }
  const long = await lists(option('lists', 10_000));
  say(table(long.rows, [...long.facts, installedSize()]));
} finally {
  await plane.stop();
}
