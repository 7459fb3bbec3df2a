import { readFileSync, readdirSync } from 'node:fs';
import { Ajv } from 'ajv';
import { Fleet } from '../support/double/fleet.js';
import { eventually, statusFor } from '../support/emulator/emulator-cluster.js';
import { Emulator } from '../support/emulator/emulator.js';
import { hasTerminal, skupper, started, type Running } from '../support/program.js';
import { resource } from '../unit/fixtures.js';

const SCHEMAS = new URL('../../docs/schemas/', import.meta.url);
const ajv = new Ajv({ allowUnionTypes: true });
for (const file of readdirSync(SCHEMAS)) ajv.addSchema(JSON.parse(readFileSync(new URL(file, SCHEMAS), 'utf8')));

let fleet: Fleet;
const running: Running[] = [];
const watch = (line: string): Running => {
  const one = started(['mkl', 'status', '--watch', ...line.split(' ')], { env: { KUBECONFIG: fleet.kubeconfig } });
  running.push(one);
  return one;
};
const put = (context: string, name: string, ...keys: string[]): void =>
  fleet.put(context, resource({ metadata: { name }, status: statusFor(keys) }));
const shows = (one: Running, stream: 'stdout' | 'stderr', text: RegExp): Promise<void> =>
  eventually(
    String(text),
    () => text.test(one[stream]()),
    () => one.stdout() + one.stderr(),
  );

beforeEach(async () => {
  fleet = await Fleet.start(['west', 'east', 'north']);
  put('west', 'web', 'east');
  put('east', 'web', 'east', 'west');
  await fleet.at('north').refuse();
});
afterEach(async () => {
  for (const one of running.splice(0)) one.kill('SIGKILL');
  await fleet.stop();
});

test('a line per change with its cluster; each is lost and live again by itself', async () => {
  const one = watch('--all-contexts');
  await shows(one, 'stdout', /ADDED +west +web +Ready .* 1\/2 /);
  await shows(one, 'stdout', /ADDED +east +web +Ready .* 2\/2 /);
  await shows(one, 'stderr', /^north: Connection lost: .*; reconnecting\.$/m);
  put('north', 'db', 'east');
  await fleet.at('north').listen();
  await shows(one, 'stdout', /ADDED +north +db /);
  await shows(one, 'stderr', /^north: Reconnected\.$/m);
  await fleet.at('east').refuse();
  await shows(one, 'stderr', /^east: Connection lost: /m);
  put('west', 'web', 'east', 'west');
  await shows(one, 'stdout', /MODIFIED +west +web +Ready .* 2\/2 /);
  one.kill('SIGINT');
  const { stdout, stderr, status } = await one.result;
  expect([status, stderr.endsWith('interrupted\n')]).toEqual([130, true]);
  expect(stdout).toMatch(/^TIME +EVENT +CONTEXT +NAME +STATUS /);
});

test('-o json and -o name tell the cluster of each event', async () => {
  const json = watch('--contexts west,east -o json');
  const name = watch('--contexts west,east -o name');
  await eventually('two events', () => [json, name].every((each) => each.stdout().split('\n').length === 3));
  const events = json
    .stdout()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { context: string });
  expect(events.map((event) => ajv.validate('watch-event.schema.json', event))).toEqual([true, true]);
  expect(events.map(({ context }) => context).sort()).toEqual(['east', 'west']);
  expect(name.stdout().trim().split('\n').sort()).toEqual(['east\tmultikeylistener/web', 'west\tmultikeylistener/web']);
});

test('one that was never reached is exit 8 when the time is over; where none can be, at once', async () => {
  const over = watch('--contexts east,north --timeout 5s');
  const { status, stderr } = await over.result;
  expect([status, stderr]).toEqual([8, expect.stringContaining('Error: 1 of 2 clusters could not be read\n  north: ')]);
  const env = { KUBECONFIG: fleet.kubeconfig };
  const none = await skupper(['mkl', 'status', '--watch', '--contexts', 'north'], { env });
  expect([none.status, none.stdout, none.stderr]).toEqual([
    8,
    '',
    expect.stringMatching(/^Error: the server cannot be/),
  ]);
});

(hasTerminal() ? test : test.skip)('on a terminal: clusters come and go, and a row opens in its own', async () => {
  const screen = new Emulator(['mkl', 'status', '--watch', '--contexts', 'west,east,north'], {
    columns: 100,
    env: { KUBECONFIG: fleet.kubeconfig },
  });
  try {
    const seen = (what: string, ...lines: RegExp[]): Promise<unknown> =>
      screen.until(what, ({ text }) => lines.every((line) => line.test(text)));
    await seen(
      'two live, one not',
      /^ multikeylisteners · 3 contexts · 2 .* 2 of 3 live$/m,
      /^ east +web +● Ready +weighted +2\/2 /m,
      /^ west +web +◐ Ready +weighted +1\/2 /m,
      /^ north +not live · reconnecting \(connection refused/m,
    );
    put('north', 'web', 'east');
    await fleet.at('north').listen();
    await seen('all live', /3 contexts · 3 .* live · /m, /^ north +web +◐ Ready /m);
    await fleet.at('west').refuse();
    await seen(
      'one lost',
      /2 of 3 live$/m,
      /^ west +web .* not live$/m,
      /^ west +not live · [\d.]+ s old · reconnecting/m,
    );
    screen.type('\u001b[B');
    await seen('the first row', /^▸east +web /m);
    screen.type('\r');
    await seen('its inspect view', /^ multikeylisteners · east · 1 .* live · /m, /Where +default · east · kubernetes/);
    screen.type('q');
    expect((await screen.ended).status).toBe(0);
  } finally {
    screen.close();
  }
});
