import type { MultiKeyListener } from '../../../src/model/resource.js';
import { keyShares } from '../../../src/model/shares.js';
import { conditionOf, summarise } from '../../../src/model/summary.js';
import { judge } from '../../../src/operations/wait/goals.js';
import { waitFor } from '../../../src/operations/wait/wait.js';
import { renderStatus } from '../../../src/view/status.js';
import { PLAIN } from '../../../src/view/style.js';
import { recordedLines } from '../../support/recorded.js';
import { events, FakeStore } from '../fake-store.js';

interface Line {
  at: number;
  step?: string;
  event?: { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: MultiKeyListener };
}

const NAMES = ['weighted-life.ndjson', 'priority-life.ndjson', 'mistakes.ndjson'];
const recordings = NAMES.map((name) => [name, recordedLines(name) as Line[] | undefined] as const);
const present = recordings.filter((entry): entry is [string, Line[]] => entry[1] !== undefined);

if (present.length === 0) {
  test('the recordings are not here (../shared/recorded): nothing to replay', () => {
    expect(present).toEqual([]);
  });
} else {
  const alive = (lines: Line[]): MultiKeyListener[] =>
    lines.flatMap(({ event }) => (event && event.type !== 'DELETED' ? [event.object] : []));

  describe.each(present)('%s', (_name, lines) => {
    test('ready is reached exactly where it says Ready of the present spec', () => {
      for (const object of alive(lines)) {
        const { generation } = object.metadata;
        const current = (conditionOf(object, 'Configured')?.observedGeneration ?? 0) >= (generation ?? 0);
        const expected = current && object.status?.status === 'Ready';
        expect([object.metadata.resourceVersion, judge(object, 'ready', generation).state === 'reached']).toEqual([
          object.metadata.resourceVersion,
          expected,
        ]);
      }
    });

    test('every event has a row, and shares that add up to 1 or 0 or are not known', () => {
      for (const object of alive(lines)) {
        const [, row = ''] = renderStatus([object], PLAIN, {
          wide: false,
          namespaces: false,
          headers: true,
          now: Date.parse('2026-11-23T00:00:00Z'),
        });
        expect(row.split(/ +/)).toHaveLength(7);
        const shares = keyShares(object).map(({ share }) => share);
        const known = shares.filter((share) => share !== undefined);
        const sum = known.reduce((all, share) => all + share, 0);
        expect([0, 1]).toContain(Math.round(sum * 1e9) / 1e9);
        expect([0, shares.length]).toContain(known.length);
        const { reachable, total } = summarise(object);
        if (reachable !== undefined) expect(reachable).toBeLessThanOrEqual(total);
      }
    });
  });

  test('a spec change is recorded with the old status first, and a wait for it does not fall for that', async () => {
    const lines = present.find(([name]) => name === 'weighted-life.ndjson')?.[1] ?? [];
    const from = lines.findIndex(({ step }) => step === 'port 8080 to 8081');
    const later = lines.slice(from).flatMap(({ event }) => event ?? []);
    const written = later[0]?.object;
    expect(conditionOf(written!, 'Configured')?.observedGeneration).toBeLessThan(written?.metadata.generation ?? 0);
    const store = new FakeStore();
    store.watched = (signal) => events(later, signal);
    const signal = new AbortController().signal;
    const targets = { names: ['web'], written };
    const [reached] = await waitFor(store, targets, [{ kind: 'configured' }], { timeoutMs: 60_000, signal });
    expect(reached?.metadata.resourceVersion).toBe(later[1]?.object.metadata.resourceVersion);
  });
}
