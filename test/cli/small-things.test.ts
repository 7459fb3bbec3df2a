import { eventually } from '../support/emulator/emulator-cluster.js';
import { started } from '../support/program.js';
import { newSite, type Site } from './site.js';

let site: Site;
beforeAll(async () => {
  site = newSite();
  await run('mkl create web 80 --weighted a=1 --host 127.0.0.1');
  await run('mkl create db 81 --weighted a=1 --host 127.0.0.1');
});
afterAll(() => site.remove());
const run = (line: string): ReturnType<Site['run']> => site.run(line.split(' '));

test('a selector that matches nothing is no reason to create the first', async () => {
  const [label, empty] = await Promise.all([run('mkl status -l app=none'), run('mkl status -n empty')]);
  expect([label.status, label.stdout, label.stderr]).toEqual([
    0,
    '',
    expect.stringMatching(/^No multikeylisteners with labels app=none in namespace default .*List all with: /),
  ]);
  expect(label.stderr).not.toContain('create');
  expect(empty.stderr).toContain('Create the first with: ');
});

test('a namespace that a create makes is named, and only then', async () => {
  const dry = await run('mkl create web 80 --weighted a=1 -n fresh --dry-run server');
  expect(dry.stderr).toContain(
    `Namespace fresh does not exist yet and would be created: ${site.home}/namespaces/fresh`,
  );
  const first = await run('mkl create web 80 --weighted a=1 -n fresh');
  expect(first.stderr).toContain(`Namespace fresh was created: ${site.home}/namespaces/fresh\n`);
  expect((await run('mkl create db 81 --weighted a=1 -n fresh')).stderr).not.toContain('Namespace fresh');
});

test('apply of several ends with a count', async () => {
  const manifest = (name: string, port: number): string =>
    `apiVersion: skupper.io/v2alpha1\nkind: MultiKeyListener\nmetadata: {name: ${name}, namespace: many}\n` +
    `spec: {host: 0.0.0.0, port: ${port}, strategy: {weighted: {routingKeys: {a: 1}}}}\n`;
  const one = site.file('one.yaml', manifest('one', 90));
  const two = site.file('two.yaml', `${manifest('one', 92)}---\n${manifest('two', 91)}`);
  expect((await run(`mkl apply ${one}`)).stderr).not.toMatch(/^1 created/m);
  expect((await run(`mkl apply ${two} --dry-run server`)).stderr).toMatch(/^1 updated, 1 created \(dry run\)\.$/m);
  expect((await run(`mkl apply ${two}`)).stderr).toMatch(/^1 updated, 1 created\.$/m);
  expect((await run(`mkl apply ${two}`)).stderr).toMatch(/^2 unchanged\.$/m);
});

test('a watch in a pipe says which names are not there', async () => {
  const running = started(['mkl', 'status', 'web', 'nope', '-w'], { env: site.env });
  await eventually('the name is said', () => running.stderr().includes('"nope"'));
  running.kill('SIGINT');
  const { stderr } = await running.result;
  expect(stderr).toBe('There is no multikeylistener "nope" in namespace "default" yet.\ninterrupted\n');
});

test('a strategy of another kind on a system site: what happens there', async () => {
  const { status, stderr } = await run('mkl update db --priority b --recreate --dry-run server');
  expect(status).toBe(0);
  expect(stderr).toContain('The file of db gets the new strategy; nothing is deleted.');
  expect(stderr).toContain('The reload that applies this change restarts the router');
  expect(stderr).not.toContain('deleted and recreated');
});

test.each([
  ['mkl status --sort-by .spec.prot', 'no resource has a value at .spec.prot'],
  ['mkl status -o jsonpath={.items}', 'For single values: -o custom-columns=NAME:.metadata.name, or -o json | jq'],
  ['mkl inspect web -o jsonpath={.spec}', 'For single values: -o json | jq'],
  ['mkl update web --port 1 --reload -p kubernetes', '--reload cannot be used with --platform kubernetes'],
])('%s is answered with what to do', async (line, said) => {
  const { status, stdout, stderr } = await run(line);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toContain(said);
});

test('a field that is nearly one of ours is named; one export has one notice', async () => {
  const { stdout } = await run('mkl status web -o yaml');
  const file = site.file('web.yaml', stdout);
  expect((await run(`mkl validate ${file}`)).stdout).toBe(
    `${file}:6:20: notice: metadata.resourceVersion: is ignored, and so is status: they are set by the server\n`,
  );
  const slip = await run(`mkl validate ${site.file('slip.yaml', stdout.replace('  host:', '  hots:'))}`);
  expect(slip.stdout).toContain('spec.hots: unknown field; did you mean "host"?');
});
