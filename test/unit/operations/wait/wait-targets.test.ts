import { jest } from '@jest/globals';
import { parseGoal } from '../../../../src/operations/wait/goals.js';
import { Failure } from '../../../../src/model/failure.js';
import type { MultiKeyListener, Status } from '../../../../src/model/resource.js';
import type { StoreEvent } from '../../../../src/store/store.js';
import { waitFor, type WaitOptions } from '../../../../src/operations/wait/wait.js';
import { events, failureOf, FakeStore } from '../../fake-store.js';
import { condition, resource } from '../../fixtures.js';

const NO_SITE = 'No active site in namespace';
const status = (state: string, message: string, conditions = [condition('Configured', 1)]): Status => {
  return { status: state, message, conditions };
};
const ready = status('Ready', 'OK');
const pending = status('Pending', 'Not Operational');
const error = (message: string): Status => status('Error', message, [condition('Configured', 1, message)]);
const one = (name: string, state?: Status): MultiKeyListener => {
  return resource({ metadata: { name, uid: `u-${name}`, generation: 1 }, status: state });
};
const added = (name: string, state?: Status): StoreEvent => ({ type: 'ADDED', object: one(name, state) });
const modified = (name: string, state?: Status): StoreEvent => ({ type: 'MODIFIED', object: one(name, state) });
const deleted = (name: string): StoreEvent => ({ type: 'DELETED', object: one(name) });
const SYNCED: StoreEvent = { type: 'SYNCED' };
const LOST: StoreEvent = { type: 'LOST', failure: new Failure('unreachable', 'refused'), retryInMs: 1 };

interface Given extends Partial<WaitOptions> {
  names?: string[];
  selector?: string;
  for?: string[];
  store?: FakeStore;
}

/** The names in the order in which they were reached. */
async function wait(list: readonly (StoreEvent | (() => void))[], given: Given = {}): Promise<string[]> {
  const { for: goals = ['ready'], store = new FakeStore(), names = ['web'], selector, ...options } = given;
  store.watched = (stop) => events(list, stop);
  const reached: string[] = [];
  await waitFor(store, { names, selector }, goals.map(parseGoal), {
    timeoutMs: 60_000,
    signal: new AbortController().signal,
    onReached: (name) => reached.push(name),
    ...options,
  });
  return reached;
}

describe('waitFor, without a write of ours', () => {
  test('several names: each is told once, when it is reached', async () => {
    const list = [added('a', ready), added('b', pending), added('other'), SYNCED];
    const rest = [modified('a', pending), modified('a', ready), modified('b', ready), modified('b', ready)];
    expect(await wait([...list, ...rest], { names: ['a', 'b'] })).toEqual(['a', 'b']);
  });

  test('the watch is of the one name, of the selector, or of all', async () => {
    const store = new FakeStore();
    await wait([added('web', ready), SYNCED], { store });
    expect(store.query).toEqual({ name: 'web' });
    await wait([added('a', ready), added('b', ready), SYNCED], { store, names: ['a', 'b'] });
    expect(store.query).toEqual({ selector: undefined });
    await wait([added('a', ready), SYNCED], { store, names: [], selector: 'app=shop' });
    expect(store.query).toEqual({ selector: 'app=shop' });
  });

  test('a selector means what it finds when the wait begins', async () => {
    const list = [added('a', ready), added('b'), SYNCED, added('c'), modified('b', ready)];
    expect(await wait(list, { names: [], selector: 'x' })).toEqual(['a', 'b']);
    const failure = await failureOf(wait([SYNCED], { names: [], selector: 'app=none' }));
    expect(failure).toMatchObject({ code: 'not-found', message: expect.stringContaining('app=none') });
    expect((await failureOf(wait([SYNCED], { names: [] }))).code).toBe('not-found');
  });

  test('all goals of one resource must hold', async () => {
    const reach: Status = { ...ready, strategy: { weighted: { routingKeysReachable: { east: 3 } } } };
    const both: Status = { ...ready, strategy: { weighted: { routingKeysReachable: { east: 3, west: 1 } } } };
    const seen: string[] = [];
    await wait([added('web', reach), SYNCED, () => seen.push('waiting'), modified('web', both)], {
      for: ['ready', 'key=west'],
      onReached: () => seen.push('reached'),
    });
    expect(seen).toEqual(['waiting', 'reached']);
  });

  test('the deadline is one for all, and names those that are late with why', async () => {
    const list = [added('a', pending), added('b', ready), added('c'), SYNCED];
    const failure = await failureOf(wait(list, { names: ['a', 'b', 'c'], timeoutMs: 20 }));
    expect(failure).toMatchObject({
      code: 'wait-timeout',
      message: 'timed out after 0.02 s: a, c did not become ready',
    });
    expect(failure.causes).toEqual([
      { field: 'a', message: 'Not Operational' },
      { field: 'c', message: 'not processed by a controller yet' },
    ]);
    expect((await failureOf(wait([], { timeoutMs: 20 }))).causes).toEqual([
      { field: 'web', message: 'waiting for the first answer' },
    ]);
    const absent = await failureOf(wait([SYNCED], { for: ['create'], timeoutMs: 20 }));
    expect(absent.causes).toEqual([{ field: 'web', message: 'it does not exist' }]);
    expect(absent.hint).toMatch(/^List existing ones with: skupper multikeylistener status/);
    expect(failure.hint).toBe('See details with: skupper multikeylistener inspect a -n west');
  });

  test('what can never come true fails at once, whatever the others do', async () => {
    const late = await failureOf(wait([added('a'), added('b', error('bad')), SYNCED], { names: ['a', 'b'] }));
    expect(late).toMatchObject({ code: 'resource-error', message: 'b cannot become ready: bad' });
    expect(late.causes.map(({ field }) => field)).toEqual(['a', 'b']);
    const key = await failureOf(wait([added('web'), SYNCED], { for: ['key=north'] }));
    expect(key).toMatchObject({ code: 'resource-error', message: expect.stringContaining('no routing key north') });
    const later = await failureOf(wait([added('web'), SYNCED, modified('web', error('bad'))]));
    expect(later.code).toBe('resource-error');
  });

  test('one that is not there: not found, unless it is waited for to come', async () => {
    const failure = await failureOf(wait([SYNCED]));
    expect(failure).toMatchObject({ code: 'not-found', hint: expect.stringContaining('--for create') });
    expect(await wait([SYNCED, added('web')], { for: ['create'] })).toEqual(['web']);
    expect(await wait([SYNCED, added('web'), modified('web', ready)], { for: ['create', 'ready'] })).toEqual(['web']);
    expect((await failureOf(wait([added('web'), SYNCED, deleted('web')]))).code).toBe('not-found');
    const again = [SYNCED, added('web'), deleted('web'), added('web', ready)];
    expect(await wait(again, { for: ['create', 'ready'] })).toEqual(['web']);
  });

  test('delete: what is not there is done, the rest when it goes', async () => {
    expect(await wait([added('a'), SYNCED, deleted('a')], { names: ['a', 'b'], for: ['delete'] })).toEqual(['b', 'a']);
    expect(await wait([SYNCED], { names: [], selector: 'x', for: ['delete'] })).toEqual([]);
    const failure = await failureOf(wait([added('web'), SYNCED], { for: ['delete'], timeoutMs: 20 }));
    expect(failure.causes).toEqual([{ field: 'web', message: 'it still exists' }]);
  });

  test('a lost connection is told and waited out; one that never was is the failure', async () => {
    const lost: string[] = [];
    const list = [added('web'), SYNCED, LOST, LOST, modified('web', ready), SYNCED];
    expect(await wait(list, { onLost: (why) => lost.push(why) })).toEqual(['web']);
    expect(lost).toEqual(['refused']);
    expect((await failureOf(wait([LOST]))).code).toBe('unreachable');
    const late = await failureOf(wait([added('web'), SYNCED, LOST], { timeoutMs: 20 }));
    expect(late).toMatchObject({
      code: 'wait-timeout',
      message: expect.stringMatching(/web did not become ready; refused$/),
    });
  });

  test('where watching is forbidden it polls: names one by one, a selector as a list', async () => {
    const store = new FakeStore(one('a', ready), one('b', pending));
    let round = 0;
    store.before = (step) => {
      if (step === 'watch') throw new Failure('forbidden', 'no watch');
      if (step === 'get' && ++round === 3) store.put(one('b', ready));
    };
    expect(await wait([], { store, names: ['a', 'b'] })).toEqual(['a', 'b']);
    expect(store.steps.slice(0, 3)).toEqual(['watch', 'get', 'get']);
    expect(await wait([], { store, names: [], selector: 'x' })).toEqual(['a', 'b']);
    expect(store.steps.at(-1)).toBe('list');
    store.before = (step) => {
      if (step !== 'facts') throw new Failure('forbidden', 'nothing at all');
    };
    expect((await failureOf(wait([], { store }))).message).toBe('nothing at all');
  });

  test('what a system site has not applied fails at once, with the command that applies it', async () => {
    for (const applied of ['NotApplied', 'ChangePending'] as const) {
      for (const goal of ['ready', 'configured', 'key=east', 'condition=Operational=False']) {
        const stale: Status = { ...ready, local: { applied } };
        const failure = await failureOf(wait([added('web', stale), SYNCED], { for: [goal] }));
        expect(failure).toMatchObject({
          code: 'resource-error',
          message: expect.stringContaining('it is not applied yet'),
          hint: 'Apply it with: skupper system reload -n west -p kubernetes',
        });
      }
    }
  });

  test('Ctrl-C', async () => {
    const controller = new AbortController();
    const list = [added('web'), SYNCED, () => controller.abort()];
    expect((await failureOf(wait(list, { signal: controller.signal }))).code).toBe('interrupted');
  });

  describe('No active site', () => {
    const withSite = (): FakeStore => {
      const store = new FakeStore();
      store.facts_ = { ...store.facts_, sites: { known: true, value: [{ name: 'west', configured: false }] } };
      return store;
    };
    const stuck = [added('web', error(NO_SITE)), SYNCED];

    test('is final where there is no Site', async () => {
      expect((await failureOf(wait(stuck))).code).toBe('resource-error');
    });

    test('is waited out where there is one', async () => {
      expect(await wait([...stuck, modified('web', ready)], { store: withSite() })).toEqual(['web']);
    });

    test('is final when its thirty seconds are over, though nothing happens then', async () => {
      jest.useFakeTimers();
      try {
        const failure = failureOf(wait(stuck, { store: withSite(), timeoutMs: 120_000 }));
        await jest.advanceTimersByTimeAsync(30_001);
        expect(await failure).toMatchObject({ code: 'resource-error', message: expect.stringContaining(NO_SITE) });
      } finally {
        jest.useRealTimers();
      }
    });

    test('with an earlier deadline is late', async () => {
      expect((await failureOf(wait(stuck, { store: withSite(), timeoutMs: 20 }))).code).toBe('wait-timeout');
    });
  });
});
