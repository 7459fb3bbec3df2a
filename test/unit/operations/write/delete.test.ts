import { Failure } from '../../../../src/model/failure.js';
import { removeAll, type Removal, type RemoveOptions } from '../../../../src/operations/write/delete.js';
import { events, FakeStore } from '../../fake-store.js';
import { resource } from '../../fixtures.js';

const OPTIONS: RemoveOptions = {
  dryRun: false,
  ignoreNotFound: false,
  wait: true,
  timeoutMs: 1000,
  signal: new AbortController().signal,
};

async function removed(store: FakeStore, targets: { name: string; uid?: string }[], options = {}): Promise<string[]> {
  const done: Removal[] = [];
  await removeAll(store, targets, { ...OPTIONS, ...options }, (removal) => done.push(removal));
  return done.map((each) => `${each.name} ${each.outcome === 'failed' ? each.failure.code : each.outcome}`);
}

const named = (name: string, uid = 'u1') => resource({ metadata: { name, uid } });

describe('removeAll', () => {
  test('deletes without reading first, in the order given, and goes on after a failure', async () => {
    const store = new FakeStore(named('a'), named('c'));
    expect(await removed(store, [{ name: 'a' }, { name: 'b' }, { name: 'c' }])).toEqual([
      'a deleted',
      'b not-found',
      'c deleted',
    ]);
    expect(store.steps).toEqual(['delete', 'delete', 'delete']);
    expect(store.objects.size).toBe(0);
  });

  test('an absent one is no failure with --ignore-not-found', async () => {
    expect(await removed(new FakeStore(), [{ name: 'a' }], { ignoreNotFound: true })).toEqual(['a absent']);
  });

  test('one that was found by a selector is left alone when another took its name', async () => {
    const store = new FakeStore(named('a', 'new'));
    expect(await removed(store, [{ name: 'a', uid: 'old' }])).toEqual(['a conflict']);
    expect(store.objects.size).toBe(1);
  });

  test('a dry run neither deletes nor waits', async () => {
    const store = new FakeStore(named('a'));
    expect(await removed(store, [{ name: 'a' }], { dryRun: true })).toEqual(['a deleted']);
    expect(store.objects.size).toBe(1);
    expect(store.steps).toEqual(['delete']);
  });

  test('waits for a finalizer, unless told not to', async () => {
    const store = new FakeStore(named('a'));
    store.held = true;
    expect(await removed(store, [{ name: 'a' }], { wait: false })).toEqual(['a deleted']);
    store.watched = (signal) => events([{ type: 'ADDED', object: named('a') }, { type: 'SYNCED' }], signal);
    expect(await removed(store, [{ name: 'a' }], { timeoutMs: 20 })).toEqual(['a wait-timeout']);
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
    expect(await removed(store, [{ name: 'a' }])).toEqual(['a forbidden']);
  });
});
