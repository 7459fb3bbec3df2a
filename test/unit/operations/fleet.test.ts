import { Failure } from '../../../src/model/failure.js';
import { CLUSTERS_AT_ONCE, readFleet, type Member } from '../../../src/operations/fleet.js';
import type { Store } from '../../../src/store/store.js';
import { FakeStore } from '../fake-store.js';

const member = (context: string, open: () => Promise<Store> = async () => new FakeStore()): Member => ({
  context,
  open,
});
const contexts = (count: number): string[] => Array.from({ length: count }, (_, index) => `c${index}`);

describe('several clusters', () => {
  test('what fails is the part of its own cluster, before or after it is opened', async () => {
    const closed = new Failure('context-unknown', 'no such cluster');
    const refused = new Failure('unreachable', 'refused');
    const broken = new FakeStore();
    const parts = await readFleet(
      [member('a'), member('b', () => Promise.reject(closed)), member('c', async () => broken)],
      async (store) => {
        if (store === broken) throw refused;
        return 'read';
      },
    );
    expect(parts).toEqual([
      { context: 'a', server: 'https://test', value: 'read' },
      { context: 'b', failure: closed },
      { context: 'c', server: 'https://test', failure: refused },
    ]);
  });

  test('at most so many at once, and the parts in the order of the members', async () => {
    let running = 0;
    let most = 0;
    const release: (() => void)[] = [];
    const names = contexts(CLUSTERS_AT_ONCE * 2 + 1);
    const reading = readFleet(
      names.map((name) => member(name)),
      async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise<void>((resolve) => release.push(resolve));
        running -= 1;
      },
    );
    // The last that began is the first to end.
    while (release.length < CLUSTERS_AT_ONCE) await new Promise(setImmediate);
    for (let done = 0; done < names.length; done += 1) {
      release.pop()?.();
      await new Promise(setImmediate);
    }
    expect((await reading).map(({ context }) => context)).toEqual(names);
    expect(most).toBe(CLUSTERS_AT_ONCE);
  });

  test.each([new Failure('interrupted', 'interrupted'), new TypeError('a fault of ours')])(
    'ended by what is no answer of a cluster: %s',
    async (error) => {
      const reading = readFleet([member('a'), member('b')], () => Promise.reject(error));
      await expect(reading).rejects.toBe(error);
    },
  );
});
