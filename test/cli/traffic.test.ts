import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Ajv } from 'ajv';
import { certificateAuthority } from '../support/cluster/certificates.js';
import { eventually } from '../support/emulator/emulator-cluster.js';
import { Emulator } from '../support/emulator/emulator.js';
import { hasTerminal, started } from '../support/program.js';
import { SystemRouter } from '../support/router/system-router.js';
import { applied } from '../support/system/system-site.js';
import { IMPATIENT } from '../support/router/impatient.js';
import { newSite, type Site } from './site.js';

function faults(schema: string, value: unknown): unknown {
  const text = readFileSync(`docs/schemas/${schema}.schema.json`, 'utf8');
  const ajv = new Ajv({ allowUnionTypes: true });
  return ajv.validate(JSON.parse(text) as object, value) ? [] : ajv.errors;
}

let site: Site;
let router: SystemRouter;
let servers: Server[];
beforeEach(async () => {
  site = newSite();
  servers = [];
  router = await SystemRouter.start(site.home);
});
afterEach(async () => {
  await router.stop();
  for (const server of servers) server.close();
  site.remove();
});
const run = (...args: string[]): ReturnType<Site['run']> => site.run(['mkl', 'traffic', ...args]);

/** A listener that the site has applied and the router holds. */
function hold(name: string, port: number, weights: Record<string, number>, spec = ''): void {
  const keys = Object.entries(weights).map(([key, weight]) => `        ${key}: ${weight}\n`);
  const text = `apiVersion: skupper.io/v2alpha1
kind: MultiKeyListener
metadata:
  name: ${name}
  namespace: default
spec:
  host: 127.0.0.1
  port: ${port}
${spec}  strategy:
    weighted:
      routingKeys:
${keys.join('')}`;
  for (const parts of [
    ['input', 'resources'],
    ['internal', 'snapshot'],
  ])
    site.put(text, ...parts, `MultiKeyListener-${name}.yaml`);
  site.put(applied(text), 'runtime', 'resources', `MultiKeyListener-${name}.yaml`);
  router.double.hold(name, '127.0.0.1', port, 'weighted', weights);
}

/** Listens as the router does: the next key gets each connection, and its counter moves. */
async function listen(
  server: Server,
  name: string,
  turns: readonly string[],
  empty: readonly string[],
): Promise<number> {
  let turn = 0;
  servers.push(server);
  server.on('connection', (socket: Socket) => {
    socket.on('error', () => undefined);
    const key = turns[turn++ % turns.length] ?? '';
    router.double.give(name, key, 1);
    if (empty.includes(key)) socket.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

test('totals, with who serves each key, in a pipe and as a document', async () => {
  hold('web', 8080, { east: 3, west: 1, spare: 1 });
  router.double.serve('east', 2);
  router.double.serve('west', 1);
  router.double.give('web', 'east', 898);
  router.double.give('web', 'west', 306);
  const [pipe, json] = await Promise.all([run(), run('web', '-o', 'json')]);
  expect(pipe).toMatchObject({ status: 0, stderr: '' });
  expect(pipe.stdout.replace(/ +/g, ' ').split('\n')).toEqual([
    'NAME STATE STRATEGY ROUTING-KEY WEIGHT RANK EXPECTED MEASURED CONNECTIONS TOTAL NEW/S SERVED-BY',
    'web up weighted east 3 - 75% 74.6% 898 898 - site-router-0 (2)',
    'web up weighted spare 1 - 0% 0% 0 0 - no site',
    'web up weighted west 1 - 25% 25.4% 306 306 - site-router-0 (1)',
    '',
  ]);
  const document = JSON.parse(json.stdout) as { resources: { state: string; connections: number }[] };
  expect([json.status, faults('traffic', document)]).toEqual([0, []]);
  expect(document.resources).toMatchObject([{ state: 'up', connections: 1204, tooFew: false, findings: [] }]);
});

test('a window counts what comes in it, also where the router starts anew, and alarms of what cannot be chance', async () => {
  hold('web', 8080, { east: 3, west: 1 });
  for (const key of ['east', 'west']) router.double.serve(key, 1);
  router.double.give('web', 'east', 50_000);
  const running = started(['mkl', 'traffic', 'web', '--window', '2s'], { env: site.env });
  // The last question of a reading.
  await eventually('the first reading', () => router.double.asked.includes('connection'));
  router.double.entity('listenerAddress', 'web/east')['connectionsOpened'] = 0;
  router.double.give('web', 'east', 1500);
  router.double.give('web', 'west', 1500);
  const { status, stdout, stderr } = await running.result;
  expect(status).toBe(0);
  expect(stdout).toMatch(/^web +up +weighted +east +3 +- +75% +50% +1500 +1500 +\d+\.\d +/m);
  expect(stderr).toContain('Warning: web: Routing key east got 50 % of 3000 connections instead of 75 %');
});

test('values that are not those of the spec, and a port that could not be bound, are findings and no failure', async () => {
  hold('web', 8080, { east: 3, west: 1 });
  hold('bad', 8081, { east: 1 });
  router.double.serve('east', 1);
  router.double.entity('listenerAddress', 'web/east')['value'] = 5;
  Object.assign(router.double.entity('tcpListener', 'multiAddress/bad'), {
    operStatus: 'down',
    connectionMsg: 'Address already in use',
  });
  const { status, stdout, stderr } = await run();
  expect(status).toBe(0);
  expect(stdout).toMatch(/^bad +down +weighted +east /m);
  expect(stderr).toContain('Warning: bad: The router does not accept connections: Address already in use.');
  expect(stderr).toContain('Warning: web: The router and the spec have different values for routing key east.');
});

test.each([
  ['hang', 8, 'the router did not answer in time'],
  ['half', 1, 'the router sent an incomplete answer'],
  ['error-400', 1, 'No such entity type'],
  ['close', 8, 'the router closed the connection'],
] as const)('a router that fails (%s): exit %d, with its reason', async (fault, exit, why) => {
  hold('web', 8080, { east: 1 });
  router.double.fault = fault;
  const env = fault === 'hang' ? IMPATIENT : {};
  const { status, stdout, stderr } = await site.run(['mkl', 'traffic', '-o', 'json'], { env });
  const { error } = JSON.parse(stderr) as { error: { message: string } };
  expect({ status, stdout }).toEqual({ status: exit, stdout: '' });
  expect(error.message).toContain(why);
  expect(faults('error', JSON.parse(stderr))).toEqual([]);
});

test('a router that does not run; names that do not exist; nothing at all', async () => {
  const none = await run();
  expect(none).toMatchObject({ status: 0, stdout: '', stderr: expect.stringContaining('No multikeylisteners') });
  hold('web', 8080, { east: 1 });
  router.double.serve('east', 1);
  const missing = await run('web', 'gone');
  expect(missing).toMatchObject({ status: 3, stdout: expect.stringMatching(/^web +up /m) });
  await router.stop();
  const stopped = await run();
  expect(stopped).toMatchObject({
    status: 8,
    stdout: '',
    stderr: expect.stringContaining('the router is not running'),
  });
});

test('a probe finds the key whose backend refuses, and says before what it opens', async () => {
  const port = await listen(createServer(), 'web', ['east', 'west', 'east'], ['west']);
  hold('web', port, { east: 3, west: 1 });
  for (const key of ['east', 'west']) router.double.serve(key, 1);
  const { status, stdout, stderr } = await run('web', '--probe', '6');
  expect(stderr).toMatch(new RegExp(`^Opening 6 connections to 127.0.0.1:${port}.\n`));
  expect(stdout.replace(/ +/g, ' ').split('\n').slice(1)).toEqual(['web east 4 0 4 0 0 0', 'web west 2 0 0 2 0 0', '']);
  expect(status).toBe(7);
  const json = await run('web', '--probe', '3', '-o', 'json');
  expect([json.status, faults('traffic-probe', JSON.parse(json.stdout))]).toEqual([7, []]);
  expect(JSON.parse(json.stdout)).toMatchObject({
    resources: [
      {
        tls: false,
        routingKeys: [
          { key: 'east', open: 2 },
          { key: 'west', closedEmpty: 1 },
        ],
      },
    ],
  });
});

test('a probe of TLS makes the handshake, sends nothing, and finds the backend behind it', async () => {
  const { key, certificate } = certificateAuthority('some-ca').issue('web');
  const received: number[] = [];
  const server = createTlsServer({ key, cert: certificate }, (socket) =>
    socket.on('data', (data) => received.push(data.length)),
  );
  server.on('tlsClientError', () => undefined);
  const port = await listen(server, 'web', ['east', 'west'], ['west']);
  hold('web', port, { east: 1, west: 1 }, '  tlsCredentials: web\n');
  for (const name of ['east', 'west']) router.double.serve(name, 1);
  const { status, stdout, stderr } = await run('web', '--probe', '4');
  expect(stderr).toContain('with a TLS handshake each; certificates are not verified.');
  expect(stdout.replace(/ +/g, ' ').split('\n').slice(1)).toEqual(['web east 2 0 2 0 0 0', 'web west 2 0 0 2 0 0', '']);
  expect([status, received]).toEqual([7, []]);
});

test('nothing is opened where a probe cannot be made', async () => {
  hold('web', 8080, { east: 1 });
  hold('mutual', 8081, { east: 1 }, '  tlsCredentials: web\n  requireClientCert: true\n');
  router.double.serve('east', 1);
  const [mutual, nameless, count, gone] = await Promise.all([
    run('web', 'mutual', '--probe', '1'),
    run('--probe', '1'),
    run('web', '--probe', '0'),
    run('web', 'gone', '--probe', '1'),
  ]);
  expect(mutual).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringContaining('requires client certificates'),
  });
  expect(mutual.stderr).not.toContain('Opening');
  expect([nameless.status, count.status, gone.status]).toEqual([2, 2, 3]);
  // Nobody listens on that port, although the router says so.
  const refused = await run('web', '--probe', '1');
  expect(refused).toMatchObject({ status: 7, stdout: expect.stringMatching(/^web +- +1 +0 +0 +0 +1 +0$/m) });
  router.double.serve('east', 0);
  const down = await run('web', '--probe', '1');
  expect(down).toMatchObject({ status: 7, stdout: '', stderr: expect.stringContaining('no routing key is reachable') });
});

test('a watch in a pipe: a document or rows each window, until the time is over', async () => {
  hold('web', 8080, { east: 1 });
  router.double.serve('east', 1);
  const watched = ['mkl', 'traffic', '--watch', '--window', '400ms'];
  const [json, rows] = [started([...watched, '-o', 'json'], { env: site.env }), started(watched, { env: site.env })];
  const enough = (): boolean => [json, rows].every((running) => running.stdout().split('\n').length > 3);
  await eventually('some windows', () => {
    router.double.give('web', 'east', 1);
    return enough();
  });
  for (const running of [json, rows]) running.kill('SIGINT');
  const [documents, lines] = await Promise.all([json.result, rows.result]);
  expect([documents.status, lines.status]).toEqual([130, 130]);
  const parsed = documents.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { windowSeconds: number });
  expect(parsed.flatMap((each) => faults('traffic', each))).toEqual([]);
  expect(parsed[0]).toMatchObject({ windowSeconds: 0.4 });
  expect(lines.stdout).toMatch(/^TIME .*\n(\S+Z +web +up +weighted +east .*\n)+$/);
  const yaml = await run('--watch', '-o', 'yaml');
  expect(yaml.status).toBe(2);
});

(hasTerminal() ? test : test.skip)('a watch on a terminal: live, the router lost and back, and q ends it', async () => {
  hold('web', 8080, { east: 1 });
  router.double.serve('east', 1);
  const emulator = new Emulator(['mkl', 'traffic', '--watch'], { env: site.env, columns: 100 });
  try {
    const shows = (pattern: RegExp): Promise<unknown> =>
      emulator.until(String(pattern), ({ lines }) => lines.some((line) => pattern.test(line)));
    await shows(/^ traffic · default · linux +live · /);
    await shows(/^ web {2}● up · weighted · 0 connections in 10 s/);
    router.double.give('web', 'east', 7);
    await shows(/^ {3}east +1 +100 % .* 7 +\d+\.\d +7 /);
    await router.stop();
    await shows(/not live · the router is not running$/);
    await router.restart();
    await shows(/^ traffic · default · linux +live · /);
    emulator.type('q');
    const { status, modesKept, seen } = await emulator.end();
    expect({ status, modesKept, alternate: seen.alternate }).toEqual({ status: 0, modesKept: true, alternate: false });
  } finally {
    emulator.close();
  }
});

test('DEBUG prints no frame of the connection to the router', async () => {
  hold('web', 8080, { east: 1 });
  router.double.serve('east', 1);
  const { status, stderr } = await site.run(['mkl', 'traffic'], { env: { DEBUG: '*' } });
  expect(status).toBe(0);
  expect(stderr).not.toMatch(/rhea|frame/);
});
