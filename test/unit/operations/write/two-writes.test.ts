import { parseChange, type ChangeOptions } from '../../../../src/model/change/change.js';
import { Failure } from '../../../../src/model/failure.js';
import type { RouterFact, RouterState } from '../../../../src/model/router.js';
import type { MultiKeyListener, Status } from '../../../../src/model/resource.js';
import { deliver } from '../../../../src/operations/write/send.js';
import { foresee, type TwoWritesOptions } from '../../../../src/operations/write/two-writes.js';
import { planUpdate, type Plan } from '../../../../src/operations/write/plan-update.js';
import { completingCommand } from '../../../../src/view/command-line.js';
import { failureOf, FakeStore } from '../../fake-store.js';
import { condition, resource, routerHolding, weighted } from '../../fixtures.js';

const ready = (generation: number, reachable: Record<string, number>): Status => ({
  status: 'Ready',
  message: 'OK',
  hasDestination: true,
  conditions: [condition('Configured', generation)],
  strategy: { weighted: { routingKeysReachable: reachable } },
});
const SERVING = ready(1, { east: 3, west: 1 });

interface Run {
  store: FakeStore;
  result: Promise<MultiKeyListener>;
  said: string[];
}

/** An update of web in place; `configured` stands for the wait between the two writes. */
async function update(
  options: ChangeOptions,
  parts: Partial<Omit<TwoWritesOptions, 'configured'>> & {
    configured?: (store: FakeStore, written: MultiKeyListener) => MultiKeyListener;
    dryRun?: boolean;
    oneStep?: boolean;
    status?: Status;
    fail?: Failure;
    routers?: FakeStore['routers_'];
  } = {},
): Promise<Run> {
  const store = new FakeStore(
    resource({ metadata: { generation: 1 }, status: 'status' in parts ? parts.status : SERVING }),
  );
  store.routers_ = parts.routers ?? store.routers_;
  const change = parseChange(options);
  const again = (before: MultiKeyListener): Plan => planUpdate(before, change, 'kubernetes', { inPlace: true });
  const plan = again(await store.get('web'));
  const disruption = foresee(plan, { system: false, oneStep: parts.oneStep ?? false });
  const said: string[] = [];
  store.before = (step) => {
    if (step === 'patch' && parts.fail) throw parts.fail;
  };
  const result = deliver(store, { ...plan, again }, disruption, {
    dryRun: parts.dryRun ?? false,
    settleMs: parts.settleMs ?? 1,
    timeoutMs: parts.timeoutMs ?? 60_000,
    signal: parts.signal ?? new AbortController().signal,
    configured: async (now) => parts.configured?.(store, now) ?? now,
    completing: completingCommand('web', plan.after.spec.strategy, {}),
    narrate: (text) => said.push(text),
    keep: () => Promise.reject(new Error('nothing is deleted here')),
  });
  result.catch(() => undefined);
  return { store, result, said };
}

const bump = (
  store: FakeStore,
  change: Partial<MultiKeyListener['spec']> = {},
  labels?: Record<string, string>,
): MultiKeyListener => {
  const now = store.objects.get('web')!;
  return store.put({
    ...now,
    metadata: { ...now.metadata, ...(labels ? { labels } : {}) },
    spec: { ...now.spec, ...change },
  });
};
const EVERYTHING = { weighted: ['east=5,west=2'], labels: ['tier=front'] };

describe('two writes', () => {
  test('the first holds all but the heaviest key, and the other fields; the second is what was asked for', async () => {
    const between: MultiKeyListener[] = [];
    const run = await update(EVERYTHING, { configured: (_store, now) => (between.push(now), now) });
    const after = await run.result;
    expect(between.map(({ spec, metadata }) => [spec.strategy, metadata.labels])).toEqual([
      [weighted({ east: 3, west: 2 }), { tier: 'front' }],
    ]);
    expect(after.spec.strategy).toEqual(weighted({ east: 5, west: 2 }));
    expect(run.store.steps).toEqual(['get', 'patch', 'routers', 'patch']);
    expect(run.said).toEqual(['step 1 of 2 done; step 2 follows in 0.001 s (nobody asks here)']);
  });

  describe('where the router can be asked', () => {
    const settleMs = 3_600_000;

    test('the second follows at once when it uses the first', async () => {
      const run = await update(EVERYTHING, { settleMs, routers: [routerHolding({ east: 3, west: 2 })] });
      expect((await run.result).spec.strategy).toEqual(weighted({ east: 5, west: 2 }));
      expect(run.said).toEqual(['step 1 of 2 done, and the router uses it']);
    });

    test('the second waits until it uses the first', async () => {
      const routers = [
        routerHolding(undefined),
        routerHolding({ east: 3, west: 1 }),
        routerHolding({ east: 3, west: 2 }),
      ];
      const run = await update(EVERYTHING, { settleMs, routers });
      await run.result;
      expect(run.store.steps).toEqual(['get', 'patch', 'routers', 'get', 'routers', 'get', 'routers', 'patch']);
      expect(run.said).toEqual(['step 1 of 2 done; waiting until the router uses it']);
    });

    test('one that never does: the time is over, and the second is not written', async () => {
      const run = await update(EVERYTHING, {
        settleMs,
        timeoutMs: 1000,
        routers: [routerHolding({ east: 3, west: 1 })],
      });
      expect(await failureOf(run.result)).toMatchObject({
        code: 'wait-timeout',
        message:
          'only step 1 of 2 of the change to web was done; web is weighted (east=3, west=2) now: web is not in use by the router after 1 s: the router does not use the current spec yet',
      });
      expect(run.store.objects.get('web')?.spec.strategy).toEqual(weighted({ east: 3, west: 2 }));
    });

    test('one that cannot be asked any more: only time passes then', async () => {
      const routers: RouterFact<RouterState>[] = [
        routerHolding({ east: 3, west: 1 }),
        { known: false, why: 'it is gone' },
      ];
      const run = await update(EVERYTHING, { routers });
      await run.result;
      expect(run.said).toEqual([
        'step 1 of 2 done; waiting until the router uses it',
        'step 1 of 2 done; step 2 follows in 0.001 s (it is gone)',
      ]);
    });

    test('another strategy by somebody else is no longer waited for', async () => {
      const run = await update(EVERYTHING, { settleMs, routers: [routerHolding({ east: 3, west: 1 })] });
      bump(run.store, { strategy: weighted({ north: 1 }) });
      expect(await failureOf(run.result)).toMatchObject({ code: 'conflict' });
    });
  });

  test('what somebody else changes between them is kept, also what the first write had set', async () => {
    const run = await update(EVERYTHING, {
      configured: (store) => bump(store, { observer: 'none' }, { tier: 'back' }),
    });
    const after = await run.result;
    expect(after.spec).toMatchObject({ observer: 'none', strategy: weighted({ east: 5, west: 2 }) });
    expect(after.metadata.labels).toEqual({ tier: 'back' });
  });

  test('a status written while it settles does no harm', async () => {
    const run = await update(EVERYTHING, { configured: (store, now) => (bump(store), now) });
    expect((await run.result).spec.strategy).toEqual(weighted({ east: 5, west: 2 }));
    expect(run.store.steps).toEqual(['get', 'patch', 'routers', 'patch', 'get', 'patch']);
  });

  test.each(['before it is configured', 'while it settles'])(
    'another strategy meanwhile (%s) is a conflict that says what is left to do',
    async (when) => {
      const other = { strategy: weighted({ east: 3, west: 9 }) };
      const run = await update(EVERYTHING, {
        configured: (store, now) => (when === 'while it settles' ? (bump(store, other), now) : bump(store, other)),
      });
      const failure = await failureOf(run.result);
      expect(failure).toMatchObject({
        code: 'conflict',
        message:
          'only step 1 of 2 of the change to web was done: web was changed by another client in the meantime, in the same fields',
        causes: [
          {
            field: 'spec.strategy',
            message: 'was weighted (east=3, west=2) when it was read, is weighted (west=9, east=3) now',
          },
        ],
        hint: 'If it is still wanted, complete it with: skupper multikeylistener update web --weighted east=5,west=2 --in-place --one-step',
      });
      expect(run.store.objects.get('web')?.spec.strategy).toEqual(other.strategy);
    },
  );

  test('the very same change by somebody else leaves nothing to do', async () => {
    const run = await update(EVERYTHING, {
      configured: (store) => bump(store, { strategy: weighted({ east: 5, west: 2 }) }),
    });
    expect((await run.result).spec.strategy).toEqual(weighted({ east: 5, west: 2 }));
    expect(run.store.steps).toEqual(['get', 'patch']);
  });

  test.each(['wait-timeout', 'resource-error', 'unreachable'] as const)(
    '%s after the first: the code stays, and it says what holds and what completes it',
    async (code) => {
      const run = await update(EVERYTHING, {
        configured: () => {
          throw new Failure(code, 'web is not configured after 60 s');
        },
      });
      expect(await failureOf(run.result)).toMatchObject({
        code,
        message:
          'only step 1 of 2 of the change to web was done; web is weighted (east=3, west=2) now: web is not configured after 60 s',
        hint: 'Complete it with: skupper multikeylistener update web --weighted east=5,west=2 --in-place --one-step',
      });
    },
  );

  test('a deletion meanwhile leaves nothing to complete', async () => {
    const gone = new Failure('not-found', 'web was deleted before it was configured');
    const run = await update(EVERYTHING, {
      configured: () => {
        throw gone;
      },
    });
    expect(await failureOf(run.result)).toBe(gone);
  });

  test('Ctrl-C while it settles ends at once, and says what holds', async () => {
    const abort = new AbortController();
    const run = await update(EVERYTHING, {
      signal: abort.signal,
      settleMs: 3_600_000,
      configured: (_store, now) => (setTimeout(() => abort.abort(), 10), now),
    });
    expect(await failureOf(run.result)).toMatchObject({ code: 'interrupted' });
    expect(run.said.slice(1)).toEqual([
      'Only step 1 of 2 of the change to web was done; web is weighted (east=3, west=2) now.',
      'Complete it with: skupper multikeylistener update web --weighted east=5,west=2 --in-place --one-step',
    ]);
    expect(run.store.objects.get('web')?.spec.strategy).toEqual(weighted({ east: 3, west: 2 }));
  });

  test('a first write that fails is told as it is: nothing was done', async () => {
    const run = await update(EVERYTHING, { fail: new Failure('forbidden', 'no') });
    expect(await failureOf(run.result)).toMatchObject({ code: 'forbidden', message: 'no', hint: undefined });
  });
});

describe('one write', () => {
  const configured = (): never => {
    throw new Error('nothing to wait for');
  };
  test.each<[string, ChangeOptions, { oneStep?: boolean; dryRun?: boolean; status?: Status }]>([
    ['a key stays', { weighted: ['east=3,west=2'] }, {}],
    ['asked for', EVERYTHING, { oneStep: true }],
    ['a dry run', EVERYTHING, { dryRun: true }],
    ['another port too', { ...EVERYTHING, port: '81' }, {}],
    ['nothing has processed it', EVERYTHING, { status: undefined }],
    ['an older generation is configured', EVERYTHING, { status: ready(0, { east: 3, west: 1 }) }],
    [
      'it reports an error',
      EVERYTHING,
      {
        status: {
          status: 'Error',
          message: 'No active site',
          conditions: [condition('Configured', 1, 'No active site')],
        },
      },
    ],
    ['no key is reachable', EVERYTHING, { status: ready(1, {}) }],
    ['one key is reachable', EVERYTHING, { status: ready(1, { east: 3 }) }],
  ])('%s', async (_title, options, parts) => {
    const run = await update(options, { ...parts, configured });
    const after = await run.result;
    expect(after.spec.strategy).toEqual(parseChange(options).strategy);
    expect(run.store.steps).toEqual(['get', 'patch']);
  });
});
