import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { eventually, liveCluster, type LiveCluster } from '../support/emulator/emulator-cluster.js';
import { hasTerminal, type Running } from '../support/program.js';

const schemaFile = new URL('../../docs/schemas/inspect.schema.json', import.meta.url);
const conforms = new Ajv().compile(JSON.parse(readFileSync(schemaFile, 'utf8')) as object);

let cluster: LiveCluster;
beforeEach(async () => {
  cluster = await liveCluster();
  cluster.add('web');
  cluster.reach('web', 'east', 'west');
});
afterEach(() => cluster.stop());

const shows = (running: Running, text: RegExp, times = 1): Promise<void> =>
  eventually(
    `${text} (${times})`,
    () => (running.stdout().match(new RegExp(text, `${text.flags}g`)) ?? []).length >= times,
    () => running.stdout() + running.stderr(),
  );

test('-o json: every line is a document of the published schema, with time and type', async () => {
  const running = cluster.pipe('mkl inspect web --watch -o json');
  await shows(running, /\n/);
  cluster.reach('web', 'east');
  await shows(running, /\n/, 2);
  cluster.fail('web', 'No active site in namespace');
  await shows(running, /\n/, 3);
  cluster.remove('web');
  await shows(running, /\n/, 4);
  cluster.add('web');
  await shows(running, /\n/, 5);
  running.kill('SIGINT');
  const { stdout, status } = await running.result;
  expect(status).toBe(130);
  type Line = { time: string; type: string; verdict?: { state: string } };
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  expect(lines.map(({ type, verdict }) => `${type} ${verdict?.state}`)).toEqual([
    'ADDED not-serving',
    'MODIFIED not-serving',
    'MODIFIED not-serving',
    'DELETED undefined',
    'ADDED unknown',
  ]);
  for (const { time, type, ...document } of lines) {
    expect(new Date(time).toISOString()).toBe(time);
    if (type === 'DELETED') expect(document).toEqual({});
    else expect({ valid: conforms(document), errors: conforms.errors }).toEqual({ valid: true, errors: null });
  }
});

test('as text: all of it after a line with the time; deleted, lost and back are said', async () => {
  const running = cluster.pipe('mkl inspect web --watch');
  await shows(running, /east +1 +yes +50 %/);
  cluster.reach('web', 'east');
  await shows(running, /west +1 +no +- /);
  await cluster.double.refuse();
  await eventually('not live', () => running.stderr().includes('Connection lost: '));
  cluster.remove('web');
  await cluster.double.listen();
  await shows(running, /--- \S+Z web was deleted\n/);
  await eventually('live again', () => running.stderr().includes('Reconnected.\n'));
  running.kill('SIGINT');
  const { stdout, stderr } = await running.result;
  expect(stdout).toMatch(/^--- \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\nweb: /);
  expect(stdout.match(/^--- /gm)).toHaveLength(3);
  expect(stderr.match(/Connection lost: /g)).toHaveLength(1);
});

test('one that is not there yet is waited for', async () => {
  const running = cluster.pipe('mkl inspect later --watch');
  await eventually('told', () =>
    running.stderr().includes('There is no multikeylistener "later" in namespace "west" yet.'),
  );
  cluster.add('later');
  await shows(running, /^later: /m);
  running.kill('SIGINT');
  expect((await running.result).status).toBe(130);
});

test('--timeout ends it with 0', async () => {
  expect(await cluster.pipe('mkl inspect web --watch --timeout 1s').result).toMatchObject({ status: 0 });
});

test('--without: a wrong key is a usage error, one that is lost later is only said', async () => {
  const running = cluster.pipe('mkl inspect web --watch --without east');
  const wrong = cluster.pipe('mkl inspect web --watch --without nope');
  expect((await wrong.result).status).toBe(2);
  await shows(running, /web without east: /);
  const stored = cluster.double.storage.get('multikeylisteners', 'west', 'web');
  const spec = { host: 'web', port: 8080, strategy: { weighted: { routingKeys: { west: 1 } } } };
  cluster.double.storage.update('multikeylisteners', { ...stored, spec }, stored);
  await eventually('said', () => running.stderr().includes('web has no routing key east'));
  running.kill('SIGINT');
  expect((await running.result).status).toBe(130);
});

(hasTerminal() ? test : test.skip)('on a terminal: the same screen, live; deleted and back; scrolled; q', async () => {
  const emulator = cluster.screen('mkl inspect web --watch', { columns: 100, rows: 14 });
  const first = await emulator.untilText('ROUTING KEY');
  expect(first).toMatchObject({ alternate: true, cursorVisible: false });
  expect(first.lines[0]).toMatch(/^ multikeylisteners · west · prod-eu · 1 +live · /);
  expect(first.lines[2]).toMatch(/^ web {2}✗ not serving: /);
  expect(first.lines.at(-1)).toBe(' ↑↓ scroll  ? help  q quit');
  emulator.type('j'.repeat(60));
  await emulator.until('scrolled to the end', ({ text }) => !text.includes('Endpoint'));
  // However often it was pressed beyond the end, one press leads back.
  const end = emulator.seen.lines[2];
  emulator.type('k');
  await emulator.until('one line back', ({ lines }) => lines[2] !== end && lines[3] === end);
  emulator.type('k'.repeat(60));
  await emulator.untilText('Endpoint');
  cluster.remove('web');
  await emulator.untilText('web was deleted.');
  await emulator.untilText('This MultiKeyListener no longer exists.');
  cluster.add('web');
  await emulator.untilText('Endpoint');
  emulator.type('q');
  expect(await emulator.end()).toMatchObject({
    status: 0,
    modesKept: true,
    seen: { alternate: false, cursorVisible: true },
  });
  expect(emulator.scrollback.join('\n')).toContain('Endpoint   web:8080');
});

(hasTerminal() ? test : test.skip)('with --all-namespaces the surroundings are those of the row', async () => {
  cluster.double.storage.namespaces.add('east');
  const object = structuredClone(cluster.double.storage.get('multikeylisteners', 'west', 'web'));
  const { name } = object.metadata;
  const metadata = { name } as typeof object.metadata;
  cluster.double.storage.create('multikeylisteners', 'east', { ...object, metadata });
  cluster.double.storage.create('services', 'east', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { clusterIP: '10.0.0.44', ports: [{ port: 8080 }] },
  });
  const emulator = cluster.screen('mkl status -A --watch', { columns: 100 });
  await emulator.untilText('live ·');
  emulator.type('j\r');
  await emulator.untilText('Service web (10.0.0.44), port 8080');
  emulator.type('\u001b');
  await emulator.untilText('NAMESPACE');
  emulator.type('j\r');
  await emulator.untilText('no Service web');
});
