import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSeconds, residentMiB } from '../bench/measure.js';
import { newCluster } from '../e2e/cluster.js';
import { describeWith, sharedControlPlane } from '../support/cluster/e2e.js';
import { eventually } from '../support/emulator/emulator-cluster.js';
import { FaultyProxy } from '../support/faults/faulty-proxy.js';
import { hasTerminal } from '../support/program.js';
import { LONG, report, tries, type Row } from '../support/verdict/reliability.js';
import { jsonWatcher, lineWatcher, screenWatcher, type Watcher } from './soak-watchers.js';
import { SoakWriter } from './soak-writer.js';

const SECONDS = tries(25, 600);
const CUT_EVERY_S = tries(4, 10);
const RATE = 50;
const RESOURCES = 30;
/** Room for a heap that has not settled yet: in the short form that is most of the run. */
const MOST_GROWTH = LONG ? { factor: 1.25, miB: 10 } : { factor: 1.5, miB: 30 };

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

/** The medians of the second and of the last quarter. */
function quarters(samples: readonly number[]): [number, number] {
  const quarter = Math.floor(samples.length / 4);
  return [median(samples.slice(quarter, 2 * quarter)), median(samples.slice(-quarter))];
}

const plane = sharedControlPlane();

describeWith(plane)('status --watch while everything changes and the connection is cut again and again', () => {
  test(
    `${SECONDS} s: the server's state at last, nothing invented, memory flat`,
    async () => {
      if (!plane) return;
      const cluster = await newCluster(plane);
      const proxy = await FaultyProxy.start(plane);
      const kubeconfig = await proxy.kubeconfig({ namespace: cluster.namespace, token: plane.token });
      const writer = new SoakWriter(plane, cluster.path());
      await writer.begin(RESOURCES);
      const screen = hasTerminal() ? screenWatcher(kubeconfig, writer) : undefined;
      const watchers: Watcher[] = [jsonWatcher(kubeconfig, writer), lineWatcher(kubeconfig, writer)];
      if (screen) watchers.push(screen);
      const memory = new Map<Watcher, number[]>(watchers.map((watcher) => [watcher, []]));
      const problems: string[] = [];
      const rows: Row[] = [];
      let cuts = 0;
      try {
        const same = (): boolean => watchers.every((watcher) => watcher.differences().length === 0);
        await eventually('all that exists', same, () => watchers.flatMap((each) => each.differences()).join('\n'));
        const cpu = watchers.map((watcher) => cpuSeconds(watcher.pid()));
        writer.start(RATE);
        const began = Date.now();
        for (let second = 1; second <= SECONDS; second += 1) {
          await sleep(Math.max(0, began + second * 1000 - Date.now()));
          screen?.look();
          for (const watcher of watchers) memory.get(watcher)?.push(residentMiB(watcher.pid()));
          if (second % CUT_EVERY_S !== 0) continue;
          proxy.cut(cuts % 2 === 0 ? 'reset' : 'end');
          // Every other time the connection after it ends in the middle of an event.
          if (cuts % 4 > 1) proxy.faults.push({ at: 'event', action: 'end', event: RESOURCES + 40, times: 1 });
          cuts += 1;
        }
        const minutes = (Date.now() - began) / 60_000;
        const used = watchers.map((watcher, index) => cpuSeconds(watcher.pid()) - (cpu[index] ?? 0));
        await writer.stop();
        await eventually('the final state', same).catch(() => undefined);
        for (const [index, watcher] of watchers.entries()) {
          const { form } = watcher;
          const [early, late] = quarters(memory.get(watcher) ?? []);
          problems.push(...watcher.differences().map((text) => `${form}: ${text}`));
          problems.push(...watcher.invented().map((text) => `${form}: invented ${text}`));
          if (late > early * MOST_GROWTH.factor + MOST_GROWTH.miB) problems.push(`${form}: ${early} → ${late} MiB`);
          if (late === 0) problems.push(`${form}: it has ended`);
          const perMinute = ((used[index] ?? 0) / minutes).toFixed(1);
          const mebibytes = `${early.toFixed(0)} → ${late.toFixed(0)}`;
          rows.push([form, SECONDS, writer.changes, cuts, watcher.count(), 0, mebibytes, perMinute]);
        }
        // What changes twice while the connection is away is one event; mostly it must not be away.
        const seen = watchers[0]?.count() ?? 0;
        if (seen < writer.changes / 2)
          problems.push(`only ${seen} of ${writer.changes} changes were seen as they came`);
        // A writer that hangs behind would make this easy.
        if (writer.changes < SECONDS * RATE * 0.5) problems.push(`only ${writer.changes} changes`);
      } finally {
        await writer.stop().catch(() => undefined);
        await Promise.all(watchers.map((watcher) => watcher.stop()));
        await proxy.stop();
      }
      expect(problems).toEqual([]);
      const columns = [
        'form',
        'seconds',
        'changes',
        'cuts',
        'lines or frames',
        'invented',
        'memory, MiB',
        'CPU, s a minute',
      ];
      report('long-runs', columns, rows);
    },
    (SECONDS + 120) * 1000,
  );
});
