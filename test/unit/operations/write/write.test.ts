import { Failure } from '../../../../src/model/failure.js';
import type { MultiKeyListener } from '../../../../src/model/resource.js';
import type { Plan } from '../../../../src/operations/write/plan-update.js';
import { check, write } from '../../../../src/operations/write/write.js';
import type { Update, Work, WriteOptions } from '../../../../src/operations/write/work.js';
import { failureOf, FakeStore } from '../../fake-store.js';
import { priority, resource } from '../../fixtures.js';

const named = (name: string): MultiKeyListener => resource({ metadata: { name } });

/** Everything that happens, in order: events, waits and reloads beside the steps of the store. */
function setUp(options: Partial<WriteOptions> = {}, store = new FakeStore()): { store: FakeStore; all: WriteOptions } {
  const note = (text: string): void => void store.steps.push(text);
  const all: WriteOptions = {
    dryRun: 'none',
    system: false,
    goal: 'configured',
    timeoutMs: 60_000,
    signal: new AbortController().signal,
    preflight: true,
    force: false,
    oneStep: false,
    settleMs: 1,
    ignoreNotFound: false,
    tell: (event) => note(event.type === 'done' ? `${event.name} ${event.outcome}` : event.type),
    wait: async (_store, written, goal) => (note(`wait ${written.metadata.name} ${goal}`), written),
    keep: async () => ({ file: 'FILE', text: 'TEXT', restore: 'RESTORE', drop: async () => undefined }),
    completing: () => 'COMPLETE',
    ...options,
  };
  return { store, all };
}

const run = async (work: readonly Work[], options: WriteOptions): Promise<string[]> => {
  const resources = await write(work, await check(work, options), options);
  return resources.map(({ metadata }) => metadata.name);
};
const created = (store: FakeStore, name: string): Work => ({ way: 'create', store, after: named(name) });

function recreated(store: FakeStore): Work {
  const before = store.put(named('web'));
  const after = { ...before, spec: { ...before.spec, strategy: priority('east') } };
  const plan: Plan = { way: 'recreate', before, after, patch: {} };
  const update: Update = { ...plan, again: () => plan };
  return { store, ...update };
}

describe('write', () => {
  test('checks all, then writes in order, then deletes, then waits', async () => {
    const { store, all } = setUp();
    store.put(named('old'));
    const work: Work[] = [created(store, 'a'), { way: 'delete', store, name: 'old' }, created(store, 'b')];
    expect(await run(work, all)).toEqual(['a', 'b']);
    expect(store.steps).toEqual([
      ...['facts', 'facts', 'checked', 'checked'],
      ...['create', 'a created', 'create', 'b created', 'delete', 'old deleted'],
      ...['wait a configured', 'wait b configured'],
    ]);
  });

  test('a failure between two says what was done; what was written stays', async () => {
    const { store, all } = setUp({ preflight: false });
    store.put(named('b'));
    const failure = await failureOf(run([created(store, 'a'), created(store, 'b'), created(store, 'c')], all));
    expect(failure).toMatchObject({ code: 'already-exists', written: ['a'] });
    expect(failure.causes).toEqual([
      { field: 'b', message: 'was not written' },
      { field: 'done', message: 'a' },
      { field: 'not tried', message: 'c' },
    ]);
  });

  test.each(['wait-timeout', 'forbidden', 'unreachable', 'interrupted', 'resource-error'] as const)(
    '%s while waiting: the names of what was written are in the failure',
    async (code) => {
      const { store, all } = setUp({ preflight: false, wait: () => Promise.reject(new Failure(code, 'no')) });
      expect(await failureOf(run([created(store, 'a')], all))).toMatchObject({ code, message: 'no', written: ['a'] });
    },
  );

  test('what somebody else deleted meanwhile does not stay', async () => {
    const { store, all } = setUp({ wait: () => Promise.reject(new Failure('not-found', 'gone')) });
    expect((await failureOf(run([created(store, 'a')], all))).written).toEqual([]);
  });

  test('the first wait that fails ends the others', async () => {
    const ended: string[] = [];
    const { store, all } = setUp({
      preflight: false,
      wait: (_store, { metadata: { name } }, _goal, signal) =>
        name === 'a'
          ? Promise.reject(new Failure('resource-error', 'bad'))
          : new Promise((resolve) => {
              signal.addEventListener('abort', () => resolve(named((ended.push(name), name))));
            }),
    });
    expect((await failureOf(run([created(store, 'a'), created(store, 'b')], all))).written).toEqual(['a', 'b']);
    expect(ended).toEqual(['b']);
  });

  test.each(['client', 'server'] as const)('a dry run of the %s neither writes, waits nor reloads', async (dryRun) => {
    const { store, all } = setUp({ dryRun, preflight: false, reload: () => Promise.reject(new Error('reloaded')) });
    await run([recreated(store), created(store, 'a'), { way: 'delete', store, name: 'web', uid: undefined }], all);
    const requests = store.steps.filter((step) => ['create', 'delete', 'patch'].includes(step));
    expect(requests).toEqual(dryRun === 'client' ? [] : ['delete', 'create', 'delete']);
    expect([...store.objects.keys()]).toEqual(['web']);
  });

  test('a system site is reloaded once for each namespace, or it is said that it has to be', async () => {
    const { store, all } = setUp({ system: true, goal: 'none', preflight: false });
    await run([created(store, 'a'), created(store, 'b')], all);
    expect(store.steps.slice(-1)).toEqual(['reload-needed']);
    const reloads: string[] = [];
    const reload: WriteOptions['reload'] = async ({ where }) => void reloads.push(where.namespace);
    await run([created(store, 'c'), created(new FakeStore(), 'd')], { ...all, reload });
    expect(reloads).toEqual(['west']);
  });

  test('with a reload a recreation is delete, reload, create, reload, though the site could change the kind', async () => {
    const store = Object.assign(new FakeStore(), { changesKind: true });
    const { all } = setUp({ system: true, goal: 'none', preflight: false }, store);
    await run([recreated(store)], { ...all, reload: async () => void store.steps.push('reload') });
    const steps = store.steps.filter((step) => ['delete', 'reload', 'create', 'released'].includes(step));
    expect(steps).toEqual(['delete', 'reload', 'create', 'reload']);
  });

  test('deletions go on after a failure, and what was deleted is applied before it is told', async () => {
    const { store, all } = setUp({
      system: true,
      preflight: false,
      explain: async (_store, _name, failure) => failure,
    });
    store.put(named('a'));
    const work: Work[] = ['x', 'a'].map((name) => ({ way: 'delete', store, name }));
    expect((await failureOf(run(work, all))).code).toBe('not-found');
    expect(store.steps.slice(-2)).toEqual(['a deleted', 'reload-needed']);
  });
});
