import { ApiDouble } from '../support/double/api-double.js';
import { eventually, liveCluster, type LiveCluster } from '../support/emulator/emulator-cluster.js';
import { hasTerminal, skupper } from '../support/program.js';
import { resource, weighted } from '../unit/fixtures.js';

const NAMES = ['web', 'twin', 'zero', 'good'];

/** web and twin have one host and port, zero a weight of 0; all say that they are Ready. */
async function cluster(): Promise<LiveCluster> {
  const live = await liveCluster();
  live.add('web', ['east']);
  live.add('twin', ['east'], { host: 'web' });
  live.add('zero', ['east'], { strategy: weighted({ east: 1, west: 0 }) });
  live.add('good', ['east']);
  for (const name of NAMES) live.reach(name, 'east');
  return live;
}

const column = (stdout: string, header: string): Record<string, string | undefined> => {
  const [head = '', ...rows] = stdout.trimEnd().split('\n');
  const at = head.split(/ +/).indexOf(header);
  return Object.fromEntries(rows.map((row) => [row.split(/ +/)[0], row.split(/ +/)[at]]));
};

describe('a row that shows an error is never a bare Ready', () => {
  let live: LiveCluster;
  const screens: LiveCluster[] = [];
  beforeAll(async () => {
    live = await cluster();
  });
  afterAll(() => Promise.all([live, ...screens].map((each) => each.stop())));
  const run = (line: string): ReturnType<typeof skupper> =>
    skupper(line.split(' '), { env: { KUBECONFIG: live.kubeconfig } });
  const MARKS = { good: 'Ready', twin: 'Ready,Error', web: 'Ready,Error', zero: 'Ready,Error' };

  test.each(['mkl status', 'mkl status --sort-by .spec.host', 'mkl ls good twin web zero', 'mkl status -o wide'])(
    'in a pipe: %s',
    async (line) => {
      expect(column((await run(line)).stdout, 'STATUS')).toEqual(MARKS);
    },
  );

  test('wide says why, --exit-code counts them, and JSON is as the server holds it', async () => {
    const [wide, exit, data, alone] = await Promise.all(
      ['-o wide', '--exit-code', '-o json --exit-code', 'twin'].map((rest) => run(`mkl status ${rest}`)),
    );
    expect(wide?.stdout).toMatch(/^twin .* web has the same host and port, web:8080$/m);
    expect(wide?.stdout).toMatch(/^zero .* spec.strategy.weighted.routingKeys\[west\] the weight must be at least 1/m);
    expect([exit?.status, data?.status]).toEqual([7, 7]);
    expect(exit?.stderr).toContain('3 of 4 MultiKeyListeners are not Ready');
    expect(exit?.stderr).toContain('twin: Ready: web has the same host and port');
    // Another row is known only where it is read.
    expect(column(alone?.stdout ?? '', 'STATUS')).toEqual({ twin: 'Ready' });
  });

  test('a watch in a pipe marks what the spec shows', async () => {
    const running = live.pipe('mkl status zero -w');
    await eventually('the row', () => running.stdout().includes('zero'));
    expect(running.stdout()).toMatch(/ zero +Ready,Error /);
    running.kill('SIGINT');
    await running.result;
  });

  (hasTerminal() ? test : test.skip)('on the live screen, and freed again when its twin goes', async () => {
    const own = await cluster();
    const screen = own.screen('mkl status -w', { columns: 100 });
    screens.push(own);
    await screen.until('the mark', ({ text }) => /twin +✗ Ready,Error/.test(text) && /web +✗ Ready,Error/.test(text));
    own.remove('twin');
    await screen.until('it is free', ({ text }) => /web +● Ready /.test(text));
  });
});

test('of a long list the earlier row was printed already: it is named after it', async () => {
  const double = await ApiDouble.start();
  const spec = (port: number): object => ({ host: 'x', port, strategy: weighted({ a: 1 }) });
  const at = (index: number): number => (index === 1100 ? 1 : index + 1);
  for (let index = 0; index < 1101; index += 1)
    double.storage.create(
      'multikeylisteners',
      'default',
      resource({ metadata: { name: `r${String(index).padStart(4, '0')}` }, spec: spec(at(index)) as never }) as never,
    );
  const env = { KUBECONFIG: await double.kubeconfig() };
  const { stdout, stderr } = await skupper(['mkl', 'status'], { env }).finally(() => double.stop());
  expect(column(stdout, 'STATUS')['r1100']).toMatch(/,Error$/);
  expect(stderr).toBe(
    'Warning: default/r0000 has the same host and port as a row after it; only one of them is served.\n',
  );
});

describe('labels', () => {
  let live: LiveCluster;
  beforeAll(async () => {
    live = await liveCluster();
    for (const name of ['web', 'db']) live.add(name);
  });
  afterAll(() => live.stop());

  test('-L and --show-labels add columns after all others', async () => {
    const run = (line: string): ReturnType<typeof skupper> =>
      skupper(line.split(' '), { env: { KUBECONFIG: live.kubeconfig } });
    await run('mkl update web --label app=shop --label example.com/tier=front --wait none');
    const [some, all, none] = await Promise.all(
      ['-L app,example.com/tier -L none', '--show-labels', '-L constructor'].map((rest) => run(`mkl status ${rest}`)),
    );
    expect(some?.stdout).toMatch(/^NAME .* AGE +APP +TIER +NONE\ndb .* - +- +-\nweb .* shop +front +-\n$/);
    expect(all?.stdout).toMatch(/^NAME .* AGE +LABELS\ndb .* -\nweb .* app=shop,example.com\/tier=front\n$/);
    expect(none?.stdout).toMatch(/ CONSTRUCTOR\ndb .* -\nweb .* -\n$/);
    const watch = live.pipe('mkl status -w -L app');
    await eventually('the rows', () => watch.stdout().includes('web'));
    expect(watch.stdout()).toMatch(/AGE +APP\n/);
    watch.kill('SIGINT');
    await watch.result;
  });
});
