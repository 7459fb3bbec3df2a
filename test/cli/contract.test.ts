import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { load } from 'js-yaml';
import { eventually, liveCluster } from '../support/emulator/emulator-cluster.js';
import type { Result } from '../support/program.js';
import { SystemRouter } from '../support/router/system-router.js';
import { newSite, runAll, type Site } from './site.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (...parts: string[]): string => readFileSync([ROOT, 'docs', ...parts].join('/'), 'utf8');
const ajv = new Ajv({ allowUnionTypes: true });
const schemas = new Map(
  readdirSync(`${ROOT}docs/schemas`).map((file) => {
    const schema = JSON.parse(read('schemas', file)) as { $id: string; title: string; description: string };
    ajv.addSchema(schema);
    return [file, schema];
  }),
);
const faults = (schema: string, value: unknown): unknown =>
  ajv.validate(`${schema}.schema.json`, value) ? [] : ajv.errors;

/** A document without the moment at which it was made. */
const timeless = (value: unknown): unknown => ({ ...(value as object), time: undefined });

const FILE = 'shop.yaml';
/** A line of the program, then the schema of its JSON and YAML. All can be run side by side, in any order. */
const DATA: [string, string][] = [
  ['create new 90 --weighted x=1 --dry-run server', 'resource'],
  ['create new 90 --weighted x=1 --dry-run client', 'resource'],
  ['create -f one.yaml --dry-run client', 'resource'],
  ['create -f two.yaml --dry-run client', 'list'],
  ['update a --port 91 --dry-run server', 'resource'],
  ['update a --priority x --recreate --dry-run client', 'resource'],
  ['update a --port 81', 'resource'],
  ['apply -f FILE', 'list'],
  ['apply -f one.yaml --dry-run server', 'list'],
  ['status', 'list'],
  ['status a', 'resource'],
  ['status a b', 'list'],
  ['status -A', 'list'],
  ['status -n empty', 'list'],
  ['inspect a', 'inspect'],
  ['inspect b --without x', 'inspect'],
  ['inspect a b', 'inspect-list'],
  ['inspect -l none=x', 'inspect-list'],
  ['check', 'check'],
  ['check a', 'check'],
  ['traffic', 'traffic'],
  ['traffic a b', 'traffic'],
  ['traffic -n empty', 'traffic'],
  ['generate new 90 --weighted x=1 --label l=1 --setting k=v', 'resource'],
  ['validate -f FILE -f one.yaml', 'validate'],
  ['wait a --for create', 'resource'],
  ['wait a b --for create', 'list'],
  ['wait --all --for create', 'list'],
  ['wait gone --for delete', 'list'],
];
const LINES: [string, RegExp][] = [
  ['create new 90 --weighted x=1 --dry-run server -o name', /^multikeylistener\/new\n$/],
  ['update a --port 91 --dry-run server -o name', /^multikeylistener\/a\n$/],
  ['apply -f FILE -o name', /^multikeylistener\/a\nmultikeylistener\/b\n$/],
  ['delete a b --dry-run server -o name', /^multikeylistener\/a\nmultikeylistener\/b\n$/],
  ['status -o name', /^multikeylistener\/a\nmultikeylistener\/b\n$/],
  ['status -n empty -o name', /^$/],
  ['wait b a --for create -o name', /^multikeylistener\/b\nmultikeylistener\/a\n$/],
  ['wait gone --for delete -o name', /^$/],
  ['status -o table', /^NAME +STATUS [^\n]*\n(?:[ab] +Pending [^\n]*\n){2}$/],
  ['status -o wide', /^NAME [^\n]* MESSAGE\n(?:[ab] [^\n]*\n){2}$/],
  ['status --sort-by .spec.port -o custom-columns=P:.spec.port,K:.spec.strategy', /^P +K\n81 +\{.*\}\n82 +\{.*\}\n$/],
  ['validate FILE -o github', /^(?:::notice file=shop.yaml,line=\d+,col=\d+::[^\n]+\n){2}$/],
];
const words = (line: string): string[] => ['mkl', ...line.split(' ').map((word) => (word === 'FILE' ? FILE : word))];

let site: Site;
const run = (line: string): Promise<Result> => site.run(words(line), { cwd: site.home });
let router: SystemRouter;
beforeAll(async () => {
  site = newSite();
  router = await SystemRouter.start(site.home);
  await site.run(words('create a 81 --weighted x=1 --label l=1'));
  await site.run(words('create b 82 --priority x,y'));
  const { stdout } = await site.run(words('status -o yaml'));
  site.put(stdout, '..', '..', FILE);
  site.put((await run('generate one 90 --weighted x=1')).stdout, '..', '..', 'one.yaml');
  const two = [91, 92].map((port) => run(`generate n${port} ${port} --weighted x=1`));
  site.put((await Promise.all(two)).map(({ stdout }) => stdout).join('---\n'), '..', '..', 'two.yaml');
  site.put('kind: MultiKeyListener\nspec: {}\n', '..', '..', 'bad.yaml');
});
afterAll(async () => {
  await router.stop();
  site.remove();
});

describe('the schemas', () => {
  test('each has a version, and compiles', () => {
    for (const [file, { $id, title, description }] of schemas) {
      expect([$id, `${title} ${description}`]).toEqual([file, expect.stringMatching(/version 1\b/i)]);
      expect(typeof ajv.getSchema(file)).toBe('function');
      expect(read('output.md')).toContain(`(schemas/${file})`);
    }
  });

  test('the codes and statuses of an error are those of docs/exit-status.md', () => {
    const rows = [...read('exit-status.md').matchAll(/^\| (\d+) \|[^|]*\|([^|]*)\|$/gm)];
    const codes = rows.flatMap(([, , list = '']) => [...list.matchAll(/`([^`]+)`/g)].map(([, code]) => code));
    const { properties } = (schemas.get('error.schema.json') as unknown as { properties: { error: ErrorSchema } })
      .properties.error;
    expect([...properties.code.enum].sort()).toEqual(codes.sort());
    expect(properties.exitCode.enum).toEqual(rows.map(([, exit]) => Number(exit)).filter((exit) => exit > 0));
  });

  test('every -o of every command is looked at here', () => {
    const manifest = JSON.parse(readFileSync(`${ROOT}oclif.manifest.json`, 'utf8')) as { commands: Commands };
    const offered = Object.entries(manifest.commands).flatMap(([id, { flags }]) =>
      (flags['output']?.options ?? []).map((format) => `${id.replace('multikeylistener:', '')} ${format}`),
    );
    const looked = [
      ...DATA.flatMap(([line]) => ['json', 'yaml'].map((format) => `${line.split(' ')[0]} ${format}`)),
      ...LINES.map(([line]) => `${line.split(' ')[0]} ${line.split(' ').at(-1)}`),
      // Refused on a system site: its events are looked at in shift.test.ts.
      'shift json',
    ];
    expect(offered.length).toBeGreaterThan(15);
    expect(offered.filter((each) => !looked.includes(each))).toEqual([]);
  });
});

interface ErrorSchema {
  properties: { code: { enum: string[] }; exitCode: { enum: number[] } };
}
type Commands = Record<string, { flags: Record<string, { options?: string[] }> }>;

describe('what is printed', () => {
  test('JSON and YAML are one document, the same, as its schema says', async () => {
    const formats = DATA.flatMap(([line, schema]) =>
      ['json', ...(schema === 'validate' ? [] : ['yaml'])].map((format) => `${line} -o ${format}`),
    );
    const results = await runAll(formats.map((line) => [line, () => run(line)]));
    for (const [line, schema] of DATA) {
      const { status, stdout, stderr } = results.get(`${line} -o json`)!;
      expect({ line, status, stderr: status === 0 ? '' : stderr }).toEqual({ line, status: 0, stderr: '' });
      const value: unknown = JSON.parse(stdout);
      expect({ line, faults: faults(schema, value) }).toEqual({ line, faults: [] });
      const yaml = results.get(`${line} -o yaml`);
      if (yaml) expect([line, timeless(load(yaml.stdout))]).toEqual([line, timeless(value)]);
    }
  });

  test('the other formats are lines', async () => {
    const results = await runAll(LINES.map(([line]) => [line, () => run(line)]));
    for (const [line, shape] of LINES) {
      expect([line, results.get(line)?.stdout]).toEqual([line, expect.stringMatching(shape)]);
    }
  });

  test('with statuses as Kubernetes writes them, and every change as an event', async () => {
    const cluster = await liveCluster();
    try {
      for (const name of ['web', 'db', 'bad', 'new']) cluster.add(name);
      cluster.reach('web', 'east', 'west');
      cluster.reach('db');
      cluster.fail('bad', 'No active site in namespace');
      const list = await cluster.pipe('mkl status -o json').result;
      const { items } = JSON.parse(list.stdout) as { items: unknown[] };
      expect([items.length, faults('list', JSON.parse(list.stdout))]).toEqual([4, []]);
      const [status, inspect] = ['status', 'inspect web'].map((line) => cluster.pipe(`mkl ${line} --watch -o json`));
      const lines = (running = status): string[] => running?.stdout().split('\n').slice(0, -1) ?? [];
      await eventually('all are there', () => lines().length === 4 && lines(inspect).length === 1);
      cluster.reach('web', 'east');
      await eventually('the change', () => lines().length === 5 && lines(inspect).length === 2);
      cluster.remove('web');
      await eventually('the deletion', () => lines().length === 6 && lines(inspect).length === 3);
      const events = lines().map((line) => JSON.parse(line) as { type: string });
      expect(events.flatMap((event) => faults('watch-event', event))).toEqual([]);
      expect(events.map(({ type }) => type)).toEqual(['ADDED', 'ADDED', 'ADDED', 'ADDED', 'MODIFIED', 'DELETED']);
      const inspected = lines(inspect).map((line) => JSON.parse(line) as { time: string; type: string });
      for (const [index, { time, type, ...rest }] of inspected.entries()) {
        expect([type, new Date(time).toISOString()]).toEqual([['ADDED', 'MODIFIED', 'DELETED'][index], time]);
        if (type === 'DELETED') expect(rest).toEqual({});
        else expect(faults('inspect', rest)).toEqual([]);
      }
    } finally {
      await cluster.stop();
    }
  });
});

describe('a failure', () => {
  const FAILING: [string, number][] = [
    ['create a 80 --weighted x=1', 5],
    ['create new 0 --weighted x', 2],
    ['create -f bad.yaml', 2],
    ['create -f missing.yaml', 2],
    ['update a --weighted x=2', 2],
    ['update gone --port 1', 3],
    ['apply -f bad.yaml', 2],
    ['apply', 2],
    ['status gone', 3],
    ['status a gone', 3],
    ['status -l ,', 2],
    ['inspect gone', 3],
    ['inspect a --without z', 2],
    ['generate x 1', 2],
    ['wait gone', 3],
    ['wait a --for ready --timeout 60s', 7],
    ['wait a --for delete --timeout 100ms', 6],
    ['wait a --for sunshine', 2],
    ['wait a --for key=z', 7],
    ['wait -l none=x', 3],
    ['status --nonsense', 2],
    ['status -p moon', 2],
  ];

  test('leaves stdout empty; with -o json stderr is one JSON object and nothing else', async () => {
    const lines = FAILING.flatMap(([line]) => ['json', 'yaml'].map((format) => `${line} -o ${format}`));
    const results = await runAll(lines.map((line) => [line, () => run(line)]));
    for (const [line, exit] of FAILING) {
      const [json, yaml] = ['json', 'yaml'].map((format) => results.get(`${line} -o ${format}`));
      for (const result of [json, yaml]) expect([line, result?.status, result?.stdout]).toEqual([line, exit, '']);
      const { stderr = '' } = json ?? {};
      expect([line, stderr.split('\n')]).toEqual([line, [expect.any(String), '']]);
      const error = JSON.parse(stderr) as { error: { exitCode: number } };
      expect([line, faults('error', error), error.error.exitCode]).toEqual([line, [], exit]);
      expect(yaml?.stderr).toMatch(/^Error: /m);
    }
  });

  test('that is an answer prints its data as well', async () => {
    const rows: [string, number, string][] = [
      ['update a --port 1 --diff --dry-run server -o json', 9, 'resource'],
      ['apply -f one.yaml --diff --dry-run server -o json', 9, 'list'],
      ['validate bad.yaml -o json', 2, 'validate'],
      ['status --exit-code -o json', 7, 'list'],
    ];
    const results = await runAll(rows.map(([line]) => [line, () => run(line)]));
    for (const [line, exit, schema] of rows) {
      const { status, stdout, stderr } = results.get(line)!;
      expect([line, status, faults(schema, JSON.parse(stdout))]).toEqual([line, exit, []]);
      expect([line, faults('error', JSON.parse(stderr))]).toEqual([line, []]);
    }
    const { status, stdout } = await run('delete a gone --dry-run server -o name');
    expect({ status, stdout }).toEqual({ status: 3, stdout: 'multikeylistener/a\n' });
  });
});
