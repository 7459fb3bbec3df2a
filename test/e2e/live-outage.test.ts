import type { MultiKeyListener } from '../../src/model/resource.js';
import { startControlPlane, type ControlPlane } from '../support/cluster/control-plane.js';
import { describeWith, sharedControlPlane } from '../support/cluster/e2e.js';
import { Emulator } from '../support/emulator/emulator.js';
import { eventually } from '../support/emulator/emulator-cluster.js';
import { statusOf } from '../support/double/fake-controller.js';
import { hasTerminal, type Running } from '../support/program.js';
import { newCluster, until, type Cluster } from './cluster.js';

interface Event {
  type: string;
  object: MultiKeyListener;
}

const eventsOf = (running: Running): Event[] =>
  running
    .stdout()
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Event);

/** What is left when the events are carried out one by one; throws for one that cannot be. */
function carriedOut(events: readonly Event[]): Map<string, MultiKeyListener> {
  const known = new Map<string, MultiKeyListener>();
  for (const { type, object } of events) {
    const { name, uid, resourceVersion } = object.metadata;
    const before = known.get(name);
    if ((before === undefined) !== (type === 'ADDED'))
      throw new Error(`${type} of ${name}, known: ${before !== undefined}`);
    if (type === 'MODIFIED' && before?.metadata.uid !== uid) throw new Error(`${name} is another one`);
    if (type === 'MODIFIED' && before?.metadata.resourceVersion === resourceVersion) throw new Error(`${name} twice`);
    if (type === 'DELETED') known.delete(name);
    else known.set(name, object);
  }
  return known;
}

describeWith(sharedControlPlane())('a real API server is killed and started again under a running watch', () => {
  let plane: ControlPlane;
  let cluster: Cluster;

  beforeAll(async () => {
    const started = await startControlPlane();
    if ('reason' in started) throw new Error(started.reason);
    plane = started;
    cluster = await newCluster(plane);
  }, 120_000);
  afterAll(() => plane.stop());

  const create = async (name: string): Promise<void> => {
    const { status } = await cluster.run(`mkl create ${name} 8080 --weighted a=3,b=1 --wait none --no-preflight`);
    expect(status).toBe(0);
  };
  const ready = async (name: string): Promise<void> =>
    cluster.patch(name, { status: statusOf('ready', await cluster.get(name)) }, '/status');
  const remove = async (name: string): Promise<void> => void (await plane.admin('DELETE', cluster.path(name)));

  test('both forms say that they are not live, and end with what the server has: no event invented or lost', async () => {
    for (const name of ['api', 'cache', 'db', 'web']) await create(name);
    await ready('web');
    const pipe = cluster.start('mkl status --watch -o json', { killAfterMs: 200_000 });
    const lines = cluster.start('mkl status --watch', { killAfterMs: 200_000 });
    const emulator = hasTerminal()
      ? new Emulator(['mkl', 'status', '--watch'], { env: { KUBECONFIG: cluster.kubeconfig }, columns: 150 })
      : undefined;
    try {
      await eventually(
        'the first four',
        () => eventsOf(pipe).length === 4,
        () => pipe.stderr(),
      );
      await emulator?.until(
        'the first four',
        ({ lines: [header = ''] }) => header.includes(' · 4 ') && header.includes('live ·'),
      );

      await plane.killApiServer();
      for (const running of [pipe, lines])
        await eventually('not live', () => running.stderr().includes('Connection lost: '));
      const lost = await emulator?.untilText('not live ·');
      expect(lost?.text ?? '● Ready').toContain('● Ready');
      await plane.startApiServer();
      // It is ready a moment before it serves custom resources again; the watches may be back before or after this.
      await until('web is served again', async () => (await cluster.names()).includes('web'));
      await ready('db');
      await remove('cache');
      await remove('api');
      await create('api');
      await create('new');
      await cluster.patch('web', { spec: { port: 9090 } });
      for (const running of [pipe, lines])
        await eventually('live again', () => running.stderr().includes('Reconnected.\n'));

      const server = new Map<string, MultiKeyListener>();
      for (const name of await cluster.names()) server.set(name, await cluster.get(name));
      const versions = (map: Map<string, MultiKeyListener>): string[] =>
        [...map.values()].map(({ metadata }) => `${metadata.name} ${metadata.uid} ${metadata.resourceVersion}`).sort();
      await eventually(
        'the server’s state',
        () => versions(carriedOut(eventsOf(pipe))).join() === versions(server).join(),
      );
      expect(
        eventsOf(pipe)
          .filter(({ object }) => object.metadata.name === 'cache')
          .map(({ type }) => type),
      ).toEqual(['ADDED', 'DELETED']);
      expect(
        eventsOf(pipe)
          .filter(({ object }) => object.metadata.name === 'new')
          .map(({ type }) => type),
      ).toEqual(['ADDED']);
      const inShort = (text: string): string[] =>
        text
          .trimEnd()
          .split('\n')
          .slice(1)
          .map((line) => line.split(/ +/).slice(1, 3).join(' '));
      const expected = eventsOf(pipe).map(({ type, object }) => `${type} ${object.metadata.name}`);
      await eventually(
        'the same lines',
        () => inShort(lines.stdout()).length === expected.length,
        () => lines.stdout(),
      );
      expect(inShort(lines.stdout()).sort()).toEqual(expected.sort());
      for (const running of [pipe, lines]) expect(running.stderr().match(/Reconnected\./g)).toHaveLength(1);

      await emulator?.until('the server’s state', ({ lines: all }) => {
        const rows = all.filter((line) => line.includes(' weighted ') && !/deleted \d s ago$/.test(line));
        const words = rows.map((line) => line.trim().split(/ +/));
        const seen = words.map(([name, , state, , , , port]) => `${name} ${state} ${port}`);
        return (
          seen.join() === 'api Unknown 8080,db Ready 8080,new Unknown 8080,web Ready 9090' &&
          / live · /.test(all[0] ?? '')
        );
      });
      emulator?.type('q');
      expect((await emulator?.end())?.status ?? 0).toBe(0);
    } finally {
      emulator?.close();
      for (const running of [pipe, lines]) running.kill('SIGINT');
    }
    for (const running of [pipe, lines]) expect((await running.result).status).toBe(130);
  }, 240_000);
});
