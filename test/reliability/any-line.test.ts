import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import fc from 'fast-check';
import { filesOf, newSite, type Site } from '../cli/site.js';
import { arbitraryLine, isFree, spell, type Line, type Spelling } from '../support/arbitrary/arbitrary-line.js';
import { ApiDouble } from '../support/double/api-double.js';
import type { Stored } from '../support/double/api-double-rules.js';
import { skupper, temporaryFolder, type Result } from '../support/program.js';
import { report, tries } from '../support/verdict/reliability.js';

/** docs/exit-status.md, without 127 and 130: no line is for another program, and nobody interrupts. */
const STATUSES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const WRITERS = ['create', 'update', 'delete', 'apply'];
/** After these statuses a write may have been done: success, timed out while waiting, and an Error that the resource reports. */
const WRITTEN = [0, 6, 7];
const SPELLINGS: readonly Spelling[] = [
  { at: 'end', joined: false },
  { at: 'front', joined: true },
  { at: 'between', joined: false },
  { at: 'mixed', joined: true },
];
/** Only ends what hangs: the long form runs 20,000 programs. */
const MOST_MS = 7_200_000;
/** Lines under way at a time. */
const AT_ONCE = 6;

const folder = temporaryFolder();
const counts = { lines: 0, runs: 0 };
let template: Site;
let double: ApiDouble;

beforeAll(async () => {
  template = newSite();
  for (const line of ['web 8080 --weighted east=1,west=1', 'db 5432 --priority east,north'])
    expect(await template.run(['mkl', 'create', ...line.split(' ')])).toMatchObject({ status: 0 });
  double = await ApiDouble.start();
  mkdirSync(folder.at('files'));
  writeFileSync(
    folder.at('files', 'good.yaml'),
    (await template.run(['mkl', 'generate', 'cache', '6379', '--weighted', 'east=1'])).stdout,
  );
});
afterAll(async () => {
  await double.stop();
  template.remove();
  folder.remove();
  report('any-line', ['lines', 'programs run'], [[counts.lines, counts.runs]]);
});

/** One run with a world of its own. */
interface World {
  run(words: readonly string[]): Promise<Result>;
  /** All that a write would change. */
  state(): string;
  /** Takes what is this world's own, and what time changes, out of a text. */
  plain(text: string): string;
  remove(): void;
}

let worlds = 0;

function siteWorld(): World {
  const home = folder.at(`home-${(worlds += 1)}`);
  cpSync(template.home, home, { recursive: true });
  return {
    run: (words) =>
      skupper(inWorld(words, home), {
        env: { SKUPPER_PLATFORM: 'linux', SKUPPER_MKL_DATA_HOME: home },
        cwd: folder.path,
        stdin: { text: '' },
      }),
    state: () => JSON.stringify(filesOf(home)),
    plain: (text) => withoutTimes(text.replaceAll(home, 'HOME')),
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}

async function clusterWorld(): Promise<World> {
  const namespace = `n${(worlds += 1)}`;
  double.storage.namespaces.add(namespace);
  for (const [name, port] of [
    ['web', 8080],
    ['db', 5432],
  ] as const)
    double.storage.create('multikeylisteners', namespace, {
      apiVersion: 'skupper.io/v2alpha1',
      kind: 'MultiKeyListener',
      metadata: { name } as Stored['metadata'],
      spec: { host: name, port, strategy: { weighted: { routingKeys: { east: 1, west: 1 } } } },
    });
  const kubeconfig = await double.kubeconfig({ namespace });
  return {
    run: (words) => {
      const line = inWorld(words, folder.at('no-home'));
      return skupper(line, { env: { KUBECONFIG: kubeconfig }, cwd: folder.path, stdin: { text: '' } });
    },
    state: () => JSON.stringify(double.storage.list('multikeylisteners', namespace)),
    plain: (text) => withoutTimes(text.replaceAll(namespace, 'NS').replaceAll(kubeconfig, 'KUBECONFIG')),
    remove: () => undefined,
  };
}

/** The words with this world's paths in place of the names of files. */
function inWorld(words: readonly string[], home: string): string[] {
  const paths: Record<string, string> = {
    HOME: home,
    FILE: folder.at('files', 'good.yaml'),
    FOLDER: folder.at('files'),
    MISSING: folder.at('files', 'missing'),
  };
  return words.map((word) => word.replace(/HOME|FILE|FOLDER|MISSING/, (name) => paths[name] ?? name));
}

const withoutTimes = (text: string): string =>
  text
    // A corrected line keeps the order in which it was typed.
    .replace(/(?<=Did you mean: )(?:(?!\\n).)*/, (words) => words.split(' ').sort().join(' '))
    .replace(/\b\d+(?:\.\d+)? ?m?s\b/g, 'TIME')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'DATE')
    .replace(/(uid|resourceVersion)("?: "?)[\w-]+/gi, '$1$2ID');

/** What is wrong with an answer, whatever the line was. */
function faultsOf({ stdout, stderr, status, signal }: Result, before: string, after: string, line: Line): string[] {
  const output = line.flags.some(({ spelled, value }) => ['-o', '--output'].includes(spelled) && value === 'json');
  const dry = line.flags.some(({ spelled, value }) => spelled === '--dry-run' && value !== 'none');
  const failed = status !== null && ![0, 6, 7, 9].includes(status);
  return [
    ...(status === null || !STATUSES.includes(status) ? [`status ${status} ${signal ?? ''}`] : []),
    ...(/"code": ?"internal"|Internal error|fault of the program/.test(stderr) ? ['internal error'] : []),
    ...(/^\s+at .*[:(]\d+/m.test(stderr) ? ['a stack trace'] : []),
    ...(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/.test(stdout + stderr) ? ['a control character'] : []),
    // The data of validate is its report.
    ...(output && failed && stdout !== '' && line.command !== 'validate' ? ['text on stdout beside a failure'] : []),
    ...(output && failed && !isErrorDocument(stderr) ? ['stderr is no error document'] : []),
    ...(failed && stderr.trim() === '' ? ['a failure without a word'] : []),
    ...(before !== after && (dry || !WRITERS.includes(line.command)) ? ['it wrote'] : []),
    // Of several names some can be deleted and others not: stdout says which.
    ...(before !== after && !WRITTEN.includes(status ?? -1) && !/^multikeylistener\/\S+( deleted)?$/m.test(stdout)
      ? ['it wrote and failed']
      : []),
  ];
}

function isErrorDocument(stderr: string): boolean {
  try {
    const document = JSON.parse(stderr) as { error?: { code?: string; exitCode?: number } };
    return typeof document.error?.code === 'string' && typeof document.error.exitCode === 'number';
  } catch {
    return false;
  }
}

interface Answer {
  words: string[];
  faults: string[];
  status: number | null;
  said: string;
}

async function tried(line: Line, spelling: Spelling, world: World): Promise<Answer> {
  const words = spell(line, spelling);
  try {
    const before = world.state();
    const result = await world.run(words);
    counts.runs += 1;
    const faults = faultsOf(result, before, world.state(), line);
    const said = [String(result.status), world.plain(result.stdout), world.plain(result.stderr)].join('\n');
    return { words, faults: faults.length > 0 ? [...faults, said] : [], status: result.status, said };
  } finally {
    world.remove();
  }
}

/** The lines that were found wanting: fast-check makes them smaller one by one. */
async function hold(check: (line: Line) => Promise<void>, runs: number): Promise<void> {
  let left = runs;
  const share = (): fc.Parameters<[Line]> => ({
    numRuns: Math.ceil(runs / AT_ONCE),
    interruptAfterTimeLimit: MOST_MS,
  });
  await Promise.all(
    Array.from({ length: AT_ONCE }, async (_, index) => {
      const seed = (process.env['CI'] === 'true' ? 20261127 : Date.now()) + index;
      await fc.assert(
        fc.asyncProperty(arbitraryLine(), async (line) => {
          left -= 1;
          counts.lines += 1;
          await check(line);
        }),
        { ...share(), seed },
      );
    }),
  );
  expect(left).toBeLessThanOrEqual(0);
}

test(
  'on a system site: every line ends in order, and says the same however it is spelled',
  async () => {
    await hold(
      async (line) => {
        const spellings = isFree(line) ? SPELLINGS : SPELLINGS.slice(0, 1);
        const answers = await Promise.all(spellings.map((spelling) => tried(line, spelling, siteWorld())));
        for (const { words, faults } of answers)
          expect({ words: words.slice(0, 20), faults }).toEqual({ words: words.slice(0, 20), faults: [] });
        // What time ended is another thing each time.
        if (
          answers.some(({ status }) => status === 6) ||
          line.flags.some(({ spelled }) => /^(-w|--watch)$/.test(spelled))
        )
          return;
        const [first] = answers;
        for (const { words, said } of answers)
          expect({ words: words.slice(0, 20), said }).toEqual({ words: words.slice(0, 20), said: first?.said });
      },
      tries(60, 4_000),
    );
  },
  MOST_MS,
);

test(
  'on a cluster: every line ends in order',
  async () => {
    await hold(
      async (line) => {
        const { words, faults } = await tried(line, { at: 'end', joined: false }, await clusterWorld());
        expect({ words: words.slice(0, 20), faults }).toEqual({ words: words.slice(0, 20), faults: [] });
      },
      tries(60, 4_000),
    );
  },
  MOST_MS,
);
