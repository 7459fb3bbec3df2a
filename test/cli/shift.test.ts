import { readFileSync, writeFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { eventually } from '../support/emulator/emulator-cluster.js';
import { Emulator } from '../support/emulator/emulator.js';
import { hasTerminal, started } from '../support/program.js';
import { newSite } from './site.js';
import { collection, weighted } from './scripting-shop.js';
import { FAST, shiftShop } from './shift-shop.js';

const shift = shiftShop();
const { start, run, strategy, keysMet } = shift;

test('moves the shares step by step, and drops the old key at the end', async () => {
  const { status, stdout } = await run('web --to v2=100 --steps 4');
  expect(stdout).toBe(
    [
      'step 1/4  v1=75,v2=25  passed',
      'step 2/4  v1=50,v2=50  passed',
      'step 3/4  v2=75,v1=25  passed',
      'step 4/4  v2=100  passed',
      'multikeylistener/web shifted\n',
    ].join('\n'),
  );
  expect({ status, strategy: strategy() }).toEqual({ status: 0, strategy: weighted({ v2: 3 }) });
});

test('never is there a write that leaves no key as it was: each step is as harmless as update --in-place', async () => {
  expect(await run('web --to v2=100 --steps 5')).toMatchObject({
    status: 0,
    stderr: expect.not.stringContaining('refused'),
  });
  const met = shift.shop.met.map(
    (each) => (each as { weighted: { routingKeys: Record<string, number> } }).weighted.routingKeys,
  );
  let before: Record<string, number> = { v1: 1 };
  for (const weights of met) {
    const kept = Object.keys(before).filter((key) => weights[key] === before[key]);
    expect({ before, weights, kept: kept.length > 0 }).toMatchObject({ kept: true });
    before = weights;
  }
});

test('the shares that are there already: nothing to do', async () => {
  expect(await run('web --to v1=7')).toMatchObject({ status: 0, stdout: 'multikeylistener/web unchanged\n' });
  expect(shift.shop.met).toEqual([]);
});

test('Ctrl-C stops between writes and says how to go on and back; the same line goes on', async () => {
  const running = start('web --to v2=100 --steps 4', ['--every', '60s', '--yes', '--force']);
  await eventually('the first step', () => keysMet().includes('{"v1":3,"v2":1}'));
  running.kill('SIGINT');
  const { status, stderr } = await running.result;
  expect(status).toBe(130);
  expect(stderr).toContain('Stopped at step 1 of 4: web has v1=75,v2=25.');
  expect(stderr).toContain('Go on with: skupper multikeylistener shift web --to v2=1 --steps 3 --every 60s\n');
  expect(stderr).toContain('Go back with: skupper multikeylistener shift web --to v1=1 --steps 1\n');
  expect(await run('web --to v2=1 --steps 3')).toMatchObject({ status: 0 });
  expect(strategy()).toEqual(weighted({ v2: expect.any(Number) as number }));
});

test('killed at any moment, the same line comes to the same end', async () => {
  for (let kill = 1; kill <= 4; kill += 1) {
    const writes = (): number => shift.shop.double.requests.filter(({ method }) => method === 'PATCH').length;
    const before = writes();
    const running = start('web --to v2=100 --steps 2');
    await eventually(
      'a write',
      () =>
        writes() - before >= kill || shift.shop.stored('web').spec.strategy.weighted?.routingKeys['v1'] === undefined,
    );
    running.kill('SIGKILL');
    await running.result;
    const keys = Object.keys(shift.shop.stored('web').spec.strategy.weighted?.routingKeys ?? {});
    expect(keys.every((key) => key === 'v1' || key === 'v2')).toBe(true);
    expect(await run('web --to v2=100 --steps 2')).toMatchObject({ status: 0 });
    expect(strategy()).toEqual(weighted({ v2: expect.any(Number) as number }));
    expect(await run('web --to v1=100 --steps 1')).toMatchObject({ status: 0 });
  }
});

describe('before the first write', () => {
  test.each<[string, string[], number, RegExp]>([
    ['web --to v2=100', [], 2, /needs --yes when there is no terminal/],
    ['web --to v2=100 --steps 1000', ['--yes'], 2, /--steps: must be a whole number from 1 to 100/],
    ['web --to v2=100 --every 0', ['--yes'], 2, /invalid duration "0"/],
    ['web --to v1=50%,v2=40%', ['--yes'], 2, /add up to 90/],
    ['web --to v2', ['--yes'], 2, /expected KEY=SHARE/],
    ['web --to v2=1 --step 5 --steps 5', ['--yes'], 2, /--steps?/],
    ['web --to v2=100 --check no-such-program-here', ['--yes'], 2, /"no-such-program-here" was not found/],
    ['none --to v2=100', ['--yes'], 3, /"none" does not exist/],
    ['web', ['--yes'], 2, /--to: is missing/],
  ])('%s %j', async (line, more, status, why) => {
    const result = await run(line, more);
    expect(result).toMatchObject({ status, stdout: '' });
    expect(result.stderr).toMatch(why);
    expect(shift.shop.met).toEqual([]);
  });

  test('a priority listener and a system site are refused, with what to do instead', async () => {
    await shift.shop.put('db', { strategy: { priority: { routingKeys: ['a', 'b'] } } });
    const priority = await run('db --to a=1');
    expect([priority.status, priority.stderr]).toEqual([2, expect.stringContaining('--priority KEY,KEY,… --in-place')]);
    const site = newSite();
    const local = await site.run(['mkl', 'shift', 'web', '--to', 'a=1', '--yes']);
    site.remove();
    expect([local.status, local.stderr]).toEqual([2, expect.stringContaining('--in-place --reload')]);
  });

  test('a key that nobody serves is refused, unless --force', async () => {
    await shift.shop.rest('POST', '/apis/skupper.io/v2alpha1/namespaces/west/sites', {
      apiVersion: 'skupper.io/v2alpha1',
      kind: 'Site',
      metadata: { name: 'west' },
      spec: {},
    });
    await shift.shop.rest(
      'PATCH',
      '/apis/skupper.io/v2alpha1/namespaces/west/sites/west/status',
      {
        status: {
          conditions: [{ type: 'Configured', status: 'True', reason: 'Ready', message: 'OK' }],
          network: [{ id: 'x', name: 'west', services: [{ routingKey: 'v1', connectors: ['v1'], listeners: [] }] }],
        },
      },
      'application/merge-patch+json',
    );
    const refused = await run('web --to v2=100', ['--yes', '--every', '1ms']);
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining('traffic for v2 would go nowhere')]);
    expect(shift.shop.met).toEqual([]);
    expect((await run('web --to v2=100 --steps 1')).status).toBe(0);
  });

  test('--dry-run prints the plan and writes nothing', async () => {
    const { status, stdout } = await run('web --to v2=100 --step 40 --dry-run client', []);
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: [
        'STEP     v1     v2',
        ' now  100 %      -',
        '   1   60 %   40 %',
        '   2   20 %   80 %',
        '   3      -  100 %',
        '',
      ].join('\n'),
    });
    expect(shift.shop.met).toEqual([]);
  });
});

test('-o json: one event a line, as its schema says', async () => {
  const ajv = new Ajv({ allowUnionTypes: true });
  const schema = JSON.parse(
    readFileSync(new URL('../../docs/schemas/shift-event.schema.json', import.meta.url), 'utf8'),
  ) as object;
  const conforms = ajv.compile(schema);
  const turned = await run('web --to v2=100 --steps 2 -o json', [...FAST, '--check', 'test $STEP = 1']);
  const finished = await run('web --to v2=100 --steps 1 -o json');
  const planned = await run('web --to v1=100 --steps 2 -o json --dry-run client', []);
  const types = (text: string): string[] =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => {
        const event = JSON.parse(line) as { type: string };
        expect({ event, valid: conforms(event), errors: conforms.errors }).toMatchObject({ valid: true });
        return event.type;
      });
  const step = ['writing', 'written', 'waiting', 'checked'];
  expect(types(turned.stdout)).toEqual([...step, ...step, 'turning-back', 'turned-back']);
  expect(types(finished.stdout)).toEqual([...step, 'finished']);
  expect(types(planned.stdout)).toEqual(['planned', 'planned']);
});

(hasTerminal() ? test : test.skip)('on a terminal: plan, question, the live view with its keys', async () => {
  const emulator = new Emulator(
    ['mkl', 'shift', 'web', '--to', 'v2=100', '--steps', '4', '--every', '60s', '--force'],
    {
      env: { KUBECONFIG: shift.kubeconfig },
    },
  );
  const asked = await emulator.untilText('Shift web in 4 steps in namespace west (context prod');
  expect(asked.text).toContain('STEP     v1     v2');
  emulator.type('y\r');
  const first = await emulator.until('step 1', ({ text }) => /step 1 of 4 · next in \d+ s/.test(text));
  expect(first.alternate).toBe(true);
  expect(first.text).toMatch(/ROUTING KEY +NOW +→ +TARGET +MEASURED/);
  expect(first.text).toMatch(/v1 +75 % +→ +- +- +█{15}/);
  emulator.type('p');
  await emulator.untilText('paused');
  // What is pasted is no command, and Ctrl-Z gives the terminal away: nobody here could stop the program, so it comes back at once.
  emulator.type('\u001b[200~a\u001b[201~');
  const begin = emulator.raw.length;
  emulator.type('\u001a');
  await emulator.until('the screen is left', () => emulator.raw.slice(begin).includes('\u001b[?1049l'));
  await emulator.until('and back', (seen) => seen.alternate && seen.text.includes('paused'));
  emulator.type('p');
  emulator.type('n');
  await emulator.until('step 2', ({ text }) => /step 2 of 4 · next in/.test(text));
  emulator.type('a');
  const end = await emulator.end();
  expect(end.status).toBe(130);
  expect(emulator.scrollback.join('\n')).toContain('web is back at v1=100.');
  expect(strategy()).toEqual(weighted({ v1: 2 }));
});

test('who applies the resource from elsewhere is named before the write, by shift, apply and delete', async () => {
  const labels = { 'kustomize.toolkit.fluxcd.io/name': 'shop', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' };
  await shift.shop.rest('PATCH', `${collection('west')}/web`, { metadata: { labels } }, 'application/merge-patch+json');
  const warning = 'Warning: Flux (flux-system/shop) manages this resource';
  const env = { KUBECONFIG: shift.kubeconfig };
  const shifted = await run('web --to v2=100 --steps 1');
  const { stdout } = await started(['mkl', 'status', 'web', '-o', 'json'], { env }).result;
  const file = shift.shop.at('web.json');
  writeFileSync(file, stdout.replace('"port": 80', '"port": 81'));
  const applied = await started(['mkl', 'apply', '-f', file], { env }).result;
  const deleted = await started(['mkl', 'delete', '-l', 'app=shop', '--yes'], { env }).result;
  for (const { status, stderr } of [shifted, applied, deleted]) {
    expect(stderr).toContain(warning);
    expect(status).toBe(0);
  }
});
