import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { MultiKeyListener } from '../../src/model/resource.js';
import { fileOf, newSite } from '../cli/site.js';
import { newCluster, until } from '../e2e/cluster.js';
import { ApiDouble } from '../support/double/api-double.js';
import { describeWith, sharedControlPlane } from '../support/cluster/e2e.js';
import { faulty, loggedCalls, type Fault as FileFault } from '../support/faults/fs-faults.js';
import { skupper, started, temporaryFolder, type Result } from '../support/program.js';
import { report, tries, type Row } from '../support/verdict/reliability.js';
import { restClient } from '../support/cluster/rest.js';

const PATH = '/apis/skupper.io/v2alpha1/namespaces/default/multikeylisteners';
const OLD = {
  apiVersion: 'skupper.io/v2alpha1',
  kind: 'MultiKeyListener',
  metadata: { name: 'web', labels: { l: '1' }, annotations: { n: 'a: "b"\n# c' }, finalizers: [] },
  spec: {
    host: 'web',
    port: 8080,
    settings: { k: 'no' },
    strategy: { weighted: { routingKeys: { east: 3, west: 1 } } },
  },
};
const NEW_STRATEGY = { priority: { routingKeys: ['east', 'west'] } };
const CHANGE = 'mkl update web --priority east,west --recreate --wait none'.split(' ');

const folder = temporaryFolder();
afterAll(() => folder.remove());
const rows: Row[] = [];
afterAll(() => report('recreate', ['cut off', 'left behind', 'tried'], rows));

const LEFT_FILE = 'neither; the file, which put the old one back';
type Left = 'the old' | 'the new' | typeof LEFT_FILE;

/** What a fault is about: one request of the run, or one call that writes the file. */
interface Trial {
  /** Where the state folder and the kubeconfig are. */
  env: Record<string, string>;
  state: string;
  double: ApiDouble;
  stored(): MultiKeyListener | undefined;
}

const doubles: ApiDouble[] = [];
afterAll(() => Promise.all(doubles.map((double) => double.stop())));

async function newTrial(): Promise<Trial> {
  const double = await ApiDouble.start();
  doubles.push(double);
  const state = mkdtempSync(folder.at('state-'));
  await restClient(double.url, 'admin-token')('POST', PATH, OLD);
  double.requests.length = 0;
  const env = { KUBECONFIG: await double.kubeconfig(), XDG_STATE_HOME: state };
  const stored = (): MultiKeyListener | undefined =>
    double.storage.list('multikeylisteners', 'default')[0] as MultiKeyListener | undefined;
  return { env, state, double, stored };
}

/** The manifests kept, without what a write was cut off at. */
function keptIn(state: string): string[] {
  const kept = path.join(state, 'skupper-multikeylistener');
  try {
    return readdirSync(kept)
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => path.join(kept, name));
  } catch {
    return [];
  }
}

const RESTORE = /restore it with: (skupper multikeylistener create .*)$/m;

/** What is left, after checking that it is one of the three and that nothing is left in the way. */
async function judge({ env, state, stored }: Trial, { status, stderr }: Result): Promise<Left> {
  const now = stored();
  const kept = keptIn(state);
  if (status === 0) expect(kept).toEqual([]);
  if (now) {
    const isOld = 'weighted' in now.spec.strategy;
    expect(now.spec).toEqual(isOld ? OLD.spec : { ...OLD.spec, strategy: NEW_STRATEGY });
    expect(now.metadata).toMatchObject({ labels: OLD.metadata.labels, annotations: OLD.metadata.annotations });
    return isOld ? 'the old' : 'the new';
  }
  expect(kept).toHaveLength(1);
  const [file = ''] = kept;
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(stderr).toContain(file);
  const [, command = ''] = RESTORE.exec(stderr) ?? [];
  // The same line stands in the file, for who never saw the terminal.
  expect(readFileSync(file, 'utf8')).toContain(command);
  const restored = await skupper([...command.split(' ').slice(1), '--wait', 'none'], { env });
  expect(restored).toMatchObject({ status: 0, stdout: 'multikeylistener/web created\n' });
  expect(stored()?.spec).toEqual(OLD.spec);
  expect(stored()?.metadata).toMatchObject({ labels: OLD.metadata.labels, annotations: OLD.metadata.annotations });
  return LEFT_FILE;
}

/** Runs all, counts what was left, and notes it for the report. */
async function tally(what: string, runs: readonly (() => Promise<Left>)[]): Promise<Map<Left, number>> {
  const counts = new Map<Left, number>();
  for (const left of await Promise.all(runs.map((run) => run()))) counts.set(left, (counts.get(left) ?? 0) + 1);
  for (const [left, count] of counts) rows.push([what, left, count]);
  return counts;
}

/** How many requests a run makes. */
async function requestsOfARun(): Promise<number> {
  const trial = await newTrial();
  const result = await skupper(CHANGE, { env: trial.env });
  expect({ ...result, stderr: '' }).toMatchObject({ status: 0, stdout: 'multikeylistener/web recreated\n' });
  expect(await judge(trial, result)).toBe('the new');
  const { length } = trial.double.requests;
  return length;
}

const numbers = (most: number): number[] => Array.from({ length: most }, (_, index) => index + 1);

describe('--recreate against an API server', () => {
  let requests = 0;
  beforeAll(async () => {
    requests = await requestsOfARun();
    // One get, what surrounds it, delete, the Sites, create.
    expect(requests).toBeGreaterThan(4);
  });

  test.each([
    ['before the server does it', false],
    ['after the server did it', true],
  ])('killed at each request, %s', async (when, done) => {
    const runs = numbers(requests).map((at) => async () => {
      const trial = await newTrial();
      let seen = 0;
      const program = started(CHANGE, { env: trial.env });
      trial.double.faults.push({
        kind: 'hang',
        done,
        when: () => {
          seen += 1;
          if (seen === at) program.kill('SIGKILL');
          return seen === at;
        },
      });
      const result = await program.result;
      expect(result.signal).toBe('SIGKILL');
      const left = await judge(trial, result);
      return left;
    });
    const counts = await tally(`SIGKILL at each of ${requests} requests, ${when}`, runs);
    // It did reach the gap between delete and create.
    expect(counts.get(LEFT_FILE)).toBeGreaterThan(0);
  });

  test.each([
    ['once', 'before the server does it', false, 1],
    ['once', 'after the server did it', true, 1],
    ['from then on', 'before the server does it', false, Infinity],
    ['from then on', 'after the server did it', true, Infinity],
  ])('the connection is cut %s at each request, %s', async (often, when, done, times) => {
    const runs = numbers(requests).map((at) => async () => {
      const trial = await newTrial();
      let seen = 0;
      const cut = { kind: 'reset' as const, when: () => (seen += 1) >= at && seen < at + times };
      // Only the request that meets it is carried out.
      trial.double.faults.push({ ...cut, done, times: 1 });
      if (times > 1) trial.double.faults.push({ kind: 'reset', when: () => seen >= at });
      const result = await skupper(CHANGE, { env: trial.env, killAfterMs: 55_000 });
      expect(result.signal).toBeNull();
      trial.double.faults.length = 0;
      const left = await judge(trial, result);
      return left;
    });
    await tally(`connection cut ${often}, at each of ${requests} requests, ${when}`, runs);
  });

  test('killed at each call that keeps the manifest', async () => {
    const dry = await newTrial();
    const log = folder.at('calls');
    await skupper(CHANGE, { env: { ...dry.env, ...faulty({ below: dry.state, log }) } });
    const calls = loggedCalls(log);
    expect(calls.map(({ call }) => call)).toEqual(expect.arrayContaining(['open', 'handle.sync', 'rename', 'rm']));
    const ways = (['before', 'half', 'after'] as const).flatMap((how) =>
      calls.map((_, index): Omit<FileFault, 'below'> => ({ at: index + 1, how })),
    );
    // In the short form every fourth: 4 and 3 have no common divisor, so all three ways have their turn.
    const chosen = ways.filter((_, index) => index % tries(4, 1) === 0);
    const runs = chosen.map((way) => async () => {
      const trial = await newTrial();
      const result = await skupper(CHANGE, { env: { ...trial.env, ...faulty({ below: trial.state, ...way }) } });
      expect(result.signal).toBe('SIGKILL');
      const left = await judge(trial, result);
      return left;
    });
    await tally(`SIGKILL before, within and after each of ${calls.length} calls that keep the manifest`, runs);
  });

  test('the manifest can be kept nowhere: refused, exit 1, and nothing was deleted; a temporary folder will do', async () => {
    const [nowhere, temporary] = await Promise.all([newTrial(), newTrial()]);
    const file = folder.at('a-file');
    mkdirSync(folder.at('tmp'));
    const noState = { XDG_STATE_HOME: path.join(process.execPath, 'state') };
    const [refused, kept] = await Promise.all([
      skupper(CHANGE, { env: { ...nowhere.env, ...noState, TMPDIR: path.join(file, 'none') } }),
      skupper(CHANGE, { env: { ...temporary.env, ...noState, TMPDIR: folder.at('tmp') } }),
    ]);
    expect(refused).toMatchObject({ status: 1, stdout: '' });
    expect(refused.stderr).toContain('nothing was deleted');
    expect(nowhere.stored()?.spec).toEqual(OLD.spec);
    expect(nowhere.double.writes).toEqual([]);
    expect(kept).toMatchObject({ status: 0 });
    expect(kept.stderr).toContain(folder.at('tmp'));
    expect(readdirSync(folder.at('tmp'))).toEqual([]);
    rows.push(['nowhere to keep the manifest', 'the old, exit 1', 1]);
  });
});

test('--recreate --reload on a system site, killed by the first reload: the command printed puts it back', async () => {
  const site = newSite();
  const bin = folder.at('bin');
  mkdirSync(bin, { mode: 0o755 });
  writeFileSync(path.join(bin, 'skupper'), '#!/bin/sh\nkill -9 $PPID\n', { mode: 0o755 });
  const env = { XDG_STATE_HOME: folder.at('state-site') };
  await site.run('mkl create web 8080 --weighted east=3,west=1 --label l=1'.split(' '));
  const before = site.files()[fileOf('web')];
  const change = 'mkl update web --priority east,west --recreate --reload'.split(' ');
  const { signal, stderr } = await site.run(change, { env: { ...env, PATH: `${bin}:/usr/bin:/bin` } });
  expect({ signal, file: site.files()[fileOf('web')] }).toEqual({ signal: 'SIGKILL', file: undefined });
  const [, command = ''] = RESTORE.exec(stderr) ?? [];
  // Without the variables that chose the site.
  expect(await skupper(command.split(' ').slice(1))).toMatchObject({ status: 0 });
  expect(site.files()[fileOf('web')]).toBe(before);
  site.remove();
  rows.push(['SIGKILL in the reload between delete and create, system site', LEFT_FILE, 1]);
});

const plane = sharedControlPlane();
describeWith(plane)('--recreate against the real API server', () => {
  test('killed while a finalizer holds the old one: once that lets go, what was printed puts it back', async () => {
    const cluster = await newCluster(plane!);
    const state = folder.at('state-real');
    await cluster.run('mkl create web 8080 --weighted east=3,west=1 --label l=1 --setting k=no --wait none');
    await cluster.patch('web', { metadata: { finalizers: ['example.com/hold'] } });
    const before = await cluster.get('web');
    const env = { KUBECONFIG: cluster.kubeconfig, XDG_STATE_HOME: state };
    const program = started(CHANGE, { env });
    await until('it is being deleted', async () => 'deletionTimestamp' in (await cluster.get('web')).metadata);
    await until('the wait is under way', () => program.stderr().includes('web deleted'));
    program.kill('SIGKILL');
    const { stderr, signal } = await program.result;
    expect(signal).toBe('SIGKILL');
    await cluster.patch('web', { metadata: { finalizers: null } });
    await until('it is gone', async () => (await cluster.names()).length === 0);
    const [, command = ''] = RESTORE.exec(stderr) ?? [];
    const words = [...command.split(' ').slice(1), '--wait', 'none'];
    expect(await skupper(words, { env: { KUBECONFIG: cluster.kubeconfig } })).toMatchObject({ status: 0 });
    const now = await cluster.get('web');
    expect(now.spec).toEqual(before.spec);
    expect(now.metadata.labels).toEqual({ l: '1' });
    expect(now.metadata.finalizers).toEqual(['example.com/hold']);
    await cluster.patch('web', { metadata: { finalizers: null } });
    rows.push(['SIGKILL while a finalizer holds the old one, real API server', LEFT_FILE, 1]);
  });
});
