import { eventually, liveCluster, type LiveCluster } from '../support/emulator/emulator-cluster.js';
import { writeKubeconfig } from '../support/cluster/kubeconfig.js';
import { hasTerminal, type Running } from '../support/program.js';
import type { Emulator } from '../support/emulator/emulator.js';

let cluster: LiveCluster;
let pipe: Running;
let json: Running;
let screen: Emulator | undefined;

/** Three resources, watched in a pipe, as JSON, and on a terminal where there is one. */
beforeEach(async () => {
  cluster = await liveCluster();
  for (const name of ['api', 'db', 'web']) {
    cluster.add(name);
    cluster.reach(name, 'east', 'west');
  }
  pipe = cluster.pipe('mkl status --watch');
  json = cluster.pipe('mkl status --watch -o json');
  screen = hasTerminal() ? cluster.screen('mkl status --watch', { columns: 150 }) : undefined;
  await lines(3);
  await screen?.untilText('live ·');
});
afterEach(() => cluster.stop());

const said = (): string[] => pipe.stdout().trimEnd().split('\n').slice(1);
const events = (): string[] => said().map((line) => line.split(/ +/).slice(1, 3).join(' '));
const whole = (): string => `${pipe.stdout()}\n${pipe.stderr()}`;

/** Waits for so many events in both pipes. */
async function lines(count: number): Promise<void> {
  await eventually(`${count} events`, () => said().length >= count && json.stdout().split('\n').length > count, whole);
}

/** Waits until every one of them says that it is not live, for this reason. */
async function notLive(reason: RegExp): Promise<void> {
  for (const running of [pipe, json]) await eventually('not live', () => reason.test(running.stderr()), whole);
  await screen?.until(
    'not live',
    ({ lines: [header = ''] }) => header.includes('not live ·') && header.includes('reconnecting ('),
  );
}

async function liveAgain(): Promise<void> {
  for (const running of [pipe, json])
    await eventually('live again', () => running.stderr().endsWith('Reconnected.\n'), whole);
  await screen?.until(
    'live again',
    ({ lines: [header = ''] }) => / live · /.test(header) && !header.includes('not live'),
  );
}

/** What the pipes said after the first three: these events, in any order of names, and none twice. */
async function expectEvents(...expected: string[]): Promise<void> {
  await lines(3 + expected.length);
  // Whatever else were to come would come before this one.
  cluster.add('last');
  await lines(4 + expected.length);
  expect(events().slice(3).sort()).toEqual([...expected, 'ADDED last'].sort());
  const objects = json.stdout().trimEnd().split('\n').slice(3);
  type Line = { type: string; object: { metadata: { name: string } } };
  const short = objects
    .map((line) => JSON.parse(line) as Line)
    .map(({ type, object }) => `${type} ${object.metadata.name}`);
  expect(short.sort()).toEqual([...expected, 'ADDED last'].sort());
}

/** The rows on the screen that are not struck out are what the server has. */
async function expectScreen(): Promise<void> {
  const names = cluster.names();
  const exists = names.join();
  await screen?.until(`rows ${exists}`, ({ lines: all }) => {
    const rows = all.filter((line) => / (weighted|priority) /.test(line) && !/deleted \d s ago$/.test(line));
    return rows.map((line) => line.trim().split(' ')[0]).join() === exists;
  });
}

/** Everything that happened while nobody could see it: one changed, one deleted, one added, one replaced. */
function changeEverything(): string[] {
  cluster.reach('web', 'east');
  cluster.remove('db');
  cluster.add('new');
  cluster.remove('api');
  cluster.add('api');
  return ['MODIFIED web', 'DELETED db', 'ADDED new', 'DELETED api', 'ADDED api'];
}

const count = (text: string, part: string): number => text.split(part).length - 1;

test('the connection is lost, comes back, and all that changed meanwhile is an event, once', async () => {
  await cluster.double.refuse();
  await notLive(/^Connection lost: /);
  const expected = changeEverything();
  await cluster.double.listen();
  await liveAgain();
  await expectEvents(...expected);
  await expectScreen();
  for (const running of [pipe, json]) {
    expect(count(running.stderr(), 'Connection lost: ')).toBe(1);
    expect(count(running.stderr(), 'Reconnected.')).toBe(1);
  }
});

test('nothing changed while it was away: no event', async () => {
  await cluster.double.refuse();
  await notLive(/^Connection lost: /);
  await cluster.double.listen();
  await liveAgain();
  await expectEvents();
});

test.each(['gone', 'half-line', 'garbage', 'reset', 'end'] as const)(
  'a watch that ends with %s goes on',
  async (how) => {
    const expected = changeEverything();
    await lines(3 + expected.length);
    if (how === 'gone') cluster.double.storage.compact();
    cluster.double.cutWatches(how);
    cluster.reach('web', 'east', 'west');
    await expectEvents(...expected, 'MODIFIED web');
    await expectScreen();
  },
);

test('a token that has expired: said as such, and a new one in the kubeconfig is taken up', async () => {
  cluster.double.tokens.delete('admin-token');
  cluster.double.cutWatches('reset');
  await notLive(/authentication failed/);
  const expected = changeEverything();
  cluster.double.tokens.set('another', 'admin');
  const parts = { server: cluster.double.url, namespace: 'west', context: 'prod-eu', token: 'another' };
  await writeKubeconfig(cluster.kubeconfig, parts);
  await liveAgain();
  await expectEvents(...expected);
  await expectScreen();
});

test('the CRD is removed with all resources, and comes back', async () => {
  cluster.double.skupper = 'absent';
  for (const name of cluster.names()) cluster.remove(name);
  await lines(6);
  cluster.double.cutWatches('gone');
  await notLive(/Skupper is not installed on this cluster/);
  cluster.double.skupper = 'present';
  cluster.add('web');
  await liveAgain();
  await expectEvents('DELETED api', 'DELETED db', 'DELETED web', 'ADDED web');
  await expectScreen();
});

test('the namespace goes away unseen: everything in it is reported as deleted', async () => {
  await cluster.double.refuse();
  await notLive(/^Connection lost: /);
  for (const name of cluster.names()) cluster.remove(name);
  cluster.double.storage.namespaces.delete('west');
  await cluster.double.listen();
  await liveAgain();
  await lines(6);
  expect(events().slice(3).sort()).toEqual(['DELETED api', 'DELETED db', 'DELETED web']);
  const empty = await screen?.until('empty', ({ text }) => text.includes('No multikeylisteners here yet.'));
  expect(empty?.lines[0] ?? 'west · prod-eu · 0').toContain('west · prod-eu · 0');
});

test('a server without list streams, and one that answers 500 for a while', async () => {
  cluster.double.streamingLists = 'refused';
  cluster.double.faults.push({ kind: 'status', code: 500, times: 6 });
  cluster.double.cutWatches('reset');
  const expected = changeEverything();
  await expectEvents(...expected);
  await liveAgain();
  await expectScreen();
});
