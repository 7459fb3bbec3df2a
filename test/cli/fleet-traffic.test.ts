import { readFileSync, readdirSync } from 'node:fs';
import { Ajv } from 'ajv';
import { Fleet } from '../support/double/fleet.js';
import { hasTerminal, onTerminal, skupper, type Result } from '../support/program.js';
import type { RouterDouble } from '../support/router/router-double.js';
import { routerBehind, routerPod } from '../support/router/router-pods.js';
import { resource, weighted } from '../unit/fixtures.js';

const SCHEMAS = new URL('../../docs/schemas/', import.meta.url);
const ajv = new Ajv({ allowUnionTypes: true });
for (const file of readdirSync(SCHEMAS)) ajv.addSchema(JSON.parse(readFileSync(new URL(file, SCHEMAS), 'utf8')));

let fleet: Fleet;
const routers: RouterDouble[] = [];
const run = (line: string): Promise<Result> =>
  skupper(['mkl', 'traffic', ...line.split(' ')], { env: { KUBECONFIG: fleet.kubeconfig } });

/** A cluster with `web` and a router that gave its routing keys so many connections. */
async function cluster(context: string, weights: Record<string, number>, given: Record<string, number>): Promise<void> {
  fleet.put(context, resource({ metadata: { name: 'web' }, spec: { strategy: weighted(weights) } }));
  const pod = { name: 'skupper-router-0', namespace: 'default' };
  const double = fleet.at(context);
  double.storage.create('pods', 'default', routerPod(pod) as never);
  const router = await routerBehind(double.kubelet, pod);
  routers.push(router);
  router.hold('web', '', 1024, 'weighted', weights);
  for (const key of Object.keys(weights)) router.serve(key, 1);
  for (const [key, count] of Object.entries(given)) router.give('web', key, count);
}

beforeAll(async () => {
  fleet = await Fleet.start(['west', 'east', 'bare', 'north']);
  await cluster('west', { a: 3, b: 1 }, { a: 300, b: 100 });
  await cluster('east', { a: 1, b: 1 }, { a: 500, b: 500 });
  fleet.put('bare', resource({ metadata: { name: 'web' } }));
  await fleet.at('north').refuse();
});
afterAll(async () => {
  await Promise.all(routers.map((router) => router.close()));
  await fleet.stop();
});

test('one table of all, and why nothing could be measured in the others', async () => {
  const { status, stdout, stderr } = await run('--all-contexts');
  const [head, ...rows] = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/ +/g, ' '));
  expect(head).toMatch(/^CONTEXT NAME STATE STRATEGY ROUTING-KEY .* NEW\/S NOTE SERVED-BY$/);
  expect(rows).toEqual([
    expect.stringMatching(/^east web up weighted a 1 - 50% 50% 500 500 .* strategy-differs .*$/),
    expect.stringMatching(/^east web up weighted b 1 - 50% 50% 500 500 .* strategy-differs .*$/),
    expect.stringMatching(/^west web up weighted a 3 - 75% 75% 300 300 .* strategy-differs .*$/),
    expect.stringMatching(/^west web up weighted b 1 - 25% 25% 100 100 .* strategy-differs .*$/),
    expect.stringMatching(/^bare - unreachable .* nothing can be measured in namespace default: .*no router pod/),
    expect.stringMatching(/^north - unreachable .* connection refused/),
  ]);
  expect([status, stderr]).toEqual([8, expect.stringContaining('Error: 2 of 4 clusters could not be read\n')]);
});

test('-o json has a part for each, as the schema says', async () => {
  const { status, stdout } = await run('web --contexts east,north -o json');
  const document = JSON.parse(stdout) as { contexts: object[] };
  expect([status, ajv.validate('fleet.schema.json', document) ? [] : ajv.errors]).toEqual([8, []]);
  expect(document.contexts.map((part) => Object.keys(part))).toEqual([
    ['context', 'server', 'report'],
    ['context', 'server', 'error'],
  ]);
});

test.each(['--watch', '--probe 3 web'])('%s reads one cluster only', async (flags) => {
  const { status, stderr } = await run(`--contexts east,west ${flags}`);
  expect([status, stderr]).toEqual([
    2,
    expect.stringContaining(`--contexts cannot be combined with ${flags.split(' ')[0]}`),
  ]);
});

(hasTerminal() ? test : test.skip)('on a terminal each listener is named with its cluster', async () => {
  const args = ['mkl', 'traffic', '--contexts', 'east,west,north'];
  const { screen } = await onTerminal(args, { env: { KUBECONFIG: fleet.kubeconfig, NO_COLOR: '1' } });
  expect(screen).toMatch(
    /^east\/web {2}● up · weighted · 1,000 connections given[^]*^west\/web {2}● up · weighted · 400 connections/m,
  );
  expect(screen).toMatch(/^north {2}unreachable: connection refused/m);
});
