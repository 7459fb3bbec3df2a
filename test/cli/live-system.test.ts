import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { eventually } from '../support/emulator/emulator-cluster.js';
import { Emulator } from '../support/emulator/emulator.js';
import { hasTerminal, started } from '../support/program.js';
import { SystemRouter } from '../support/router/system-router.js';
import { applied, BACKEND } from '../support/system/system-site.js';
import { newSite, type Site } from './site.js';

const INPUT = ['input', 'resources', 'MultiKeyListener-backend.yaml'] as const;
const RUNTIME = ['runtime', 'resources', 'MultiKeyListener-backend.yaml'] as const;
let site: Site;
let router: SystemRouter;
let env: Record<string, string>;
beforeEach(async () => {
  site = newSite();
  router = await SystemRouter.start(site.home);
  router.double.hold('backend', '0.0.0.0', 9092, 'priority', { west: 1, east: 0 });
  router.double.serve('west', 1);
  router.double.serve('east', 1);
  env = { ...site.env, SKUPPER_PLATFORM: 'podman' };
  site.put(BACKEND, ...INPUT);
});
afterEach(async () => {
  await router.stop();
  site.remove();
});

const fileOf = (...parts: readonly string[]): string => path.join(site.home, 'namespaces', 'default', ...parts);

(hasTerminal() ? test : test.skip)(
  'on a terminal: not applied, applied, half-written, Ready, one key lost, removed',
  async () => {
    const emulator = new Emulator(['mkl', 'status', '--watch'], { env, columns: 100 });
    try {
      const row = (pattern: RegExp): Promise<unknown> =>
        emulator.until(String(pattern), ({ lines }) => lines.some((line) => pattern.test(line)));
      await row(/^ multikeylisteners · default · podman · 1 +live · /);
      await row(/^ backend {2}○ Pending {2}priority /);
      site.put(applied(BACKEND), ...RUNTIME);
      await row(/^ backend {2}● Ready .* 2\/2 .*Pending → Ready/);
      // A file that is being written: the last good one stays, and no error.
      site.put(applied(BACKEND).slice(0, 150), ...RUNTIME);
      site.put(applied(BACKEND), ...RUNTIME);
      await row(/^ backend {2}● Ready/);
      // No file says so: the router does.
      router.double.serve('east', 0);
      await row(/^ backend {2}◐ Ready .* 1\/2 .*2\/2 → 1\/2/);
      rmSync(fileOf(...INPUT));
      rmSync(fileOf(...RUNTIME));
      await row(/^ backend .*deleted \d s ago/);
      await row(/No multikeylisteners here yet/);
      emulator.type('q');
      const { status, modesKept, seen } = await emulator.end();
      expect({ status, modesKept, alternate: seen.alternate }).toEqual({
        status: 0,
        modesKept: true,
        alternate: false,
      });
      expect(emulator.raw).not.toMatch(/Error:|not live/);
    } finally {
      emulator.close();
    }
  },
);

test('in a pipe: the same events as lines, a half-written file is none', async () => {
  const running = started(['mkl', 'status', '--watch'], { env });
  const shows = (text: RegExp): Promise<void> =>
    eventually(
      String(text),
      () => text.test(running.stdout()),
      () => running.stdout() + running.stderr(),
    );
  await shows(/ADDED +backend +Pending/);
  site.put(applied(BACKEND), ...RUNTIME);
  await shows(/MODIFIED +backend +Ready .* 2\/2 /);
  mkdirSync(fileOf('input', 'resources'), { recursive: true });
  writeFileSync(fileOf('input', 'resources', 'MultiKeyListener-half.yaml'), BACKEND.slice(0, 60));
  site.put(BACKEND.replace('name: backend', 'name: second'), 'input', 'resources', 'MultiKeyListener-second.yaml');
  await shows(/ADDED +second +Pending/);
  rmSync(fileOf('input', 'resources', 'MultiKeyListener-second.yaml'));
  await shows(/DELETED +second /);
  running.kill('SIGINT');
  const { stdout, stderr, status } = await running.result;
  expect({ status, stderr }).toEqual({ status: 130, stderr: 'interrupted\n' });
  expect(stdout).not.toContain('half');
});
