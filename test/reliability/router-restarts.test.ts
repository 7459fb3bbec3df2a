import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import { residentMiB } from '../bench/measure.js';
import { newSite } from '../cli/site.js';
import { eventually } from '../support/emulator/emulator-cluster.js';
import { started, type Running } from '../support/program.js';
import { IMPATIENT } from '../support/router/impatient.js';
import { SystemRouter } from '../support/router/system-router.js';
import { applied, BACKEND } from '../support/system/system-site.js';
import { LONG, report, tries } from '../support/verdict/reliability.js';

const RESTARTS = tries(4, 100);
/** Room for a heap that has not settled yet: the short form has ended before that. */
const MOST_GROWTH = LONG ? { factor: 1.25, miB: 10 } : { factor: 1.5, miB: 30 };
const KEYS = ['east', 'west'];

/** Between two restarts: how long the router is away, and which keys it reaches when it is back. */
const TURN = fc.record({
  awayMs: fc.integer({ min: 0, max: 2500 }),
  reached: fc.subarray(KEYS),
  /** It answers nothing any more before it is stopped. */
  hangs: fc.boolean(),
});

interface Event {
  type: string;
  object: {
    status?: { local?: { router?: { known: boolean; value?: { routingKeysReachable: string[] } } } };
  };
}

const last = <T>(running: Running): T | undefined => {
  const line = running.stdout().split('\n').slice(0, -1).at(-1);
  return line === undefined ? undefined : (JSON.parse(line) as T);
};

// A site's router is restarted with every reload. What watches it goes on, with one connection and no more memory.
test(`a watch of a system site through ${RESTARTS} restarts of its router`, async () => {
  const site = newSite();
  for (const parts of [['input'], ['internal'], ['runtime']] as const) {
    const [folder] = parts;
    const text = folder === 'runtime' ? applied(BACKEND) : BACKEND;
    site.put(text, folder, folder === 'internal' ? 'snapshot' : 'resources', 'MultiKeyListener-backend.yaml');
  }
  const router = await SystemRouter.start(site.home);
  router.double.hold('backend', '0.0.0.0', 9092, 'priority', { west: 1, east: 0 });
  const watch = (...words: string[]): Running =>
    started(['mkl', ...words, '--watch', '-o', 'json'], { env: { ...site.env, ...IMPATIENT }, killAfterMs: 3_600_000 });
  const [status, traffic] = [watch('status'), watch('traffic', '--window', '500ms')];
  const routerOf = (): { known: boolean; value?: { routingKeysReachable: string[] } } | undefined =>
    last<Event>(status)?.object.status?.local?.router;
  const reachedNow = (): string => JSON.stringify(routerOf()?.value?.routingKeysReachable.toSorted());
  const memory: number[] = [];
  let restarts = 0;
  try {
    for (const { awayMs, reached, hangs } of fc.sample(TURN, RESTARTS)) {
      for (const key of KEYS) router.double.serve(key, reached.includes(key) ? 1 : 0);
      await eventually(
        `restart ${restarts}: ${reached.join()} in status`,
        () => routerOf()?.known === true && reachedNow() === JSON.stringify(reached.toSorted()),
        () => JSON.stringify(routerOf()) + status.stderr(),
      );
      const before = traffic.stdout().length;
      await eventually(
        `restart ${restarts}: a window in traffic`,
        () => traffic.stdout().length > before,
        () => traffic.stderr(),
      );
      if (hangs) router.double.fault = 'hang';
      else await router.stop();
      await eventually(
        `restart ${restarts}: told in status`,
        () => routerOf()?.known === false,
        () => JSON.stringify(routerOf()) + status.stderr(),
      );
      if (hangs) await router.stop();
      await sleep(awayMs);
      router.double.fault = undefined;
      await router.restart();
      restarts += 1;
      memory.push(residentMiB(status.pid) + residentMiB(traffic.pid));
    }
    const [early, late] = [memory[Math.floor(memory.length / 4)] ?? 0, memory.at(-1) ?? 0];
    expect(late).toBeGreaterThan(0);
    expect(late).toBeLessThan(early * MOST_GROWTH.factor + MOST_GROWTH.miB);
    // Each of the two keeps one connection; a try that comes to nothing is not repeated without a pause.
    expect(router.double.connections).toBeLessThanOrEqual(2 * (restarts + 1) * 2);
    report(
      'router-restarts',
      ['restarts', 'events of status', 'windows of traffic', 'memory of both, MiB'],
      [
        [
          restarts,
          ...[status, traffic].map((each) => each.stdout().split('\n').length - 1),
          `${early.toFixed(0)} → ${late.toFixed(0)}`,
        ],
      ],
    );
  } finally {
    for (const running of [status, traffic]) running.kill('SIGINT');
    await Promise.all([status.result, traffic.result]);
    await router.stop();
    site.remove();
  }
}, 3_600_000);
