import { Failure } from '../../../src/model/failure.js';
import { CLUSTERS_AT_ONCE, type Member } from '../../../src/operations/fleet.js';
import { FleetWatch } from '../../../src/operations/fleet-watch.js';
import type { StoreEvent } from '../../../src/store/store.js';
import { events, FakeStore } from '../fake-store.js';
import { resource } from '../fixtures.js';

const SYNCED: StoreEvent = { type: 'SYNCED' };
const refused = new Failure('unreachable', 'refused');
const LOST: StoreEvent = { type: 'LOST', failure: refused, retryInMs: 100 };
const added = (name: string): StoreEvent => ({ type: 'ADDED', object: resource({ metadata: { name } }) });

/** A cluster whose watch yields these, and then lives until it is stopped. */
function member(context: string, list: readonly (StoreEvent | (() => void))[]): Member {
  const store = new FakeStore();
  store.watched = (signal) => events(list, signal);
  return { context, open: async () => store };
}
const broken = (context: string, error: Error): Member => ({ context, open: () => Promise.reject(error) });

/** Everything that comes until so many events are there, or the watch ends by itself. */
async function seen(watch: FleetWatch, most = Infinity, signal = new AbortController().signal): Promise<string[]> {
  const told: string[] = [];
  for await (const { member: from, event } of watch.events({}, signal)) {
    told.push(`${from.context} ${event.type}${'object' in event ? ` ${event.object.metadata.name}` : ''}`);
    if (told.length >= most) break;
  }
  return told;
}

describe('the watches of several clusters as one', () => {
  test('each tells its own; one that is lost or cannot be opened keeps nobody else from being live', async () => {
    const denied = new Failure('forbidden', 'no');
    const watch = new FleetWatch([
      member('a', [added('web'), SYNCED]),
      member('b', [LOST]),
      broken('c', denied),
      member('d', [SYNCED, LOST]),
    ]);
    const told = await seen(watch, 6);
    expect(told.sort()).toEqual(['a ADDED web', 'a SYNCED', 'b LOST', 'c ENDED', 'd LOST', 'd SYNCED']);
    // What was live once has only lost its connection.
    expect([...watch.failures]).toEqual([
      ['c', denied],
      ['b', refused],
    ]);
  });

  test('one that is live after all is no failure any more', async () => {
    const watch = new FleetWatch([member('a', [SYNCED]), member('b', [LOST, SYNCED])]);
    await seen(watch, 3);
    expect([...watch.failures]).toEqual([]);
  });

  test('where none has ever been live and all have failed it ends, and says nothing of the last', async () => {
    const watch = new FleetWatch([member('a', [LOST]), broken('b', refused)]);
    expect((await seen(watch)).length).toBeLessThan(2);
    expect([watch.hopeless, [...watch.failures.keys()].sort()]).toEqual([true, ['a', 'b']]);
  });

  test('it ends when the signal aborts, and when every watch has ended', async () => {
    const stop = new AbortController();
    const ending = new FleetWatch([member('a', [SYNCED, () => stop.abort()])]);
    expect(await seen(ending, Infinity, stop.signal)).toEqual(['a SYNCED']);
    expect(ending.failures.size).toBe(0);
  });

  test('a fault of ours is thrown', async () => {
    await expect(seen(new FleetWatch([member('a', [SYNCED]), broken('b', new TypeError('ours'))]))).rejects.toThrow(
      'ours',
    );
  });

  test('at most so many are listed at once; the next begins when one is live or has failed', async () => {
    const names = Array.from({ length: CLUSTERS_AT_ONCE + 2 }, (_, index) => `c${index}`);
    const opened: string[] = [];
    const go = new Map<string, () => void>();
    const members = names.map((context): Member => {
      const store = new FakeStore();
      store.watched = async function* (signal) {
        opened.push(context);
        await new Promise<void>((resolve) => go.set(context, resolve));
        yield* events(context === 'c0' ? [LOST] : [SYNCED], signal);
      };
      return { context, open: async () => store };
    });
    const watching = seen(new FleetWatch(members), names.length);
    while (opened.length < CLUSTERS_AT_ONCE) await new Promise(setImmediate);
    expect(opened).toEqual(names.slice(0, CLUSTERS_AT_ONCE));
    for (const name of ['c0', 'c1']) go.get(name)?.();
    while (opened.length < names.length) await new Promise(setImmediate);
    for (const name of names) go.get(name)?.();
    expect(await watching).toHaveLength(names.length);
  });
});
