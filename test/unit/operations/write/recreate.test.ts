import { Failure, type Code } from '../../../../src/model/failure.js';
import { recreate } from '../../../../src/operations/write/recreate.js';
import { events, failureOf, FakeStore } from '../../fake-store.js';
import { priority, resource } from '../../fixtures.js';

const BEFORE = resource({
  metadata: { labels: { a: '1' }, annotations: { n: '1' }, uid: 'u1' },
  spec: { settings: { k: 'v' } },
});
const AFTER = { ...BEFORE, spec: { ...BEFORE.spec, strategy: priority('east', 'west') } };

interface Run {
  store: FakeStore;
  said: string[];
  /** What is kept in a file. */
  kept: string[];
  run(options?: { dryRun?: boolean; signal?: AbortSignal; timeoutMs?: number }): Promise<unknown>;
}

function setUp(): Run {
  const store = new FakeStore(BEFORE);
  const stored = store.objects.get('web') ?? BEFORE;
  const said: string[] = [];
  const kept: string[] = [];
  return {
    store,
    said,
    kept,
    run: ({ dryRun = false, signal = new AbortController().signal, timeoutMs = 60_000 } = {}) =>
      recreate(
        store,
        stored,
        { ...AFTER, metadata: stored.metadata },
        {
          dryRun,
          signal,
          timeoutMs,
          keep: async ({ spec }) => {
            const text = `MANIFEST ${JSON.stringify(spec.strategy)}`;
            store.steps.push('keep');
            kept.push(text);
            return { file: 'FILE', text, restore: 'RESTORE', drop: async () => void kept.pop() };
          },
          narrate: (text) => said.push(text),
        },
      ),
  };
}

/** Fails the nth time (from 1) that a step comes, and from then on when `always`. */
function failAt(store: FakeStore, step: string, code: Code, from = 1, to = from): void {
  let count = 0;
  store.before = (now) => {
    if (now !== step) return;
    count += 1;
    if (count >= from && count <= to) throw new Failure(code, `${step} failed`);
  };
}

describe('recreate', () => {
  test('deletes exactly what was read, waits for its release, and creates it with all that was not to change', async () => {
    const { store, run, said, kept } = setUp();
    await run();
    expect(store.steps).toEqual(['keep', 'delete', 'released', 'create']);
    const now = store.objects.get('web');
    expect(now?.spec).toEqual(AFTER.spec);
    expect(now?.metadata.labels).toEqual({ a: '1' });
    expect(now?.metadata.annotations).toEqual({ n: '1' });
    expect(now?.metadata.uid).not.toBe('u1');
    expect(said).toEqual([
      'Backup of the old manifest: FILE',
      'If interrupted, restore it with: RESTORE',
      'web deleted; creating it again with --priority east,west',
    ]);
    expect(kept).toEqual([]);
  });

  test('a dry run asks only', async () => {
    const { store, run } = setUp();
    await run({ dryRun: true });
    expect(store.steps).toEqual(['delete']);
    expect(store.objects.get('web')?.metadata.uid).toBe('u1');
  });

  test('interrupted before the delete: nothing is done', async () => {
    const { store, run } = setUp();
    expect((await failureOf(run({ signal: AbortSignal.abort() }))).code).toBe('interrupted');
    expect(store.steps).toEqual([]);
  });

  test('interrupted after the delete: it is finished', async () => {
    const { store, run } = setUp();
    const controller = new AbortController();
    store.before = (step) => {
      if (step === 'released') controller.abort();
    };
    await run({ signal: controller.signal });
    expect(store.objects.get('web')?.spec.strategy).toEqual(AFTER.spec.strategy);
  });

  test('changed meanwhile: nothing is done', async () => {
    const { store, run, kept } = setUp();
    store.put({ ...BEFORE, spec: { ...BEFORE.spec, port: 1 } });
    expect((await failureOf(run())).code).toBe('conflict');
    expect(store.objects.get('web')?.spec.port).toBe(1);
    expect(store.steps).toEqual(['keep', 'delete']);
    expect(kept).toEqual([]);
  });

  test.each<[string, string, Code]>([
    ['the create', 'create', 'forbidden'],
    ['the release', 'released', 'unreachable'],
  ])('when %s fails the old one is put back, and the failure is told with its own code', async (_title, step, code) => {
    const { store, run, kept } = setUp();
    failAt(store, step, code);
    const failure = await failureOf(run());
    expect(failure.code).toBe(code);
    expect(failure.message).toBe(`web could not be recreated, and the old resource was restored: ${step} failed`);
    expect(kept).toEqual([]);
    const now = store.objects.get('web');
    expect(now?.spec).toEqual(BEFORE.spec);
    expect(now?.metadata.labels).toEqual({ a: '1' });
  });

  test('a delete without an answer: nothing more is sent, the manifest stays, and the way back is told', async () => {
    const { store, run, kept } = setUp();
    failAt(store, 'delete', 'request-timeout');
    const failure = await failureOf(run());
    expect(failure).toMatchObject({ code: 'request-timeout', message: 'delete failed' });
    expect(failure.hint).toContain('FILE; restore it with: RESTORE');
    expect(store.steps).toEqual(['keep', 'delete']);
    expect(kept).toHaveLength(1);
  });

  test('where the manifest can be kept nowhere, nothing is deleted', async () => {
    const store = new FakeStore(BEFORE);
    const options = { dryRun: false, timeoutMs: 1, signal: new AbortController().signal, narrate: () => undefined };
    const keep = async (): Promise<never> => {
      throw new Failure('file-system', 'no room');
    };
    expect((await failureOf(recreate(store, BEFORE, AFTER, { ...options, keep }))).message).toBe('no room');
    expect(store.steps).toEqual([]);
  });

  test('when putting it back fails too, the manifest is in the hint and in its file', async () => {
    const { store, run, kept } = setUp();
    failAt(store, 'create', 'unreachable', 1, 2);
    const failure = await failureOf(run());
    expect(failure.code).toBe('partial');
    expect(failure.hint).toContain('MANIFEST {"weighted":{"routingKeys":{"east":3,"west":1}}}');
    expect(failure.hint).toContain('RESTORE');
    expect(kept).toHaveLength(1);
  });

  test('a create whose answer was lost but which was done is told as its own failure, and not undone', async () => {
    const { store, run, kept } = setUp();
    let lost = false;
    store.before = (step) => {
      if (step !== 'create' || lost) return;
      lost = true;
      store.put(AFTER);
      throw new Failure('request-timeout', 'no answer');
    };
    expect((await failureOf(run())).code).toBe('request-timeout');
    expect(store.objects.get('web')?.spec.strategy).toEqual(AFTER.spec.strategy);
    expect(kept).toHaveLength(1);
  });

  test("somebody else's resource of that name is left alone", async () => {
    const { store, run } = setUp();
    store.before = (step) => {
      if (step === 'create') store.put({ ...BEFORE, metadata: { name: 'web', uid: 'theirs' } });
    };
    expect((await failureOf(run())).code).toBe('already-exists');
    expect(store.objects.get('web')?.metadata.uid).toBe('theirs');
  });

  test('a finalizer: waits until the old one is gone, then creates', async () => {
    const { store, run } = setUp();
    store.held = true;
    const gone = (): void => void store.objects.delete('web');
    store.watched = (signal) =>
      events(
        [{ type: 'ADDED', object: BEFORE }, { type: 'SYNCED' }, gone, { type: 'DELETED', object: BEFORE }],
        signal,
      );
    await run();
    expect(store.steps).toEqual(['keep', 'delete', 'watch', 'released', 'create']);
  });

  test('a finalizer that never lets go: partial, with the manifest, and nothing created', async () => {
    const { store, run } = setUp();
    store.held = true;
    store.watched = (signal) => events([{ type: 'ADDED', object: BEFORE }, { type: 'SYNCED' }], signal);
    const failure = await failureOf(run({ timeoutMs: 20 }));
    expect(failure.code).toBe('partial');
    expect(failure.message).toContain('could not be deleted completely');
    expect(failure.hint).toContain('MANIFEST');
    expect(store.steps).not.toContain('create');
  });
});
