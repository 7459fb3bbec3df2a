import { parseChange, type ChangeOptions } from '../../../../src/model/change/change.js';
import { Failure } from '../../../../src/model/failure.js';
import type { MultiKeyListener } from '../../../../src/model/resource.js';
import { carryOut, planUpdate, type Plan } from '../../../../src/operations/write/plan-update.js';
import { failureOf, FakeStore } from '../../fake-store.js';
import { priority, resource, weighted } from '../../fixtures.js';

const signal = new AbortController().signal;

const plannerOf = (options: ChangeOptions, permission = {}) => {
  const change = parseChange(options);
  return (before: MultiKeyListener): Plan => planUpdate(before, change, 'kubernetes', permission);
};

describe('planUpdate', () => {
  test.each([
    ['nothing that differs', { port: '8080' }, {}, 'unchanged'],
    ['the strategy it has', { weighted: ['west=1,east=3'] }, {}, 'unchanged'],
    ['a label to remove where there is none', { labels: ['x-'] }, {}, 'unchanged'],
    ['an annotation to remove where there is none', { annotations: ['x-'] }, {}, 'unchanged'],
    ['a setting to remove where there is none', { settings: ['x-'] }, {}, 'unchanged'],
    ['another port', { port: '81' }, {}, 'patch'],
    ['other weights in place', { weighted: ['east=5,west=1'] }, { inPlace: true }, 'patch'],
    ['other weights anew', { weighted: ['east=5,west=1'] }, { recreate: true }, 'recreate'],
    ['another kind anew', { priority: ['east'] }, { recreate: true }, 'recreate'],
    ['--recreate without another strategy', { port: '81' }, { recreate: true }, 'patch'],
  ])('%s', (_title, options, permission, way) => {
    expect(plannerOf(options, permission)(resource()).way).toBe(way);
  });

  test('a refused strategy is refused also when other fields may change', () => {
    expect(() => plannerOf({ port: '81', weighted: ['east=9'] })(resource())).toThrow(
      /cannot be changed: it is weighted/,
    );
  });

  test('problems come before the verdict on the strategy', () => {
    expect(() => plannerOf({ port: '0', weighted: ['east=0'] })(resource())).toThrow(
      expect.objectContaining({
        code: 'invalid',
        causes: [
          expect.objectContaining({ field: 'spec.port' }),
          expect.objectContaining({ field: 'spec.strategy.weighted.routingKeys[east]' }),
        ],
      }),
    );
  });

  test('the patch holds what changes and no more', () => {
    expect(plannerOf({ port: '81', host: 'web' })(resource()).patch).toEqual({ spec: { port: 81 } });
    const before = resource({ spec: { strategy: weighted({ east: 3, west: 1, old: 1 }) } });
    expect(plannerOf({ weighted: ['east=4,west=1'] }, { inPlace: true })(before).patch).toEqual({
      spec: { strategy: { weighted: { routingKeys: { east: 4, old: null } } } },
    });
    const ranked = resource({ spec: { strategy: priority('a', 'b') } });
    expect(plannerOf({ priority: ['b,a'] }, { inPlace: true })(ranked).patch).toEqual({
      spec: { strategy: { priority: { routingKeys: ['b', 'a'] } } },
    });
  });
});

describe('carryOut', () => {
  const update = async (store: FakeStore, options: ChangeOptions, permission = {}): Promise<MultiKeyListener> => {
    const again = plannerOf(options, permission);
    return carryOut(store, again(await store.get('web')), again, { dryRun: false, signal });
  };
  /** Lets somebody else change the stored resource ahead of the first patches. */
  const meddle = (store: FakeStore, change: (now: MultiKeyListener) => MultiKeyListener, times = 1): void => {
    let left = times;
    store.before = (step, name) => {
      const now = store.objects.get(name);
      if (step === 'patch' && left > 0 && now) {
        left -= 1;
        store.put(change(now));
      }
    };
  };
  const label =
    (key: string, value: string) =>
    (now: MultiKeyListener): MultiKeyListener => ({
      ...now,
      metadata: { ...now.metadata, labels: { ...now.metadata.labels, [key]: value } },
    });
  const port =
    (value: number) =>
    (now: MultiKeyListener): MultiKeyListener => ({ ...now, spec: { ...now.spec, port: value } });

  test('sends one patch of the version that was read', async () => {
    const store = new FakeStore(resource());
    const after = await update(store, { port: '81' });
    expect(after.spec.port).toBe(81);
    expect(store.steps).toEqual(['get', 'patch']);
  });

  test('does it again when somebody changed other fields, and both changes stay', async () => {
    const store = new FakeStore(resource({ metadata: { labels: { a: '1' } } }));
    meddle(store, label('b', '2'));
    const after = await update(store, { port: '81', labels: ['a=9'] });
    expect(after.spec.port).toBe(81);
    expect(after.metadata.labels).toEqual({ a: '9', b: '2' });
    expect(store.steps).toEqual(['get', 'patch', 'get', 'patch']);
  });

  test('is a conflict that names the field, both values and the next step when it is the same field', async () => {
    const store = new FakeStore(resource());
    meddle(store, port(99));
    const failure = await failureOf(update(store, { port: '81' }));
    expect(failure.code).toBe('conflict');
    expect(failure.causes).toEqual([{ field: 'spec.port', message: 'was 8080 when it was read, is 99 now' }]);
    expect(store.objects.get('web')?.spec.port).toBe(99);
  });

  test('the strategy is one field: whoever changed one of its keys is in the way of a change of another', async () => {
    const store = new FakeStore(resource());
    meddle(store, (now) => ({ ...now, spec: { ...now.spec, strategy: weighted({ east: 3, west: 7 }) } }));
    const failure = await failureOf(update(store, { weighted: ['east=5,west=1'] }, { inPlace: true }));
    expect(failure.code).toBe('conflict');
    expect(failure.causes).toEqual([
      {
        field: 'spec.strategy',
        message: 'was weighted (east=3, west=1) when it was read, is weighted (west=7, east=3) now',
      },
    ]);
    expect(store.objects.get('web')?.spec.strategy).toEqual(weighted({ east: 3, west: 7 }));
  });

  test('the very same change made by somebody else is told as a conflict, and nothing is sent again', async () => {
    const store = new FakeStore(resource());
    meddle(store, (now) => label('x', 'y')(port(81)(now)));
    const failure = await failureOf(update(store, { port: '81' }));
    expect(failure.code).toBe('conflict');
    expect(store.objects.get('web')?.spec.port).toBe(81);
  });

  test('another resource of the same name is not touched', async () => {
    const store = new FakeStore(resource());
    meddle(store, (now) => ({ ...now, metadata: { ...now.metadata, uid: 'another' } }));
    const failure = await failureOf(update(store, { port: '81' }));
    expect(failure.message).toContain('recreated by another client');
    expect(store.objects.get('web')?.spec.port).toBe(8080);
  });

  test('the rules are judged anew on what was read again', async () => {
    const store = new FakeStore(resource({ spec: { tlsCredentials: 's' } }));
    meddle(store, (now) => ({ ...now, spec: { ...now.spec, tlsCredentials: undefined } }));
    const failure = await failureOf(update(store, { requireClientCert: true }));
    expect(failure).toMatchObject({ code: 'invalid', causes: [{ field: 'spec.requireClientCert' }] });
  });

  test('gives up at last, and other failures are not tried again', async () => {
    const busy = new FakeStore(resource());
    let count = 0;
    meddle(busy, (now) => label('n', String((count += 1)))(now), Infinity);
    expect((await failureOf(update(busy, { port: '81' }))).code).toBe('conflict');
    expect(count).toBe(10);
    const refused = new FakeStore(resource());
    refused.before = (step) => {
      if (step === 'patch') throw new Failure('forbidden', 'no');
    };
    expect((await failureOf(update(refused, { port: '81' }))).code).toBe('forbidden');
    expect(refused.steps).toEqual(['get', 'patch']);
  });

  test('ten at once, each with a label of its own: all ten labels are there', async () => {
    const store = new FakeStore(resource());
    await Promise.all(Array.from({ length: 10 }, (_, index) => update(store, { labels: [`l${index}=x`] })));
    expect(Object.keys(store.objects.get('web')?.metadata.labels ?? {})).toHaveLength(10);
  });
});
