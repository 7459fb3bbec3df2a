import { Failure } from '../../../../src/model/failure.js';
import type { Condition, MultiKeyListener, Status } from '../../../../src/model/resource.js';
import type { StoreEvent } from '../../../../src/store/store.js';
import { judge, type Goal } from '../../../../src/operations/wait/goals.js';
import { waitFor, waitUntilGone } from '../../../../src/operations/wait/wait.js';
import { events, failureOf, FakeStore } from '../../fake-store.js';
import { condition, resource } from '../../fixtures.js';

const NO_SITE = 'No active site in namespace';

function at(generation: number, status?: Status): MultiKeyListener {
  return resource({ metadata: { uid: 'u1', resourceVersion: '7', generation }, status });
}
const configured = (generation: number, rest: Status = {}): Status => ({
  conditions: [condition('Configured', generation)],
  status: 'Pending',
  message: 'Not Operational',
  ...rest,
});
const ready = (generation: number): Status => configured(generation, { status: 'Ready', message: 'OK' });
const failed = (generation: number, message: string): Status => ({
  status: 'Error',
  message,
  conditions: [condition('Configured', generation, message)],
});
const unknown: Condition = { type: 'Configured', status: 'Unknown', observedGeneration: 1 };

describe('judge', () => {
  test.each<[string, MultiKeyListener, Goal, number, string]>([
    ['nothing said yet', at(1), 'configured', 1, 'waiting'],
    ['Configured of this generation', at(1, configured(1)), 'configured', 1, 'reached'],
    ['Configured of the one before', at(2, configured(1)), 'configured', 2, 'waiting'],
    ['the object older than our write', at(1, configured(1)), 'configured', 2, 'waiting'],
    ['a later change of somebody else, processed', at(3, configured(3)), 'configured', 2, 'reached'],
    [
      'Configured without observedGeneration',
      at(1, { conditions: [condition('Configured')] }),
      'configured',
      1,
      'waiting',
    ],
    ['Configured Unknown', at(1, { conditions: [unknown] }), 'configured', 1, 'waiting'],
    [
      'Configured False for another reason than Error',
      at(1, { conditions: [{ ...unknown, status: 'False', reason: 'Pending' }] }),
      'configured',
      1,
      'waiting',
    ],
    ['Pending is no failure', at(1, configured(1)), 'ready', 1, 'waiting'],
    ['Ready', at(1, ready(1)), 'ready', 1, 'reached'],
    ['Ready, but of the spec before', at(2, ready(1)), 'ready', 2, 'waiting'],
    [
      'Operational may lag',
      at(2, { ...ready(2), conditions: [condition('Configured', 2), condition('Operational', 1)] }),
      'ready',
      2,
      'reached',
    ],
    ['an Error of this generation', at(1, failed(1, 'bad')), 'ready', 1, 'failed'],
    ['an Error of the one before', at(2, failed(1, 'bad')), 'configured', 2, 'waiting'],
    [
      'a system site, applied',
      resource({ status: { conditions: [condition('Configured')], local: { applied: 'Applied' } } }),
      'configured',
      0,
      'reached',
    ],
    [
      'a system site, change pending',
      resource({ status: { conditions: [condition('Configured')], local: { applied: 'ChangePending' } } }),
      'configured',
      0,
      'unapplied',
    ],
    [
      'a system site, not applied',
      resource({ status: { local: { applied: 'NotApplied' } } }),
      'configured',
      0,
      'unapplied',
    ],
  ])('%s (%#)', (_title, object, goal, generation, state) => {
    expect(judge(object, goal, generation).state).toBe(state);
  });
});

describe('waitFor, after our own write', () => {
  const FROM = at(2);
  type Script = (StoreEvent | (() => void))[];
  const modified = (object: MultiKeyListener): StoreEvent => ({ type: 'MODIFIED', object });
  const lost: StoreEvent = { type: 'LOST', failure: new Failure('unreachable', 'connection refused'), retryInMs: 1 };

  function wait(
    script: Script,
    options: {
      goal?: Goal;
      from?: MultiKeyListener;
      timeoutMs?: number;
      signal?: AbortSignal;
      store?: FakeStore;
      why?: string[];
    } = {},
  ): Promise<MultiKeyListener> {
    const {
      goal = 'configured',
      from = FROM,
      timeoutMs = 60_000,
      signal = new AbortController().signal,
      store = new FakeStore(),
      why = [],
    } = options;
    store.watched = (stop) => events(script, stop);
    return waitFor(store, { names: ['web'], written: from }, [{ kind: goal }], {
      timeoutMs,
      signal,
      onWaiting: (text) => why.push(text),
      onLost: (text) => why.push(`lost: ${text}`),
    }).then(([reached]) => reached!);
  }

  test('starts at the version that our write returned', async () => {
    const store = new FakeStore();
    await wait([modified(at(2, configured(2)))], { store });
    expect(store.query).toEqual({ name: 'web', since: '7' });
  });

  test('too late while nothing could be seen: the lost connection is the reason, not what was seen before it', async () => {
    const lostAtLast = await failureOf(wait([modified(at(2, configured(1))), lost], { timeoutMs: 20 }));
    expect(lostAtLast.message).toBe('web is not configured after 0.02 s: connection refused');
    const back = await failureOf(wait([lost, modified(at(2, configured(1)))], { timeoutMs: 20 }));
    expect(back.message).not.toContain('refused');
  });

  test('the recorded order: old status first, then caught up', async () => {
    const caughtUp = at(2, ready(2));
    const why: string[] = [];
    const reached = await wait(
      [{ type: 'SYNCED' }, modified(at(2, ready(1))), modified(at(2, configured(2))), modified(caughtUp)],
      { goal: 'ready', why },
    );
    expect(reached).toBe(caughtUp);
    expect(why).toEqual(['not processed by a controller yet', 'its change is not processed yet', 'Not Operational']);
  });

  test('an Error of this generation fails at once', async () => {
    const failure = await failureOf(wait([modified(at(2, failed(2, 'it is bad'))), modified(at(2, ready(2)))]));
    expect(failure).toMatchObject({ code: 'resource-error', message: 'web reports an error: it is bad' });
  });

  test('No active site fails at once where there is no Site', async () => {
    const store = new FakeStore();
    const failure = await failureOf(wait([modified(at(2, failed(2, NO_SITE)))], { store }));
    expect(failure.code).toBe('resource-error');
    expect(store.steps).toEqual(['watch', 'facts']);
  });

  test('No active site gets time where there is one, and is asked for once', async () => {
    const store = new FakeStore();
    store.facts_ = { ...store.facts_, sites: { known: true, value: [{ name: 'west', configured: true }] } };
    const script: Script = [
      modified(at(2, failed(2, NO_SITE))),
      modified(at(2, failed(2, NO_SITE))),
      modified(at(2, configured(2))),
    ];
    await expect(wait(script, { store })).resolves.toMatchObject({ metadata: { generation: 2 } });
    expect(store.steps).toEqual(['watch', 'facts']);
  });

  test('time for a Site is no time for another error', async () => {
    const store = new FakeStore();
    store.facts_ = { ...store.facts_, sites: { known: true, value: [{ name: 'west', configured: true }] } };
    const script: Script = [modified(at(2, failed(2, NO_SITE))), modified(at(2, failed(2, 'worse')))];
    expect((await failureOf(wait(script, { store }))).message).toContain('worse');
  });

  test('a lost connection is told and waited out', async () => {
    const why: string[] = [];
    await wait([lost, { type: 'SYNCED' }, modified(at(2, configured(2)))], { why });
    expect(why[0]).toBe('lost: connection refused');
  });

  test('after a loss a list that shows no change is no deletion', async () => {
    await wait([{ type: 'SYNCED' }, lost, { type: 'SYNCED' }, modified(at(2, configured(2)))]);
    const site = new FakeStore();
    Object.assign(site.where, { folder: '/site' });
    expect((await failureOf(wait([{ type: 'SYNCED' }], { store: site }))).code).toBe('not-found');
  });

  test('the deadline: says what was missing last', async () => {
    const failure = await failureOf(wait([modified(at(2, configured(2)))], { goal: 'ready', timeoutMs: 20 }));
    expect(failure).toMatchObject({ code: 'wait-timeout', message: 'web is not ready after 0.02 s: Not Operational' });
  });

  test('the deadline also holds while nothing comes', async () => {
    const failure = await failureOf(wait([], { timeoutMs: 20 }));
    expect(failure.message).toContain('not processed by a controller yet');
  });

  test('deleted by somebody else', async () => {
    expect((await failureOf(wait([{ type: 'DELETED', object: at(2) }]))).code).toBe('not-found');
  });

  test('a write that changed no spec: what holds already holds, and an error that stands is told at once', async () => {
    const from = at(2, ready(2));
    expect(await wait([], { from })).toBe(from);
    const broken = await failureOf(wait([{ type: 'SYNCED' }], { from: at(2, failed(2, 'bad')) }));
    expect(broken.message).toBe('web reports an error: bad');
  });

  test('Ctrl-C', async () => {
    const controller = new AbortController();
    const failure = await failureOf(wait([modified(at(2)), () => controller.abort()], { signal: controller.signal }));
    expect(failure.code).toBe('interrupted');
  });

  test('a watch that cannot begin is its own failure; where it is forbidden, get tells how it goes on', async () => {
    const store = new FakeStore();
    store.before = (step) => {
      if (step === 'watch') throw new Failure('rejected', 'no watch');
    };
    expect((await failureOf(wait([], { store }))).code).toBe('rejected');
    const [written, later] = [store.put(at(2)), at(2, configured(2))];
    let gets = 0;
    store.before = (step) => {
      if (step === 'watch') throw new Failure('forbidden', 'no watch');
      if (step === 'get') gets += 1;
      if (gets === 2) throw new Failure('unreachable', 'refused');
      if (gets === 3) store.put(later);
    };
    const why: string[] = [];
    expect((await wait([], { store, from: written, why })).status).toEqual(later.status);
    expect(why).toEqual(['not processed by a controller yet', 'lost: refused']);
    store.before = (step) => {
      if (step === 'watch') throw new Failure('forbidden', 'no watch');
      store.objects.clear();
    };
    expect((await failureOf(wait([], { store, from: written }))).message).toBe(
      'web was deleted before it was configured',
    );
  });
});

describe('waitUntilGone', () => {
  const object = at(1);
  const other: MultiKeyListener = { ...object, metadata: { ...object.metadata, uid: 'u2' } };
  const gone = (
    script: (StoreEvent | (() => void))[],
    options: { timeoutMs?: number; signal?: AbortSignal; uid?: string } = {},
  ): Promise<void> => {
    const store = new FakeStore();
    store.watched = (stop) => events(script, stop);
    return waitUntilGone(store, 'web', {
      uid: 'u1',
      timeoutMs: 60_000,
      signal: new AbortController().signal,
      ...options,
    });
  };

  test.each<[string, StoreEvent[]]>([
    ['none of the name', [{ type: 'SYNCED' }]],
    ['deleted while watched', [{ type: 'ADDED', object }, { type: 'SYNCED' }, { type: 'DELETED', object }]],
    ['another uid at first sight', [{ type: 'ADDED', object: other }]],
    ['another uid later', [{ type: 'ADDED', object }, { type: 'SYNCED' }, { type: 'MODIFIED', object: other }]],
  ])('%s', async (_title, script) => {
    await expect(gone(script)).resolves.toBeUndefined();
  });

  test('a finalizer that is changed is not gone', async () => {
    const script: StoreEvent[] = [{ type: 'ADDED', object }, { type: 'SYNCED' }, { type: 'MODIFIED', object }];
    expect((await failureOf(gone(script, { timeoutMs: 20 }))).code).toBe('wait-timeout');
  });

  test('a lost connection is not gone', async () => {
    const lost: StoreEvent = { type: 'LOST', failure: new Failure('unreachable', 'x'), retryInMs: 1 };
    const failure = await failureOf(gone([{ type: 'ADDED', object }, { type: 'SYNCED' }, lost], { timeoutMs: 20 }));
    expect(failure).toMatchObject({ code: 'wait-timeout', message: 'web is not gone after 0.02 s: x' });
  });

  test('Ctrl-C', async () => {
    const controller = new AbortController();
    const script = [{ type: 'ADDED' as const, object }, () => controller.abort()];
    expect((await failureOf(gone(script, { signal: controller.signal }))).code).toBe('interrupted');
  });
});
