import { Failure } from '../../../../src/model/failure.js';
import { removeAll } from '../../../../src/operations/write/delete.js';
import { events, FakeStore } from '../../fake-store.js';
import { resource } from '../../fixtures.js';

const OPTIONS = {
  dryRun: 'none' as const,
  ignoreNotFound: false,
  goal: 'deleted' as const,
  timeoutMs: 60_000,
  signal: new AbortController().signal,
};

/** What was told, and then the codes of what failed. */
async function removed(store: FakeStore, targets: { name: string; uid?: string }[], options = {}): Promise<string[]> {
  const done: string[] = [];
  const { deleted, failure } = await removeAll(
    targets.map((target) => ({ way: 'delete', store, ...target })),
    {
      ...OPTIONS,
      tell: (event) => done.push(event.type === 'done' ? `${event.name} ${event.outcome}` : event.type),
      ...options,
    },
  );
  expect(deleted.map(({ name }) => `${name} deleted`)).toEqual(done);
  return failure ? [...done, failure.code] : done;
}

const named = (name: string, uid = 'u1') => resource({ metadata: { name, uid } });

describe('removeAll', () => {
  test('deletes without reading first, in the order given, and goes on after a failure', async () => {
    const store = new FakeStore(named('a'), named('c'));
    expect(await removed(store, [{ name: 'a' }, { name: 'b' }, { name: 'c' }])).toEqual([
      'a deleted',
      'c deleted',
      'not-found',
    ]);
    expect(store.steps).toEqual(['delete', 'delete', 'delete']);
    expect(store.objects.size).toBe(0);
  });

  test('an absent one is no failure with --ignore-not-found', async () => {
    expect(await removed(new FakeStore(), [{ name: 'a' }], { ignoreNotFound: true })).toEqual([]);
  });

  test('one that was found by a selector is left alone when another took its name', async () => {
    const store = new FakeStore(named('a', 'new'));
    expect(await removed(store, [{ name: 'a', uid: 'old' }])).toEqual(['conflict']);
    expect(store.objects.size).toBe(1);
  });

  test('a dry run neither deletes nor waits', async () => {
    const store = new FakeStore(named('a'));
    expect(await removed(store, [{ name: 'a' }], { dryRun: 'server' })).toEqual(['a deleted']);
    expect(store.objects.size).toBe(1);
    expect(store.steps).toEqual(['delete']);
  });

  test('a dry run of the client sends no delete: a name given by hand is read, one of a selector was', async () => {
    const store = new FakeStore(named('a'), named('b'));
    const targets = [{ name: 'a' }, { name: 'b', uid: 'u1' }, { name: 'c' }];
    expect(await removed(store, targets, { dryRun: 'client' })).toEqual(['a deleted', 'b deleted', 'not-found']);
    expect(store.steps).toEqual(['get', 'get']);
    expect(store.objects.size).toBe(2);
  });

  test('waits for a finalizer, unless told not to', async () => {
    const store = new FakeStore(named('a'));
    store.held = true;
    expect(await removed(store, [{ name: 'a' }], { goal: 'none' })).toEqual(['a deleted']);
    store.watched = (signal) => events([{ type: 'ADDED', object: named('a') }, { type: 'SYNCED' }], signal);
    expect(await removed(store, [{ name: 'a' }], { timeoutMs: 20 })).toEqual(['wait-timeout']);
  });

  test('more than run at once are all deleted, each once', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `m${index}`);
    const store = new FakeStore(...names.map((name) => named(name)));
    expect(
      await removed(
        store,
        names.map((name) => ({ name })),
      ),
    ).toEqual(names.map((name) => `${name} deleted`));
  });

  test('a fault of the program is not a result', async () => {
    const store = new FakeStore(named('a'));
    store.before = () => {
      throw new TypeError('a bug');
    };
    await expect(removed(store, [{ name: 'a' }])).rejects.toThrow(TypeError);
    store.before = () => {
      throw new Failure('forbidden', 'no');
    };
    expect(await removed(store, [{ name: 'a' }])).toEqual(['forbidden']);
  });
});
