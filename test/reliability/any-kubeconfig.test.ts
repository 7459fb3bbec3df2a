import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import fc from 'fast-check';
import { arbitraryKubeconfigs, type KubeconfigSet } from '../support/arbitrary/arbitrary-kubeconfig.js';
import { kubectlReading, ourReading, writeKubeconfigs, type Reading } from '../support/kubectl-judge.js';
import { report, tries } from '../support/verdict/reliability.js';

/** Kubeconfigs with kubectl's answers (v1.32), for where there is no kubectl. Written anew with RECORD=1. */
const RECORDED = new URL('../support/recorded-kubeconfigs.json', import.meta.url);
type Recorded = { set: KubeconfigSet; kubectl: Reading }[];

const counts = { refused: 0, same: 0, stricter: 0 };
afterAll(() =>
  report('any-kubeconfig', ['refused by both', 'read alike', 'refused by this program only'], [Object.values(counts)]),
);

async function inFolder<T>(set: KubeconfigSet, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'mkl-kubeconfig-'));
  try {
    writeKubeconfigs(folder, set);
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Credentials that cannot be used are refused here also where the server is plain http, to which kubectl sends none. */
const isPlain = (reading: Reading): boolean => !reading.refused && !reading.server.startsWith('https:');

/** Without credentials kubectl asks for a name and a password before it looks at anything else. */
const asks = (reading: Reading): boolean => !reading.refused && reading.asks === true;

function hold(ours: Reading, kubectl: Reading): void {
  if (ours.refused && (asks(kubectl) || isPlain(kubectl)) && !/^context-unknown/.test(ours.why)) {
    counts.stricter += 1;
    return;
  }
  if (ours.refused && kubectl.refused) counts.refused += 1;
  else {
    const theirs = kubectl.refused ? kubectl : { ...kubectl, asks: undefined };
    expect({ ours }).toEqual({ ours: theirs });
    counts.same += 1;
  }
}

test('kubeconfigs are read or refused as kubectl did when its answers were recorded', async () => {
  const recorded = JSON.parse(readFileSync(RECORDED, 'utf8')) as Recorded;
  for (const { set, kubectl } of recorded)
    await inFolder(set, async (folder) => hold(await ourReading(folder, set), kubectl));
  expect(counts.same).toBeGreaterThan(20);
  expect(counts.refused).toBeGreaterThan(20);
});

const kubectl = spawnSync('kubectl', ['version', '--client']).status === 0;

(kubectl ? test : test.skip)('kubeconfigs are read or refused as by the kubectl of this machine', async () => {
  const answers: Recorded = [];
  await fc.assert(
    fc.asyncProperty(arbitraryKubeconfigs(), (set) =>
      inFolder(set, async (folder) => {
        const [ours, theirs] = await Promise.all([ourReading(folder, set), kubectlReading(folder, set)]);
        if (process.env['RECORD'] === '1')
          answers.push({ set, kubectl: theirs.refused ? { refused: true, why: '' } : theirs });
        hold(ours, theirs);
      }),
    ),
    { numRuns: tries(60, 3_000) },
  );
  if (process.env['RECORD'] === '1') writeFileSync(RECORDED, `${JSON.stringify(answers)}\n`);
});
