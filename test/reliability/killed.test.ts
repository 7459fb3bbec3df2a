import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { newSite, RESOURCES, type Site } from '../cli/site.js';
import { faulty, loggedCalls, type Call, type Fault } from '../support/faults/fs-faults.js';
import { temporaryFolder } from '../support/program.js';
import { LONG, report, type Row } from '../support/verdict/reliability.js';

const rows: Row[] = [];
const COLUMNS = ['command', 'killed at', 'runs', 'old, whole', 'new, whole', 'torn or lost', 'next run succeeds'];
afterAll(() => report('killed', COLUMNS, rows));
const folder = temporaryFolder();
afterAll(() => folder.remove());

/** What Skupper reads of input/resources (system-sites.md): `*.yaml` and `*.yml`; and what its watcher reacts to besides. */
const SEEN = /\.ya?ml$|^[A-Za-z]+-.*\.(?:ya?ml|json)$/;

/** A file with two neighbours: their bytes are not to change. */
const SHARED = `# neighbours
apiVersion: skupper.io/v2alpha1
kind: Connector
metadata: {name: one}
spec: {port: 010} # octal
---
apiVersion: skupper.io/v2alpha1
kind: MultiKeyListener
metadata:
  name: web
spec:
  host: web
  port: 8080
  strategy:
    priority:
      routingKeys:
      - a
---
apiVersion: skupper.io/v2alpha1
kind: Connector
metadata: {name: two}
`;

interface Subject {
  title: string;
  line: string;
  /** What is there before; nothing by default. */
  prepare?(site: Site): void;
  /** The next run after one that did nothing, and after one that did all. */
  next: [undone: string, done: string];
}

/** As `mkl create web 8080 --weighted east=1,west=1 --label l=1` writes it. */
const WEB = `apiVersion: skupper.io/v2alpha1
kind: MultiKeyListener
metadata:
  labels:
    l: "1"
  name: web
  namespace: default
spec:
  host: web
  port: 8080
  strategy:
    weighted:
      routingKeys:
        east: 1
        west: 1
`;
const web = (site: Site): void => site.put(WEB, 'input', 'resources', 'MultiKeyListener-web.yaml');
const manifest = folder.at('manifest.yaml');
const SUBJECTS: Subject[] = [
  {
    title: 'create',
    line: 'mkl create web 8080 --priority a,b',
    next: ['mkl create web 8080 --priority a,b', 'mkl update web --label next=1'],
  },
  {
    title: 'update',
    line: 'mkl update web --port 8081',
    prepare: web,
    next: ['mkl update web --port 8081', 'mkl update web --port 8082'],
  },
  {
    title: 'update of another kind',
    line: 'mkl update web --priority a,b --recreate',
    prepare: web,
    next: ['mkl update web --priority a,b --recreate', 'mkl update web --port 8082'],
  },
  {
    title: 'update in a file of several',
    line: 'mkl update web --port 8081',
    prepare: (site) => site.put(SHARED, 'input', 'resources', 'all.yaml'),
    next: ['mkl update web --port 8081', 'mkl update web --port 8082'],
  },
  {
    title: 'apply',
    line: `mkl apply -f ${manifest}`,
    prepare: web,
    next: [`mkl apply -f ${manifest}`, 'mkl update web --label next=1'],
  },
  {
    title: 'delete',
    line: 'mkl delete web',
    prepare: web,
    next: ['mkl delete web', 'mkl create web 1 --priority a'],
  },
];

beforeAll(async () => {
  const site = newSite();
  const { stdout } = await site.run('mkl generate web 8081 --weighted east=1,west=1 --host web'.split(' '));
  site.remove();
  writeFileSync(manifest, stdout);
});

/** All that Skupper sees. */
function seen(site: Site): Record<string, string> {
  const all = Object.entries(site.files());
  return Object.fromEntries(
    all.filter(([name]) => name.startsWith(RESOURCES + path.sep) && SEEN.test(path.basename(name))),
  );
}

/** The lock of a dead process is broken after two seconds: the short form lets them have passed. */
function letTimePass(site: Site): void {
  const input = path.join(site.home, path.dirname(RESOURCES));
  const past = new Date(Date.now() - 5_000);
  try {
    for (const name of readdirSync(input)) if (name.includes('.lock')) utimesSync(path.join(input, name), past, past);
  } catch {
    // Killed before there was a folder.
  }
}

interface Whole {
  old: Record<string, string>;
  now: Record<string, string>;
  calls: Call[];
}

/** What there is before and after, and what is called on the way. */
async function whole({ line, prepare }: Subject): Promise<Whole> {
  const site = newSite();
  prepare?.(site);
  const old = seen(site);
  const log = folder.at(`calls-${Math.random()}`);
  const result = await site.run(line.split(' '), { env: faulty({ below: site.home, log }) });
  expect({ line, ...result }).toMatchObject({ status: 0 });
  const now = seen(site);
  expect(now).not.toEqual(old);
  site.remove();
  return { old, now, calls: loggedCalls(log) };
}

type Outcome = 'old' | 'new' | 'torn';

async function killed(subject: Subject, states: Whole, fault: Omit<Fault, 'below'>): Promise<[Outcome, boolean]> {
  const site = newSite();
  subject.prepare?.(site);
  const result = await site.run(subject.line.split(' '), { env: faulty({ below: site.home, ...fault }) });
  if (result.signal !== 'SIGKILL') throw new Error(`${JSON.stringify(fault)} was not met: ${result.stderr}`);
  const found = seen(site);
  const same = (state: Record<string, string>): boolean => JSON.stringify(state) === JSON.stringify(found);
  const outcome = same(states.now) ? 'new' : same(states.old) ? 'old' : 'torn';
  if (!LONG) letTimePass(site);
  const next = await site.run(subject.next[outcome === 'new' ? 1 : 0].split(' '));
  // No lock and no temporary file is left, anywhere.
  const strange = Object.keys(site.files()).filter((name) => !(name in seen(site)));
  const clean = next.status === 0 && strange.length === 0;
  if (!clean || outcome === 'torn') {
    process.stderr.write(`${subject.title} ${JSON.stringify(fault)}: ${outcome}, ${strange} ${next.stderr}\n`);
  }
  site.remove();
  return [outcome, clean];
}

const HOWS = ['before', 'half', 'after'] as const;

test.each(SUBJECTS)('$title', async (subject) => {
  const states = await whole(subject);
  // The short form leaves out what only reads, and kills before each call, which is after the one before it.
  const faults = states.calls.flatMap((call, index) =>
    HOWS.filter(
      (how) => (how !== 'half' || call.call.endsWith('writeFile')) && (LONG || (call.writes && how !== 'after')),
    ).map((how) => ({ at: index + 1, how, call })),
  );
  expect(states.calls.filter(({ writes }) => writes).length).toBeGreaterThan(4);
  const ended = await Promise.all(faults.map(({ at, how }) => killed(subject, states, { at, how })));
  for (const how of HOWS) {
    const of = ended.filter((_, index) => faults[index]?.how === how);
    if (of.length === 0) continue;
    const number = (outcome: Outcome): number => of.filter(([each]) => each === outcome).length;
    const clean = of.filter(([, each]) => each).length;
    const where = how === 'half' ? 'within each write' : `${how} each of ${of.length} file-system calls`;
    rows.push([subject.title, where, of.length, number('old'), number('new'), number('torn'), clean]);
  }
  expect(ended.filter(([outcome, clean]) => outcome === 'torn' || !clean)).toEqual([]);
  // Some were killed before the change, some after it.
  expect(new Set(ended.map(([outcome]) => outcome))).toEqual(new Set(['old', 'new']));
});
