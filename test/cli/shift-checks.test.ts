import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import type { MultiKeyListener } from '../../src/model/resource.js';
import { statusOf } from '../support/double/fake-controller.js';
import { eventually } from '../support/emulator/emulator-cluster.js';
import { collection, weighted } from './scripting-shop.js';
import { FAST, shiftShop } from './shift-shop.js';

const shift = shiftShop();
const { start, run, strategy, keysMet } = shift;
const isAlive = (pid: string): boolean => {
  try {
    return process.kill(Number(pid), 0);
  } catch {
    return false;
  }
};

describe('a check that fails', () => {
  test('takes everything back in one change: exit 7, with the step and the check', async () => {
    const log = shift.shop.at('log');
    const check = `echo "$NAME $STEP $SHARES $NAMESPACE $CONTEXT" >> ${log}; echo broken; test "$STEP" -lt 2`;
    const { status, stdout, stderr } = await run('web --to v2=100 --steps 4', [...FAST, '--check', check]);
    expect(readFileSync(log, 'utf8')).toBe('web 1 v1=75,v2=25 west prod\nweb 2 v1=50,v2=50 west prod\n');
    expect(stdout).toMatch(/^step 1\/4 .* passed\nstep 2\/4 .* command: it ended with status 1: broken\n$/);
    expect(stderr).toContain(
      'web was turned back to v1=100 at step 2 of 4: the check command failed: it ended with status 1: broken',
    );
    // v2 goes in one write, and v1 keeps the weight that it had at that step.
    expect({ status, strategy: strategy() }).toEqual({ status: 7, strategy: weighted({ v1: 2 }) });
  });

  test('--on-failure stop leaves it where it is', async () => {
    const { status, stderr } = await run('web --to v2=100 --steps 4 --on-failure stop', [...FAST, '--check', 'false']);
    expect(stderr).toContain('web stays at step 1 of 4 (v1=75,v2=25)');
    expect(stderr).toContain('Go back with: skupper multikeylistener shift web --to v1=1');
    expect({ status, strategy: strategy() }).toEqual({ status: 7, strategy: weighted({ v1: 3, v2: 1 }) });
  });

  test('that hangs is ended, with all that it started', async () => {
    const { status, stderr } = await run('web --to v2=100 --steps 2', [
      ...FAST,
      '--check',
      'sleep 600 | cat',
      '--check-timeout',
      '300ms',
    ]);
    expect(stderr).toContain('it did not end within 0.3 s');
    expect(status).toBe(7);
  });

  test('that prints ten megabytes is no trouble', async () => {
    const { status, stderr } = await run('web --to v2=100 --steps 1', [...FAST, '--check', 'yes | head -c 10000000']);
    expect([status, stderr.length < 1_100_000]).toEqual([0, true]);
    expect(stderr).toContain('(the rest of its output is left out)');
  });

  test('ends with the program, even where that is killed', async () => {
    const pid = shift.shop.at('pid');
    const running = start('web --to v2=100 --steps 2', [...FAST, '--check', `echo $$ > ${pid}; sleep 600`]);
    await eventually('the check', () => existsSync(pid) && isAlive(readFileSync(pid, 'utf8')));
    running.kill('SIGKILL');
    await running.result;
    await eventually('its end', () => !isAlive(readFileSync(pid, 'utf8')));
  });

  test('an error of the resource, and a key that is lost', async () => {
    shift.shop.answer = (resource: MultiKeyListener) => [
      { ...statusOf('ready', resource), strategy: { weighted: { routingKeysReachable: { v1: 1 } } } },
    ];
    const lost = await run('web --to v2=100 --steps 4');
    expect(lost.stderr).toContain('the check reachable failed: routing key v2 cannot be reached');
    expect({ status: lost.status, strategy: strategy() }).toEqual({ status: 7, strategy: weighted({ v1: 3 }) });
  });
});

test('a change by somebody else stops it: exit 5, and nothing is turned back', async () => {
  const go = shift.shop.at('go');
  const running = start('web --to v2=100 --steps 2', [...FAST, '--check', `until test -e ${go}; do sleep 0.05; done`]);
  await eventually('the first step', () => keysMet().includes('{"v1":1,"v2":1}'));
  const foreign = { spec: { strategy: weighted({ v1: 5, v2: 1 }) } };
  await shift.shop.rest('PATCH', `${collection('west')}/web`, foreign, 'application/merge-patch+json');
  writeFileSync(go, '');
  const { status, stderr } = await running.result;
  expect(stderr).toMatch(/web was changed by another client[^]*Go on with: .*[^]*Go back with: /);
  expect({ status, strategy: strategy() }).toEqual({ status: 5, strategy: weighted({ v1: 5, v2: 1 }) });
});

test('a change by somebody else during the last check is not overlooked', async () => {
  const address = `${collection('west')}/web`;
  const running = start('web --to v2=100 --steps 1', [
    ...FAST,
    '--check',
    `until test -e ${shift.shop.at('go')}; do sleep 0.05; done`,
  ]);
  await eventually('the step', () => keysMet().includes('{"v2":1}'));
  await shift.shop.rest('PATCH', address, { spec: { port: 81 } }, 'application/merge-patch+json');
  writeFileSync(shift.shop.at('go'), '');
  const { status, stderr } = await running.result;
  expect([status, stderr]).toEqual([5, expect.stringContaining('web was changed by another client during the shift')]);
});

test('an error that the controller reports takes everything back', async () => {
  shift.shop.answer = (resource: MultiKeyListener) => [
    statusOf(resource.spec.strategy.weighted?.routingKeys['v2'] === undefined ? 'ready' : 'error', resource),
  ];
  const { status, stderr } = await run('web --to v2=100 --steps 4');
  expect(stderr).toMatch(
    /web was turned back to v1=100 at step 1 of 4: the check status failed: web reports an error: /,
  );
  expect({ status, strategy: strategy() }).toEqual({ status: 7, strategy: weighted({ v1: 1 }) });
});

test('a step that never comes into force is taken back', async () => {
  shift.shop.answer = (resource: MultiKeyListener) =>
    resource.spec.strategy.weighted?.routingKeys['v2'] === undefined ? [statusOf('ready', resource)] : [];
  const { status, stderr } = await run('web --to v2=100 --steps 4', [...FAST, '--timeout', '1s']);
  expect(stderr).toMatch(
    /web was turned back to v1=100 at step 1 of 4: the check in-force failed: web is not configured/,
  );
  expect({ status, strategy: strategy() }).toEqual({ status: 7, strategy: weighted({ v1: 1 }) });
});

test('Ctrl-C during the check command stops where it is, and does not count as a check that failed', async () => {
  const pid = shift.shop.at('pid');
  const running = start('web --to v2=100 --steps 4', [...FAST, '--check', `echo $$ > ${pid}; sleep 600`]);
  await eventually('the check', () => existsSync(pid));
  running.kill('SIGINT');
  const { status, stderr } = await running.result;
  expect(stderr).toContain('Stopped at step 1 of 4: web has v1=75,v2=25.');
  expect(stderr).toContain(
    `Go on with: skupper multikeylistener shift web --to v2=1 --steps 3 --every 0.001s --check 'echo $$ > ${pid}; sleep 600'`,
  );
  expect({ status, strategy: strategy() }).toEqual({ status: 130, strategy: weighted({ v1: 3, v2: 1 }) });
});

test('Ctrl-C during a write says that it is obeyed afterwards; a second one ends at once', async () => {
  shift.shop.answer = (resource: MultiKeyListener) =>
    resource.spec.strategy.weighted?.routingKeys['v2'] === undefined ? [statusOf('ready', resource)] : [];
  const running = start('web --to v2=100 --steps 4');
  await eventually('the first write', () => keysMet().includes('{"v1":1,"v2":1}'));
  running.kill('SIGINT');
  await eventually('the answer', () => running.stderr().includes('Stopping after this write'));
  running.kill('SIGINT');
  expect((await running.result).status).toBe(130);
});
