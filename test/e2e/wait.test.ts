import type { MultiKeyListener, Status } from '../../src/model/resource.js';
import { describeWith, sharedControlPlane } from '../support/cluster/e2e.js';
import { statusOf } from '../support/double/fake-controller.js';
import type { Running } from '../support/program.js';
import { newCluster, until, type Cluster } from './cluster.js';

const plane = sharedControlPlane();

describeWith(plane)('wait on the real API server', () => {
  let cluster: Cluster;
  const started: Running[] = [];
  beforeEach(async () => {
    cluster = await newCluster(plane!);
  });
  afterEach(async () => {
    for (const running of started.splice(0)) {
      running.kill('SIGKILL');
      await running.result;
    }
  });

  const put = async (name: string, labels = {}): Promise<void> => {
    const { status, body } = await plane!.admin('POST', cluster.path(), {
      apiVersion: 'skupper.io/v2alpha1',
      kind: 'MultiKeyListener',
      metadata: { name, labels },
      spec: { host: name, port: 80, strategy: { weighted: { routingKeys: { east: 3, west: 1 } } } },
    });
    if (status !== 201) throw new Error(JSON.stringify(body));
  };
  const set = async (name: string, make: (resource: MultiKeyListener) => Status): Promise<void> =>
    cluster.patch(name, { status: make(await cluster.get(name)) }, '/status');
  const ready = (name: string, ...keys: string[]): Promise<void> =>
    set(name, (resource) => ({
      ...statusOf('ready', resource),
      ...(keys.length > 0
        ? { strategy: { weighted: { routingKeysReachable: Object.fromEntries(keys.map((key) => [key, 1])) } } }
        : {}),
    }));
  const start = (line: string): Running => {
    const running = cluster.start(`mkl wait ${line} --timeout 50s`);
    started.push(running);
    return running;
  };
  /** Its connection is up: a first name of it is reached and told. */
  const tells = (running: Running, text: string): Promise<void> =>
    until(text, () => (running.stdout() + running.stderr()).includes(text));
  const run = (line: string): ReturnType<Cluster['run']> => cluster.run(`mkl wait ${line}`);

  test('every goal that holds already is told at once', async () => {
    await put('web');
    await ready('web', 'east');
    const rows: [string, string][] = [
      ['', 'ready'],
      ['--for create', 'created'],
      ['--for configured', 'configured'],
      ['--for ready', 'ready'],
      ['--for key=east', 'key east reachable'],
      ['--for keys=1', '1 key reachable'],
      ['--for condition=Operational', 'Operational=True'],
      ['--for condition=Operational=TRUE', 'Operational=True'],
      ['--for create --for ready --for key=east', 'ready and key east reachable'],
    ];
    for (const [flags, said] of rows) {
      expect([flags, await run(`web --timeout 20s ${flags}`.trim())]).toEqual([
        flags,
        { status: 0, signal: null, stdout: `multikeylistener/web ${said}\n`, stderr: '' },
      ]);
    }
    expect(await run('gone --for delete')).toMatchObject({ status: 0, stdout: 'multikeylistener/gone deleted\n' });
  });

  test('several names over one watch: each told as it comes, one deadline, the late ones named', async () => {
    await Promise.all(['a', 'b', 'c'].map((name) => put(name)));
    await ready('a');
    const running = start('c b a');
    await tells(running, 'multikeylistener/a ready\n');
    await ready('b');
    await tells(running, 'multikeylistener/b ready\n');
    await ready('c');
    const { status, stdout } = await running.result;
    expect({ status, lines: stdout.split('\n') }).toEqual({
      status: 0,
      lines: ['a', 'b', 'c'].map((name) => `multikeylistener/${name} ready`).concat(''),
    });
    await Promise.all(['late', 'later'].map((name) => put(name)));
    await set('later', (resource) => statusOf('configured', resource));
    const late = await run('a late later --timeout 500ms');
    expect({ status: late.status, stdout: late.stdout }).toEqual({ status: 6, stdout: 'multikeylistener/a ready\n' });
    expect(late.stderr).toMatch(
      /timed out after 0\.5 s: late, later did not become ready\n {2}late: not processed by a controller yet\n {2}later: /,
    );
    const json = await run('c a b -o json');
    expect(
      (JSON.parse(json.stdout) as { items: MultiKeyListener[] }).items.map(({ metadata }) => metadata.name),
    ).toEqual(['c', 'a', 'b']);
  });

  test('a selector, and --all: those that are there when it begins; none is exit 3', async () => {
    await Promise.all([put('a', { app: 'shop' }), put('b', { app: 'shop' }), put('c')]);
    await ready('a');
    const running = start('-l app=shop');
    await tells(running, 'multikeylistener/a ready\n');
    await put('new', { app: 'shop' });
    await ready('b');
    expect(await running.result).toMatchObject({
      status: 0,
      stdout: 'multikeylistener/a ready\nmultikeylistener/b ready\n',
    });
    const all = await run('--all --timeout 300ms');
    expect(all.status).toBe(6);
    expect(all.stderr).toContain('c, new');
    expect((await run('-l app=none')).status).toBe(3);
    expect((await run('gone')).status).toBe(3);
  });

  test('what can never come true is exit 7 at once: an error of this generation, a key that is not there', async () => {
    await Promise.all(['bad', 'quiet'].map((name) => put(name)));
    const running = start('bad quiet --for ready');
    await set('bad', (resource) => statusOf('error', resource));
    const { status, stderr } = await running.result;
    expect(status).toBe(7);
    expect(stderr).toContain('bad cannot become ready: No active site in namespace');
    for (const goal of ['key=north', 'keys=3']) {
      const never = await run(`quiet --for ${goal}`);
      expect([goal, never.status]).toEqual([goal, 7]);
    }
    for (const goal of ['condition=Operational', 'configured', 'key=east'])
      expect([goal, (await run(`bad --for ${goal}`)).status]).toEqual([goal, 7]);
    expect((await run('bad --for condition=Configured=False')).status).toBe(0);
    const habit = await run('quiet --for condition=Ready');
    expect(habit.status).toBe(2);
    expect(habit.stderr).toContain('--for ready');
  });

  test('an error of the spec before is no verdict', async () => {
    await put('web');
    await set('web', (resource) => statusOf('error', resource));
    await cluster.patch('web', { spec: { port: 81 } });
    const late = await run('web --timeout 300ms');
    expect(late.status).toBe(6);
    expect(late.stderr).toContain('its change is not processed yet');
    await ready('web');
    expect((await run('web')).status).toBe(0);
  });

  test('--for create before it exists, together with what it is to become', async () => {
    await put('first');
    const [created, reaching] = [start('first web --for create'), start('web --for create --for key=east')];
    await tells(created, 'multikeylistener/first created\n');
    await put('web');
    expect((await created.result).stdout).toBe('multikeylistener/first created\nmultikeylistener/web created\n');
    await ready('web', 'west');
    await ready('web', 'west', 'east');
    expect(await reaching.result).toMatchObject({ status: 0, stdout: 'multikeylistener/web key east reachable\n' });
  });

  test('delete: held by a finalizer is late, gone is done, and another of the name is another', async () => {
    await put('web');
    await cluster.patch('web', { metadata: { finalizers: ['test.example/hold'] } });
    await plane!.admin('DELETE', cluster.path('web'));
    const late = await run('web --for delete --timeout 300ms');
    expect(late.status).toBe(6);
    expect(late.stderr).toContain('web: it is being deleted and waits for test.example/hold');
    const running = start('gone web --for delete');
    await tells(running, 'multikeylistener/gone deleted\n');
    await cluster.patch('web', { metadata: { finalizers: null } });
    await put('web');
    expect(await running.result).toMatchObject({
      status: 0,
      stdout: 'multikeylistener/gone deleted\nmultikeylistener/web deleted\n',
    });
    const twice = await run('web --for delete --for ready');
    expect(twice.status).toBe(2);
  });

  test('deleted while it is waited for is exit 3', async () => {
    await Promise.all(['a', 'web'].map((name) => put(name)));
    await ready('a');
    const running = start('a web');
    await tells(running, 'multikeylistener/a ready\n');
    await plane!.admin('DELETE', cluster.path('web'));
    expect((await running.result).status).toBe(3);
  });

  test('Ctrl-C is exit 130', async () => {
    await Promise.all(['a', 'web'].map((name) => put(name)));
    await ready('a');
    const running = start('a web');
    await tells(running, 'multikeylistener/a ready\n');
    running.kill('SIGINT');
    expect(await running.result).toMatchObject({ status: 130, stdout: 'multikeylistener/a ready\n' });
  });
});
