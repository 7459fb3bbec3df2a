/**
 * The built `status --watch`, on a terminal and in a pipe, against the API double with many resources, changes
 * all the time, and a connection that is cut every ten seconds:
 * npx tsx test/bench/soak-watch.ts [--seconds 120] [--resources 10000] [--rate 50]
 *
 * Exit 1 when at last either form knows anything else than the server, or its memory grew by more than a quarter.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { liveCluster } from '../support/emulator/emulator-cluster.js';
import type { Cut } from '../support/double/api-double-watch.js';
import { cpuSeconds, mean, option, residentMiB, say } from './measure.js';
import { inPipe, onTerminal, type Watcher } from './watchers.js';

const seconds = option('seconds', 120);
const resources = option('resources', 10_000);
const rate = option('rate', 50);
const CUT_EVERY_S = 10;
const CUTS: readonly Cut[] = ['reset', 'end', 'gone', 'half-line'];
const MOST_GROWTH = 1.25;

const cluster = await liveCluster();
const state = new Map<string, string>();
const STATES: Record<string, string[]> = { 'Ready 2/2': ['east', 'west'], 'Ready 1/2': ['west'], 'Pending 0/2': [] };
const names = Object.keys(STATES);
let made = 0;

function add(): void {
  const name = `resource-${made++}`;
  cluster.add(name);
  set(name, made % 20 === 0 ? 'Ready 1/2' : 'Ready 2/2');
}

function set(name: string, text: string): void {
  cluster.reach(name, ...(STATES[text] ?? []));
  state.set(name, text);
}

/** One change: mostly of a status, now and then another resource in the place of one. */
function change(count: number): void {
  const all = existing;
  const name = all[Math.floor(Math.random() * all.length)] ?? '';
  if (!state.has(name)) return;
  if (count % 10 > 0) return set(name, names[Math.floor(Math.random() * names.length)] ?? '');
  cluster.remove(name);
  state.delete(name);
  add();
  all[all.indexOf(name)] = `resource-${made - 1}`;
}

for (let index = 0; index < resources; index++) add();
const existing = [...state.keys()];
say(`${resources} resources; ${rate} changes a second for ${seconds} s; cut every ${CUT_EVERY_S} s`);

const watchers: Watcher[] = [await onTerminal(cluster.kubeconfig), inPipe(cluster.kubeconfig)];
const memory = new Map<Watcher, number[]>(watchers.map((watcher) => [watcher, []]));
const deadline = Date.now() + 60_000;
while (watchers.some((watcher) => watcher.count < 2) || (watchers[1]?.count ?? 0) < resources) {
  if (Date.now() > deadline) throw new Error('the watches did not begin');
  await sleep(100);
}
const began = Date.now();
const start = watchers.map((watcher) => ({ cpu: cpuSeconds(watcher.pid), count: watcher.count }));
const elapsed = (): number => (Date.now() - began) / 1000;

let changes = 0;
let cuts = 0;
let told = 0;
while (elapsed() < seconds) {
  while (changes < elapsed() * rate) change(changes++);
  if (elapsed() > (cuts + 1) * CUT_EVERY_S) cluster.double.cutWatches(CUTS[cuts++ % CUTS.length] ?? 'reset');
  if (elapsed() >= told) {
    for (const watcher of watchers) memory.get(watcher)?.push(residentMiB(watcher.pid));
    if (told % 10 === 0) {
      const parts = watchers.map(
        (each) =>
          `${each.name} ${residentMiB(each.pid).toFixed(0)} MiB, ${each.count} ${each.name === 'pipe' ? 'lines' : 'frames'}`,
      );
      say(`${String(told).padStart(4)} s  ${parts.join('   ')}`);
    }
    told += 1;
  }
  await sleep(20);
}

const ran = elapsed();
let failed = false;
for (const [index, watcher] of watchers.entries()) {
  const { cpu = 0, count = 0 } = start[index] ?? {};
  const cpuPerMinute = ((cpuSeconds(watcher.pid) - cpu) / ran) * 60;
  const perSecond = (watcher.count - count) / ran;
  // The first fifth warms up: caches, compiled code, the heap's first growth.
  const samples = (memory.get(watcher) ?? []).slice(Math.floor(ran / 5));
  const third = Math.floor(samples.length / 3);
  const [first, last] = [mean(samples.slice(0, third)), mean(samples.slice(-third))];
  const limit = Date.now() + 30_000;
  while (watcher.differences(state).length > 0 && Date.now() < limit) await sleep(200);
  const differences = watcher.differences(state);
  const grew = last > first * MOST_GROWTH;
  failed ||= grew || differences.length > 0;
  say(
    `${watcher.name}: ${first.toFixed(0)} → ${last.toFixed(0)} MiB${grew ? ' (TOO MUCH)' : ''}, ` +
      `${cpuPerMinute.toFixed(1)} s CPU a minute, ${perSecond.toFixed(1)} ${watcher.name === 'pipe' ? 'lines' : 'frames'} a second, ` +
      `${differences.length === 0 ? 'the same as the server' : `DIFFERENT: ${differences.slice(0, 5).join('; ')}`}`,
  );
}
say(`${changes} changes, ${cuts} cuts, ${state.size} resources at last`);
for (const watcher of watchers) await watcher.stop();
await cluster.stop();
process.exitCode = failed ? 1 : 0;
