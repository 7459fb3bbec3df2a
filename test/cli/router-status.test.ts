import { chmodSync } from 'node:fs';
import path from 'node:path';
import { eventually } from '../support/emulator/emulator-cluster.js';
import { hasTerminal, started, type Running } from '../support/program.js';
import { SystemRouter } from '../support/router/system-router.js';
import { applied, BACKEND } from '../support/system/system-site.js';
import { IMPATIENT } from '../support/router/impatient.js';
import { newSite, type Site } from './site.js';

let site: Site;
let router: SystemRouter;
beforeEach(async () => {
  site = newSite();
  for (const parts of [
    ['input', 'resources'],
    ['internal', 'snapshot'],
  ])
    put(BACKEND, ...parts);
  put(applied(BACKEND), 'runtime', 'resources');
  router = await SystemRouter.start(site.home);
  router.double.hold('backend', '0.0.0.0', 9092, 'priority', { west: 1, east: 0 });
});
afterEach(async () => {
  await router.stop();
  site.remove();
});

function put(text: string, ...parts: string[]): void {
  site.put(text, ...parts, 'MultiKeyListener-backend.yaml');
}

const run = (...args: string[]): ReturnType<Site['run']> => site.run(['mkl', ...args]);

test('status, inspect, check and wait tell the truth by the word of the router', async () => {
  router.double.serve('east', 2);
  router.double.give('backend', 'east', 200);
  const [status, inspect, wait, check, json] = await Promise.all([
    run('status', '--exit-code'),
    run('inspect', 'backend'),
    run('wait', 'backend', '--for', 'ready', '--for', 'key=east'),
    run('check'),
    run('status', 'backend', '-o', 'json'),
  ]);
  expect(status).toMatchObject({ status: 0, stdout: expect.stringMatching(/^backend +Ready +priority +1\/2 /m) });
  expect(inspect.stdout).toMatch(/^backend: serving, degraded: 1 of 2 routing keys reachable\n/);
  expect(inspect.stdout).toMatch(/^ +west +1 +no +- +- +no site$/m);
  expect(inspect.stdout).toMatch(/^ +east +2 +yes +100 % +100 % +site-router-0 \(2\)$/m);
  expect(wait).toMatchObject({ status: 0, stderr: '' });
  expect(check.stdout).toMatch(/^warning +backend +key-not-served /m);
  expect(JSON.parse(json.stdout)).toMatchObject({
    status: {
      status: 'Pending',
      local: {
        applied: 'Applied',
        router: { known: true, value: { held: true, current: true, up: true, routingKeysReachable: ['east'] } },
      },
    },
  });
  expect(json.stdout).not.toContain('connectionsOpened');
});

test('a listener that could not bind its port is an Error, in the words of the router, escaped', async () => {
  router.double.serve('east', 1);
  Object.assign(router.double.entity('tcpListener', 'multiAddress/backend'), {
    operStatus: 'down',
    connectionMsg: 'Address already in use \u001b[31m',
  });
  const [status, inspect, check] = await Promise.all([
    run('status', '-o', 'wide'),
    run('inspect', 'backend'),
    run('check'),
  ]);
  expect(status.stdout).toMatch(/^backend +Error .* Address already in use \\e\[31m$/m);
  expect(inspect.stdout).toMatch(/^backend: not serving: Address already in use/);
  expect(check).toMatchObject({ status: 7, stdout: expect.stringMatching(/^error +backend +listen-failed /m) });
});

test('DEBUG prints no frame of the connection, and the program ends although the connection is kept', async () => {
  router.double.serve('east', 1);
  const { stderr, status } = await site.run(['mkl', 'inspect', 'backend'], { env: { DEBUG: '*' } });
  expect(status).toBe(0);
  expect(stderr).not.toContain('rhea');
});

describe('--reload', () => {
  /** A skupper whose reload applies what the input says. */
  function reloading(): string {
    const of = (...parts: string[]): string =>
      path.join(site.home, 'namespaces', 'default', ...parts, 'MultiKeyListener-backend.yaml');
    const changed = BACKEND.replace('9092', '9093');
    const runtime = site.file('applied.yaml', applied(changed));
    const script = `#!/bin/sh\ncp "${of('input', 'resources')}" "${of('internal', 'snapshot')}"\ncp "${runtime}" "${of('runtime', 'resources')}"\n`;
    const bin = site.file('skupper', script);
    chmodSync(bin, 0o755);
    return `${path.dirname(bin)}:/usr/bin:/bin`;
  }
  const update = (flags = ''): Running =>
    started(['mkl', 'update', 'backend', '--port', '9093', '--reload', ...flags.split(' ').filter(Boolean)], {
      env: { ...site.env, PATH: reloading() },
    });
  const reloaded = (running: Running): Promise<void> =>
    eventually('the reload', () => running.stderr().includes('Running skupper system reload'));

  test('waits until the router is back and uses the present spec', async () => {
    await router.stop();
    const running = update();
    await reloaded(running);
    await router.restart();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(running.stderr()).not.toContain('the router is back');
    router.double.hold('backend', '0.0.0.0', 9093, 'priority', { west: 1, east: 0 });
    expect(await running.result).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/^. the router is back and uses backend \([0-9.]+ m?s\)$/m),
    });
  });

  test('a router that does not come back: exit 6, and what was written stays', async () => {
    await router.stop();
    const { status, stderr } = await update('--timeout 3s').result;
    expect(status).toBe(6);
    expect(stderr).toContain('backend is not in use by the router after 3 s: the router is not running');
  });

  test('a router that cannot be asked is said to be', async () => {
    router.double.fault = 'error-500';
    const { status, stderr } = await update().result;
    expect(status).toBe(0);
    expect(stderr).toContain('Not checked: the router cannot be queried: the router answered 500: broken');
  });

  test('--wait none does not wait', async () => {
    await router.stop();
    expect((await update('--wait none').result).status).toBe(0);
  });
});

test('a router that cannot be asked costs neither the command nor more than its time', async () => {
  router.double.fault = 'hang';
  const options = { env: IMPATIENT };
  const [status, inspect] = await Promise.all([
    site.run(['mkl', 'status', '-o', 'wide'], options),
    site.run(['mkl', 'inspect', 'backend'], options),
  ]);
  expect(status).toMatchObject({ status: 0, stderr: '' });
  expect(status.stdout).toMatch(
    /^backend +Unknown .* the router cannot be queried: the router did not answer in time$/m,
  );
  expect(inspect.stdout).toContain(
    'Not checked: the router (the router cannot be queried: the router did not answer in time)',
  );
});

(hasTerminal() ? test : test.skip)('a watch that is interrupted ends, and closes its connection', async () => {
  router.double.serve('east', 1);
  const running = started(['mkl', 'status', '--watch'], { env: site.env });
  await eventually('Ready', () => running.stdout().includes('Ready'));
  running.kill('SIGINT');
  expect((await running.result).status).toBe(130);
});
