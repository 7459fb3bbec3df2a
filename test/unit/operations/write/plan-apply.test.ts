import { Failure } from '../../../../src/model/failure.js';
import { FIELD_MANAGER } from '../../../../src/model/ownership.js';
import type { MultiKeyListener } from '../../../../src/model/resource.js';
import type { StrategyPermission } from '../../../../src/model/change/immutability.js';
import { halfDone } from '../../../../src/operations/write/outcome.js';
import { isDesired, planApply, readStored, type Step } from '../../../../src/operations/write/plan-apply.js';
import { failureOf, FakeStore } from '../../fake-store.js';
import { priority, resource, weighted } from '../../fixtures.js';

const plan = (
  stored: MultiKeyListener | undefined,
  manifest: MultiKeyListener,
  permission: StrategyPermission = {},
): Step => planApply(stored, manifest, 'kubernetes', permission);
const refusal = (...args: Parameters<typeof plan>): Promise<Failure> => failureOf((async () => plan(...args))());
const signal = new AbortController().signal;
const stored = resource({
  metadata: {
    uid: 'u1',
    resourceVersion: '7',
    generation: 3,
    managedFields: [
      {
        manager: FIELD_MANAGER,
        operation: 'Update',
        fieldsV1: { 'f:spec': { 'f:observer': {}, 'f:settings': { 'f:a': {} } } },
      },
    ],
  },
  spec: { observer: 'auto', settings: { a: '1' } },
  status: { status: 'Ready' },
});
const same = resource({ spec: { observer: 'auto', settings: { a: '1' } } });

describe('planApply', () => {
  test('what is not there is created, without what only a server sets', () => {
    const manifest = resource({ metadata: { uid: 'u', resourceVersion: '1' }, status: { status: 'Ready' } });
    const step = plan(undefined, manifest);
    expect(step.way).toBe('create');
    expect(step.after).toEqual(resource());
  });

  test('the same is unchanged, also in another order of weights, with an old status or version in the file', () => {
    expect(plan(stored, same).way).toBe('unchanged');
    const turned = resource({ ...same, spec: { ...same.spec, strategy: weighted({ west: 1, east: 3 }) } });
    expect(plan(stored, turned).way).toBe('unchanged');
    const old = { ...same, metadata: { ...same.metadata, resourceVersion: '1', uid: 'x' }, status: {} };
    expect(plan(stored, old).way).toBe('unchanged');
  });

  test('an empty map that a removal left behind is no difference', () => {
    const empty = resource({ ...stored, metadata: { managedFields: [] }, spec: { settings: {} } });
    expect(plan(empty, resource()).way).toBe('unchanged');
  });

  test('the patch holds the difference and nothing else', () => {
    const manifest = resource({ metadata: { labels: { a: 'b' } }, spec: { port: 81, settings: { b: '2' } } });
    expect(plan(stored, manifest)).toMatchObject({
      way: 'patch',
      patch: {
        metadata: { labels: { a: 'b' } },
        spec: { port: 81, observer: null, settings: { a: null, b: '2' } },
      },
    });
  });

  test.each<[string, MultiKeyListener, StrategyPermission, string]>([
    ['other weights', resource({ spec: { strategy: weighted({ east: 9 }) } }), {}, 'refused'],
    ['other weights', resource({ spec: { strategy: weighted({ east: 9 }) } }), { inPlace: true }, 'patch'],
    ['other weights', resource({ spec: { strategy: weighted({ east: 9 }) } }), { recreate: true }, 'recreate'],
    ['another kind', resource({ spec: { strategy: priority('east') } }), {}, 'refused'],
    ['another kind', resource({ spec: { strategy: priority('east') } }), { inPlace: true }, 'refused'],
    ['another kind', resource({ spec: { strategy: priority('east') } }), { recreate: true }, 'recreate'],
    ['another port', resource({ spec: { port: 81 } }), { recreate: true }, 'patch'],
  ])('%s %#: as update judges it', async (_title, manifest, permission, way) => {
    if (way !== 'refused') return expect(plan(stored, manifest, permission).way).toBe(way);
    const failure = await refusal(stored, manifest, permission);
    expect(failure.code).toBe('strategy-immutable');
    expect(failure.hint).toContain('--recreate');
  });

  test('what the two make together is checked again', async () => {
    const theirs = resource({
      metadata: { managedFields: [] },
      spec: { requireClientCert: true, tlsCredentials: 'tls' },
    });
    const manifest = resource({ spec: { tlsCredentials: '' } });
    const failure = await refusal(theirs, manifest);
    expect(failure).toMatchObject({ code: 'invalid', hint: 'Nothing was sent.' });
    expect(failure.causes.map(({ field }) => field)).toContain('spec.requireClientCert');
  });
});

describe('planApply of what is stored with faults', () => {
  const later = { ...stored, spec: { ...stored.spec, host: 'Not_A_Service', futureField: 1 } };

  test('those that the manifest does not touch stay', () => {
    const step = plan(later, resource({ spec: { ...same.spec, port: 81 } }));
    expect(step).toMatchObject({ way: 'patch', patch: { spec: { host: 'web', port: 81 } } });
    expect(step.after.spec).toMatchObject({ futureField: 1 });
  });

  test('another fault of the same kind in the same field does not pass for the old one', async () => {
    const failure = await refusal(later, resource({ spec: { ...same.spec, host: 'Nor_Is_This' } }));
    expect(failure.causes.map(({ field }) => field)).toEqual(['spec.host']);
  });
});

describe('readStored', () => {
  test('one name is one get, several are one list; what is not there is not in it', async () => {
    const store = new FakeStore(resource(), resource({ metadata: { name: 'db' } }));
    expect([...(await readStored(store, ['web'], signal)).keys()]).toEqual(['web']);
    expect([...(await readStored(store, ['none'], signal)).keys()]).toEqual([]);
    expect([...(await readStored(store, ['web', 'none'], signal)).keys()]).toEqual(['web', 'db']);
    expect(store.steps).toEqual(['get', 'get', 'list']);
  });

  test('any other failure is one', async () => {
    const store = new FakeStore();
    store.before = () => {
      throw new Failure('forbidden', 'no');
    };
    expect((await failureOf(readStored(store, ['web'], signal))).code).toBe('forbidden');
  });

  test('what a system site only waits to forget is not stored', async () => {
    const removed = resource({ status: { local: { applied: 'Removed' } } });
    expect([isDesired(removed), isDesired(resource())]).toEqual([false, true]);
    const store = new FakeStore(removed, resource({ metadata: { name: 'db' } }));
    expect([...(await readStored(store, ['web', 'db'], signal)).keys()]).toEqual(['db']);
  });
});

describe('halfDone', () => {
  const error = new Failure('conflict', 'it changed', {
    causes: [{ field: 'spec.port', message: 'was 1' }],
    hint: 'again',
  });

  test('says what was done, what failed and what was not tried', () => {
    const failure = halfDone(error, 'b', ['a'], ['c', 'd']);
    expect(failure).toMatchObject({ code: 'conflict', message: 'it changed', hint: 'again', cause: error });
    expect(failure.causes).toEqual([
      { field: 'spec.port', message: 'was 1' },
      { field: 'b', message: 'was not written' },
      { field: 'done', message: 'a' },
      { field: 'not tried', message: 'c, d' },
    ]);
  });

  test('the first and the last of several', () => {
    expect(halfDone(error, 'a', [], ['b']).causes.slice(2)).toEqual([
      { field: 'done', message: 'none' },
      { field: 'not tried', message: 'b' },
    ]);
    expect(halfDone(error, 'b', ['a'], []).causes.slice(2)).toEqual([{ field: 'done', message: 'a' }]);
  });
});
