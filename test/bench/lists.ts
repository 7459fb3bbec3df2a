/**
 * `status` of many resources beside kubectl, as whole processes in turns, against the real API server on loopback:
 * npm run build && npx tsx test/bench/lists.ts [--resources 10000] [--rounds 5]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ControlPlane } from '../support/cluster/control-plane.js';
import { startControlPlane } from '../support/cluster/control-plane.js';
import { environment } from '../support/program.js';
import { option, say } from './measure.js';
import { comparisonLine, compare, costOf, type Comparison } from './process.js';

const BIN = fileURLToPath(new URL('../../bin/skupper.js', import.meta.url));
const AT_ONCE = 16;
const RESOURCE = 'multikeylisteners.skupper.io';

/** Makes so many resources with the status of a serving one. */
async function fill({ admin }: ControlPlane, namespace: string, count: number): Promise<void> {
  const all = `/apis/skupper.io/v2alpha1/namespaces/${namespace}/multikeylisteners`;
  const condition = { status: 'True', reason: 'Ready', message: 'OK', lastTransitionTime: '2026-07-23T10:00:00Z' };
  let next = 0;
  const some = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) {
      const name = `web-${String(index).padStart(5, '0')}`;
      const keys = { [`${name}-east`]: 3, [`${name}-west`]: 1 };
      const head = { apiVersion: 'skupper.io/v2alpha1', kind: 'MultiKeyListener', metadata: { name } };
      const spec = { host: name, port: 8080, strategy: { weighted: { routingKeys: keys } } };
      const conditions = ['Configured', 'Operational'].map((type) => ({ type, observedGeneration: 1, ...condition }));
      const strategy = { weighted: { routingKeysReachable: keys } };
      const status = { status: 'Ready', message: 'OK', hasDestination: true, conditions, strategy };
      const made = await admin('POST', all, { ...head, spec });
      const set = await admin('PATCH', `${all}/${name}/status`, { status }, 'application/merge-patch+json');
      if (made.status !== 201 || set.status !== 200) throw new Error(`${name}: ${made.status}, ${set.status}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, some));
}

/**
 * @returns a row for the table and one for JSON; none, with the reason said, where there is no kubectl or no API server
 */
export async function compareLists(resources = 10_000, rounds = 5): Promise<Comparison[]> {
  if (spawnSync('kubectl', ['version', '--client']).status !== 0) {
    say('lists: skipped, there is no kubectl on the PATH');
    return [];
  }
  const plane = await startControlPlane();
  if ('reason' in plane) {
    say(`lists: skipped, ${plane.reason}`);
    return [];
  }
  const home = mkdtempSync(path.join(tmpdir(), 'mkl-bench-'));
  try {
    const namespace = await plane.newNamespace();
    await fill(plane, namespace, resources);
    const env = environment({ KUBECONFIG: await plane.kubeconfig('admin', namespace), HOME: home });
    const run = (...command: string[]) => {
      return () => costOf(command, env);
    };
    const status = [process.execPath, BIN, 'mkl', 'status', '--request-timeout', '60s'];
    const goal = { ratio: 0.4, memoryRatio: 0.7 };
    const table = [run(...status), run('kubectl', 'get', RESOURCE)] as const;
    const json = [run(...status, '-o', 'json'), run('kubectl', 'get', RESOURCE, '-o', 'json')] as const;
    return [
      await compare(`status of ${resources}, table in a pipe`, goal, table, rounds),
      await compare(`status of ${resources}, JSON`, goal, json, rounds),
    ];
  } finally {
    rmSync(home, { recursive: true });
    await plane.stop();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const row of await compareLists(option('resources', 10_000), option('rounds', 5))) {
    say(comparisonLine(row));
    say(`  first line after ${row.ours.firstLine.toFixed(2)} s; the other's after ${row.other.firstLine.toFixed(2)} s`);
  }
}
