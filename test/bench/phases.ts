// Prints where the time of one `status NAME` on a cluster goes, phase by phase, as medians.
// Run: npm run build && node --import tsx test/bench/phases.ts   (--rounds 21)
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { startControlPlane } from '../support/cluster/control-plane.js';
import { BIN } from './commands.js';
import { option, say } from './measure.js';
import { median } from './process.js';

const PHASES: Record<string, string> = {
  node: 'node starts',
  command: 'chunks, oclif and the command are loaded',
  flags: 'flags are parsed',
  kubeconfig: 'the Kubernetes part is loaded, the kubeconfig read',
  https: "Node's https is loaded",
  request: 'credentials, the agent',
  tls: 'TCP and TLS',
  answer: 'the request',
  output: 'rows are printed, the process ends',
};

// As in bench.ts.
delete process.env['NODE_EXTRA_CA_CERTS'];
const plane = await startControlPlane();
if ('reason' in plane) {
  say(`No control plane: ${plane.reason}`);
  process.exit(1);
}
const folder = mkdtempSync(path.join(tmpdir(), 'mkl-bench-'));
try {
  const namespace = await plane.newNamespace();
  const file = path.join(folder, 'phases.json');
  const env = { ...process.env, KUBECONFIG: await plane.kubeconfig('admin', namespace), PHASES: file };
  const run = (...words: string[]): number | null =>
    spawnSync(process.execPath, ['-r', fileURLToPath(new URL('phases.cjs', import.meta.url)), BIN, 'mkl', ...words], {
      env,
    }).status;
  run('create', 'web', '8080', '--weighted', 'east=1', '--wait', 'none', '--no-preflight');
  const spent = new Map<string, number[]>();
  for (let round = 0; round <= option('rounds', 21); round += 1) {
    if (run('status', 'web') !== 0) throw new Error('status failed');
    let before = 0;
    for (const [phase, at] of Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>)) {
      // The first round fills the compile cache.
      if (round > 0) spent.set(phase, [...(spent.get(phase) ?? []), at - before]);
      before = at;
    }
  }
  const total = [...spent.values()].reduce((sum, times) => sum + median(times), 0);
  say('| phase | median | share |\n|---|---|---|');
  for (const [phase, words] of Object.entries(PHASES)) {
    const time = median(spent.get(phase) ?? []);
    say(`| ${words} | ${time.toFixed(1)} ms | ${((time / total) * 100).toFixed(0)} % |`);
  }
} finally {
  rmSync(folder, { recursive: true });
  await plane.stop();
}
