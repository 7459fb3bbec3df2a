import path from 'node:path';
import type { MultiKeyListener } from '../../src/model/resource.js';
import { loadYaml } from '../../src/yaml/load.js';
import { fileOf, newSite } from '../cli/site.js';
import { newCluster } from '../e2e/cluster.js';
import { describeWith, sharedControlPlane } from '../support/cluster/e2e.js';
import { openStore } from '../support/double/kubernetes-harness.js';
import { together, type Ended } from '../support/many.js';
import { report, tries, type Row } from '../support/verdict/reliability.js';

const rows: Row[] = [];
const COLUMNS = ['where', 'ten processes change', 'runs', 'changes that survived', 'said exit 5', 'lost'];
afterAll(() => report('lost-updates', COLUMNS, rows));

const RUNS = tries(1, 20);

/** The field that each of ten processes sets, and how it shows. */
const FIELDS: readonly [flags: string, shown: (resource: MultiKeyListener) => unknown, value: unknown][] = [
  ['--port 8081', ({ spec }) => spec.port, 8081],
  ['--host web2', ({ spec }) => spec.host, 'web2'],
  ['--observer none', ({ spec }) => spec.observer, 'none'],
  ['--tls-credentials tls', ({ spec }) => spec.tlsCredentials, 'tls'],
  ['--setting one=1', ({ spec }) => spec.settings?.['one'], '1'],
  ['--setting two=2', ({ spec }) => spec.settings?.['two'], '2'],
  ['--label one=1', ({ metadata }) => metadata.labels?.['one'], '1'],
  ['--label two=2', ({ metadata }) => metadata.labels?.['two'], '2'],
  ['--annotation one=1', ({ metadata }) => metadata.annotations?.['one'], '1'],
  ['--annotation two=2', ({ metadata }) => metadata.annotations?.['two'], '2'],
];
const PORTS = Array.from({ length: 10 }, (_, index) => 9000 + index);

const update = (flags: string): string[] => `mkl update web ${flags} --wait none --no-preflight`.split(' ');

/** A resource that others have a hand in; `read` is what is stored now. */
interface Place {
  where: string;
  env: Record<string, string>;
  read(): Promise<MultiKeyListener>;
  /** Throws unless all is there that others wrote. */
  unharmed(now: MultiKeyListener): void;
  /** Every value that the port had, where the place remembers. */
  ports?(): Promise<number[]>;
  remove(): Promise<void> | void;
}

interface Tally {
  survived: number;
  refused: number;
  lost: number;
}

function count(tally: Tally, { status, stderr }: Ended, survived: boolean): void {
  // Nothing but these two: a crash or a timeout is no honest answer.
  if (status !== 0 && status !== 5) throw new Error(`exit ${status}: ${stderr}`);
  if (status === 5) tally.refused += 1;
  else if (survived) tally.survived += 1;
  else tally.lost += 1;
}

async function differentFields(newPlace: () => Promise<Place>): Promise<void> {
  const tally = { survived: 0, refused: 0, lost: 0 };
  let where = '';
  for (let run = 0; run < RUNS; run += 1) {
    const place = await newPlace();
    where = place.where;
    const ended = await together(
      FIELDS.map(([flags]) => update(flags)),
      place.env,
    );
    const now = await place.read();
    FIELDS.forEach(([, shown, value], index) => count(tally, ended[index]!, shown(now) === value));
    place.unharmed(now);
    await place.remove();
  }
  rows.push([where, 'different fields', RUNS, tally.survived, tally.refused, tally.lost]);
  expect(tally).toEqual({ survived: 10 * RUNS - tally.refused, refused: tally.refused, lost: 0 });
}

/** One survives at the end; who said yes before must have been there at its time. */
async function sameField(newPlace: () => Promise<Place>): Promise<void> {
  const tally = { survived: 0, refused: 0, lost: 0 };
  let where = '';
  for (let run = 0; run < RUNS; run += 1) {
    const place = await newPlace();
    where = place.where;
    const ended = await together(
      PORTS.map((port) => update(`--port ${port}`)),
      place.env,
    );
    const now = await place.read();
    const seen = (await place.ports?.()) ?? PORTS;
    PORTS.forEach((port, index) => count(tally, ended[index]!, seen.includes(port)));
    // The last value is of one who said that it was written.
    expect(ended[PORTS.indexOf(now.spec.port)]?.status).toBe(0);
    place.unharmed(now);
    await place.remove();
  }
  rows.push([where, 'one field', RUNS, tally.survived, tally.refused, tally.lost]);
  expect(tally.lost).toBe(0);
  expect(tally.survived).toBeGreaterThan(0);
}

async function files(): Promise<Place> {
  const site = newSite();
  const text = `apiVersion: skupper.io/v2alpha1
kind: MultiKeyListener
metadata:
  name: web
  namespace: default
  finalizers:
  - example.com/theirs
  labels:
    theirs: "1"
  annotations:
    theirs: "no"
  uid: 0b3c2c0e-2f6b-4f5e-9e63-3ad2a1e6e9aa
spec:
  host: web
  port: 8080
  strategy:
    weighted:
      routingKeys:
        east: 3
  futureField:
    count: 9007199254740993
    words: ["on", "010"]
  settings:
    theirs: "1"
`;
  site.put(text, 'input', 'resources', path.basename(fileOf('web')));
  const read = async (): Promise<MultiKeyListener> =>
    loadYaml(site.files()[fileOf('web')] ?? '')[0] as MultiKeyListener;
  return {
    where: 'files',
    env: site.env,
    read,
    unharmed: ({ metadata, spec }) => {
      expect(metadata).toMatchObject({
        finalizers: ['example.com/theirs'],
        labels: { theirs: '1' },
        annotations: { theirs: 'no' },
        uid: '0b3c2c0e-2f6b-4f5e-9e63-3ad2a1e6e9aa',
      });
      expect(spec).toMatchObject({ futureField: { words: ['on', '010'] }, settings: { theirs: '1' } });
      expect(site.files()[fileOf('web')]).toContain('count: 9007199254740993\n');
      // No lock, no temporary file.
      expect(Object.keys(site.files())).toEqual([fileOf('web')]);
    },
    remove: () => site.remove(),
  };
}

describe('ten processes, on files', () => {
  test('different fields', () => differentFields(files));
  test('the same field', () => sameField(files));
});

const plane = sharedControlPlane();
async function server(): Promise<Place> {
  const cluster = await newCluster(plane!);
  const theirs = {
    apiVersion: 'skupper.io/v2alpha1',
    kind: 'MultiKeyListener',
    metadata: {
      name: 'web',
      labels: { theirs: '1' },
      annotations: { theirs: 'no' },
      finalizers: ['example.com/theirs'],
    },
    spec: { host: 'web', port: 8080, settings: { theirs: '1' }, strategy: { weighted: { routingKeys: { east: 3 } } } },
  };
  await plane!.admin('POST', `${cluster.path()}?fieldManager=theirs`, theirs);
  const { resourceVersion } = (await cluster.get('web')).metadata;
  return {
    where: 'a real API server',
    env: { KUBECONFIG: cluster.kubeconfig },
    read: () => cluster.get('web'),
    unharmed: ({ metadata, spec }) => {
      expect(metadata).toMatchObject({
        labels: { theirs: '1' },
        annotations: { theirs: 'no' },
        finalizers: ['example.com/theirs'],
      });
      expect(spec.settings).toMatchObject({ theirs: '1' });
      const managers = (metadata.managedFields ?? []) as { manager: string; fieldsV1: object }[];
      expect(managers.find(({ manager }) => manager === 'theirs')?.fieldsV1).toMatchObject({
        'f:metadata': {
          'f:labels': { 'f:theirs': {} },
          'f:annotations': { 'f:theirs': {} },
          'f:finalizers': { 'v:"example.com/theirs"': {} },
        },
        'f:spec': { 'f:settings': { 'f:theirs': {} }, 'f:strategy': expect.anything() },
      });
    },
    async ports() {
      const last = (await cluster.get('web')).metadata.resourceVersion;
      const store = await openStore(cluster.kubeconfig);
      const seen: number[] = [];
      for await (const event of store.watch({ name: 'web', since: resourceVersion }, new AbortController().signal)) {
        if (!('object' in event)) continue;
        seen.push(event.object.spec.port);
        if (event.object.metadata.resourceVersion === last) break;
      }
      return seen;
    },
    async remove() {
      await cluster.patch('web', { metadata: { finalizers: null } });
      await plane!.admin('DELETE', cluster.path('web'));
    },
  };
}

describeWith(plane)('ten processes, on a real API server', () => {
  test('different fields', () => differentFields(server));
  test('the same field', () => sameField(server));
});
