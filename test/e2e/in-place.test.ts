import type { MultiKeyListener, Status, Strategy } from '../../src/model/resource.js';
import { describeWith, sharedControlPlane } from '../support/cluster/e2e.js';
import { startController, statusOf } from '../support/double/fake-controller.js';
import type { Result } from '../support/program.js';
import { newCluster, until, type Cluster } from './cluster.js';

const plane = sharedControlPlane();
const weighted = (routingKeys: Record<string, number>): Strategy => ({ weighted: { routingKeys } });
const first = weighted({ east: 3, west: 2 });
const last = weighted({ east: 5, west: 2 });
const UPDATE = 'mkl update web --no-preflight --in-place';
const CHANGE = `${UPDATE} --weighted east=5,west=2`;
const COMPLETE = 'skupper multikeylistener update web --weighted east=5,west=2 --in-place --one-step';

describeWith(plane)('update --in-place on the real API server', () => {
  let cluster: Cluster;
  let controller: { stop(): Promise<void> };
  /** Every strategy that was stored, as the controller met it. */
  let met: Strategy[];
  /** The controller answers up to this generation. */
  let upTo: number;

  beforeEach(async () => {
    cluster = await newCluster(plane!);
    met = [];
    upTo = Infinity;
    controller = startController(plane!.admin, cluster.namespace, (resource): Status[] => {
      met.push(resource.spec.strategy);
      return (resource.metadata.generation ?? 0) > upTo ? [] : [statusOf('ready', resource)];
    });
    await cluster.run('mkl create web 8080 --weighted east=3,west=1 --wait ready --no-preflight');
  });
  afterEach(() => controller.stop());

  const web = (): Promise<MultiKeyListener> => cluster.get('web');
  /** Runs it and lets somebody else in when the first write is processed. */
  const meanwhile = async (line: string, act: (kill: () => void) => Promise<void> | void): Promise<Result> => {
    const running = cluster.start(line);
    await until('the first write', () => running.stderr().includes('step 1 of 2 done'));
    await act(() => running.kill('SIGINT'));
    return running.result;
  };

  test('is done in two writes, each processed before the next, and told as one', async () => {
    const { status, stdout, stderr } = await cluster.run(`${CHANGE} --settle 200ms`);
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'multikeylistener/web updated\n' });
    expect(met).toEqual([weighted({ east: 3, west: 1 }), first, last]);
    expect(stderr.split('\n').slice(0, 3)).toEqual([
      'web is changed in two steps, so that no connection is refused or cut:',
      '  1. east=3, west=2 (east unchanged)',
      '  2. east=5, west=2 (once the router uses step 1, or after 0.2 s)',
    ]);
    expect(stderr.match(/is configured \(/g)).toHaveLength(2);
  });

  test('needs no more rights than any update', async () => {
    const { status } = await cluster.run(`${CHANGE} --settle 200ms`, 'limited');
    expect(status).toBe(0);
    expect((await web()).spec.strategy).toEqual(last);
  });

  test('the second write follows when the time to settle is over, also with --wait none', async () => {
    const started = Date.now();
    await cluster.run(`${CHANGE} --settle 1500ms --wait none`);
    expect(Date.now() - started).toBeGreaterThan(1500);
    expect((await web()).spec.strategy).toEqual(last);
  });

  test('is one write where a key stays, and where that is asked for', async () => {
    await cluster.run(`${UPDATE} --weighted east=3,west=2`);
    const { stderr } = await cluster.run(`${UPDATE} --weighted east=4,west=3 --one-step`);
    expect(stderr).toMatch(/^Warning: New connections to web are refused for a moment/);
    expect(met.slice(1)).toEqual([first, weighted({ east: 4, west: 3 })]);
  });

  test('a dry run asks about the final state', async () => {
    const { status, stdout, stderr } = await cluster.run(`${CHANGE} --dry-run server -o json`);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ spec: { strategy: last } });
    expect(stderr).toContain('in two steps');
    expect((await web()).metadata.generation).toBe(1);
  });

  test('what somebody else changes between the writes is kept', async () => {
    const { status } = await meanwhile(`${CHANGE} --settle 1s`, () =>
      cluster.patch('web', { metadata: { labels: { by: 'other' } }, spec: { observer: 'none' } }),
    );
    expect(status).toBe(0);
    expect(await web()).toMatchObject({
      metadata: { labels: { by: 'other' } },
      spec: { observer: 'none', strategy: last },
    });
  });

  test('another strategy between the writes is a conflict, and stays', async () => {
    const { status, stdout, stderr } = await meanwhile(`${CHANGE} --settle 1s`, () =>
      cluster.patch('web', { spec: { strategy: weighted({ north: 1 }) } }),
    );
    expect({ status, stdout }).toEqual({ status: 5, stdout: '' });
    expect(stderr).toContain(
      'was weighted (east=3, west=2) when it was read, is weighted (east=3, west=2, north=1) now',
    );
    expect(stderr).toContain(`If it is still wanted, complete it with: ${COMPLETE}`);
    expect((await web()).spec.strategy).toEqual(weighted({ east: 3, west: 2, north: 1 }));
  });

  test('a controller that is gone: exit 6, no second write, and the command it names completes it', async () => {
    upTo = 1;
    const { status, stderr } = await cluster.run(`${CHANGE} --timeout 700ms`);
    expect(status).toBe(6);
    expect(stderr).toContain('web is weighted (east=3, west=2) now');
    expect((await web()).spec.strategy).toEqual(first);
    const command = /^Complete it with: skupper (.*)$/m.exec(stderr)?.[1] ?? '';
    expect(`skupper ${command}`).toBe(`${COMPLETE} -n ${cluster.namespace}`);
    await cluster.run(`${command} --wait none`);
    expect((await web()).spec.strategy).toEqual(last);
  });

  test('Ctrl-C between the writes: exit 130, and it says what holds', async () => {
    const { status, stdout, stderr } = await meanwhile(`${CHANGE} --settle 60s`, (kill) => kill());
    expect({ status, stdout }).toEqual({ status: 130, stdout: '' });
    expect(stderr).toContain('Only step 1 of 2 of the change to web was done; web is weighted (east=3, west=2) now.');
    expect(stderr).toContain(`Complete it with: ${COMPLETE}`);
    expect((await web()).spec.strategy).toEqual(first);
  });

  test('a deletion between the writes is not found', async () => {
    const { status, stdout } = await meanwhile(`${CHANGE} --settle 1s`, async () => {
      await plane!.admin('DELETE', cluster.path('web'));
    });
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
  });
});
