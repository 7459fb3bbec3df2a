import { readFileSync } from 'node:fs';
import { anything } from '../support/arbitrary/arbitrary-resource.js';
import { jsonText } from '../support/arbitrary/arbitrary-text.js';
import { byFlags, byManifest } from '../support/arbitrary/arbitrary-update.js';
import type { Handle } from '../support/cluster/control-plane-handle.js';
import { startControlPlane, type ControlPlane } from '../support/cluster/control-plane.js';
import { installCrds } from '../support/cluster/control-plane-setup.js';
import { describeWith, sharedControlPlane } from '../support/cluster/e2e.js';
import { sharedFile } from '../support/recorded.js';
import { report, tries, type Row } from '../support/verdict/reliability.js';
import { SEED, tryAll, type Tally } from '../support/verdict/trial.js';
import { CASES } from '../support/verdict/verdict-cases.js';
import { STRICTER } from '../support/verdict/verdict-rules.js';
import { VerdictServer } from '../support/double/verdict-server.js';

const shared = sharedControlPlane();
const MINUTES = 60_000;

describeWith(shared)("the local verdict and the API server's", () => {
  let server: VerdictServer;
  /** Where ../shared has Skupper's own CRD, the server has that one and not ours. */
  let own: ControlPlane | undefined;
  const tallies = new Map<string, Tally>();

  beforeAll(async () => {
    const published = sharedFile('crd', 'skupper_multikeylistener_crd.yaml');
    let plane = shared as Handle;
    if (published !== undefined) {
      const started = await startControlPlane({ crds: false });
      if ('reason' in started) throw new Error(started.reason);
      plane = own = started;
      await installCrds(own.admin, [published]);
    }
    server = await VerdictServer.open(plane);
    process.stderr.write(`verdict: seed ${SEED}\n`);
  }, 2 * MINUTES);

  afterAll(async () => {
    server.close();
    await own?.stop();
    report(
      'verdict',
      COLUMNS,
      [...tallies].map(([what, tally]) => row(what, tally)),
    );
    report('verdict-rules', ['rule', 'cases'], ruleRows([...tallies.values()]));
  });

  test.each(CASES)('kept: $title is $says', async ({ object, says }) => {
    const outcome = await (typeof object === 'string' ? server.text(object) : server.object(object));
    expect(outcome).toEqual(
      says.startsWith('both') ? { verdict: says } : { verdict: 'stricter', rules: expect.arrayContaining([says]) },
    );
  });

  test("our CRD of the tests and Skupper's say the same to them", async () => {
    const other = await VerdictServer.open(shared as Handle);
    try {
      const objects = CASES.flatMap(({ object }) => (typeof object === 'string' ? [] : [object]));
      for (const object of objects) expect(await other.object(object)).toEqual(await server.object(object));
    } finally {
      other.close();
    }
  });

  test(
    'objects',
    async () => {
      tallies.set('objects', await tryAll(anything, tries(2_000, 20_000), server.object));
    },
    15 * MINUTES,
  );

  test(
    'texts of one object',
    async () => {
      tallies.set('texts', await tryAll(jsonText, tries(400, 4_000), server.text));
    },
    15 * MINUTES,
  );

  test(
    'updates by manifest',
    async () => {
      tallies.set('updates by apply -f', await tryAll(byManifest, tries(400, 3_000), server.update));
    },
    15 * MINUTES,
  );

  test(
    'updates by flags',
    async () => {
      tallies.set('updates by flags', await tryAll(byFlags, tries(400, 3_000), server.update));
    },
    15 * MINUTES,
  );

  test('every way out of the trial was taken', () => {
    for (const [what, tally] of tallies) {
      expect([what, tally['both accept'] > 20, tally['both reject'] > 20, tally.stricter > 5]).toEqual([
        what,
        true,
        true,
        true,
      ]);
    }
  });
});

test('every stricter rule is in the documentation, with a reason', () => {
  const text = readFileSync(new URL('../../docs/immutability.md', import.meta.url), 'utf8');
  const rows = text.split('\n').filter((line) => line.startsWith('| `'));
  const documented = rows.flatMap((line) =>
    [...(line.split('|')[1] ?? '').matchAll(/`([a-z-]+)`/g)].map((match) => match[1]),
  );
  expect(documented.sort()).toEqual([...STRICTER].sort());
});

const COLUMNS = ['what', 'tried', 'both accept', 'both reject', 'stricter by a named rule', 'we accept, it rejects'];

function row(what: string, tally: Tally): Row {
  return [what, tally.tried, tally['both accept'], tally['both reject'], tally.stricter, tally.broken];
}

function ruleRows(all: readonly Tally[]): Row[] {
  const count = (rule: string): number => all.reduce((sum, { rules }) => sum + (rules.get(rule) ?? 0), 0);
  return [...STRICTER].sort().map((rule) => [`\`${rule}\``, count(rule)]);
}
