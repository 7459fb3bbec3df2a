import fc from 'fast-check';
import { strategy, weight } from './arbitrary-valid.js';
import { containers, names, numbers, put, qualified, scalars, texts, values } from './arbitrary-values.js';

type Path = readonly (string | number)[];

const from = <T>(...options: T[]): fc.Arbitrary<T> => fc.constantFrom(...options);

const PRIORITY: Path = ['spec', 'strategy', 'priority', 'routingKeys'];
const WEIGHTED: Path = ['spec', 'strategy', 'weighted', 'routingKeys'];
const count = from(0, 1, 255, 256, 257);
const keysOf = (length: number): string[] => Array.from({ length }, (_, index) => `k${index}`);
const uid = from<unknown>('u', '', 'a b', 1, null);
const owner = fc.record(
  {
    apiVersion: from<unknown>('v1', 'apps/v1', '', 'a/b/c', 1, null),
    kind: from<unknown>('ConfigMap', 'Event', '', 1),
    name: from<unknown>('c', '', 1),
    uid,
    controller: from<unknown>(true, false, null, 'true'),
    blockOwnerDeletion: from<unknown>(false, null, 1),
    colour: from<unknown>('red'),
  },
  { requiredKeys: ['apiVersion'], noNullPrototype: true },
);
const finalizer = fc.oneof(qualified, from('orphan', 'foregroundDeletion'), from<unknown>(null, 1));
const managed = fc.record(
  {
    manager: from<unknown>('m', 1),
    operation: from<unknown>('Update', 'Apply', 'x', ''),
    apiVersion: from<unknown>('skupper.io/v2alpha1', 'v1', ''),
    time: from<unknown>('2026-07-23T10:00:00Z', 'now', null, 1),
    fieldsType: from<unknown>('FieldsV1', 'x', ''),
    fieldsV1: from<unknown>({ 'f:spec': {} }, {}, null, 'x', 1, []),
    subresource: from<unknown>('', 'status', 1),
    colour: from<unknown>('red'),
  },
  { requiredKeys: ['operation'], noNullPrototype: true },
);
const times = from<unknown>(
  '',
  'now',
  '2026-07-23',
  '2026-07-23T10:00:00',
  '2026-07-23T10:00:00Z',
  '2026-07-23T10:00:00.5+01:00',
  '2026-02-30T10:00:00Z',
  '2026-07-23t10:00:00z',
  '0000-01-01T00:00:00Z',
  '2026-07-23T24:00:00Z',
  '2026-07-23T23:59:60Z',
  0,
  null,
);

/** Each field with what is tried there, besides anything. */
export const FIELDS: readonly [Path, fc.Arbitrary<unknown>][] = [
  [['apiVersion'], from<unknown>('skupper.io/v1', 'v1', '', 'skupper.io', 'Skupper.io/v2alpha1', 1)],
  [['kind'], from<unknown>('Listener', 'MultiKeyListenerList', 'multikeylistener', '', 1)],
  [['metadata'], containers],
  [['metadata', 'name'], names],
  [['metadata', 'namespace'], names],
  [
    ['metadata', 'generateName'],
    fc.oneof(
      names,
      names.map((name) => `${name}-`),
    ),
  ],
  [
    ['metadata', 'labels'],
    fc.oneof(containers, fc.dictionary(qualified, names, { maxKeys: 2, noNullPrototype: true })),
  ],
  [['metadata', 'labels', 'a'], fc.oneof(names, scalars)],
  [
    ['metadata', 'annotations'],
    fc.oneof(containers, fc.dictionary(qualified, texts, { maxKeys: 2, noNullPrototype: true })),
  ],
  [
    ['metadata', 'annotations', 'a'],
    fc.oneof(scalars, from('x'.repeat(262_143), 'x'.repeat(262_144), 'ü'.repeat(131_072))),
  ],
  [['metadata', 'uid'], uid],
  [['metadata', 'resourceVersion'], from<unknown>('', '0', '1', 'x', 1, null)],
  [['metadata', 'generation'], numbers],
  [['metadata', 'creationTimestamp'], times],
  [['metadata', 'deletionTimestamp'], times],
  [['metadata', 'deletionGracePeriodSeconds'], numbers],
  [['metadata', 'selfLink'], values],
  [['metadata', 'finalizers'], fc.oneof(values, fc.array(finalizer, { maxLength: 3 }))],
  [['metadata', 'ownerReferences'], fc.oneof(values, fc.array(owner, { maxLength: 2 }))],
  [['metadata', 'managedFields'], fc.oneof(values, fc.array(managed, { maxLength: 2 }))],
  [['metadata', 'colour'], values],
  [['metadata', '__proto__'], values],
  [['spec'], containers],
  [['spec', 'host'], names],
  [['spec', 'port'], numbers],
  [['spec', 'tlsCredentials'], names],
  [['spec', 'requireClientCert'], from<unknown>(true, 'true', 1, 0)],
  [['spec', 'observer'], from<unknown>('auto', 'Auto', '', 'tcp', 'http1 ')],
  [['spec', 'settings'], fc.oneof(containers, fc.dictionary(texts, texts, { maxKeys: 3, noNullPrototype: true }))],
  [['spec', 'settings', 'a'], scalars],
  [['spec', 'colour'], values],
  [['spec', '__proto__'], values],
  [['spec', 'strategy'], fc.oneof(containers, strategy)],
  [['spec', 'strategy', 'priority'], fc.oneof(containers, fc.constant({ routingKeys: ['a'] }))],
  [['spec', 'strategy', 'weighted'], fc.oneof(containers, fc.constant({ routingKeys: { a: 1 } }))],
  [['spec', 'strategy', 'colour'], values],
  [PRIORITY, fc.oneof(containers, count.map(keysOf), fc.array(texts, { maxLength: 4 }))],
  [[...PRIORITY, 0], fc.oneof(texts, scalars)],
  [[...PRIORITY, 1], from<unknown>('east', 'a', 1, null)],
  [['spec', 'strategy', 'priority', 'colour'], values],
  [
    WEIGHTED,
    fc.oneof(
      containers,
      count.map((n) => Object.fromEntries(keysOf(n).map((key) => [key, 1]))),
      fc.dictionary(texts, weight, { maxKeys: 3, noNullPrototype: true }),
    ),
  ],
  [[...WEIGHTED, 'a'], numbers],
  [[...WEIGHTED, '__proto__'], numbers],
  [['spec', 'strategy', 'weighted', 'colour'], values],
  [
    ['status'],
    fc.oneof(
      values,
      from<unknown>(
        { status: 'Ready', conditions: [] },
        { colour: 'red' },
        { status: 1 },
        { local: { applied: 'Applied' } },
      ),
    ),
  ],
  [['colour'], values],
  [['__proto__'], values],
];

export type Change = { path: Path; value: unknown } | { path: Path; gone: true };

const change: fc.Arbitrary<Change> = from(...FIELDS).chain(([path, own]) =>
  fc.oneof(
    { weight: 6, arbitrary: own.map((value) => ({ path, value })) },
    { weight: 3, arbitrary: values.map((value) => ({ path, value })) },
    { weight: 1, arbitrary: fc.constant({ path, value: null }) },
    { weight: 1, arbitrary: fc.constant({ path, gone: true as const }) },
  ),
);

/** A copy with the change made; maps on the way are made where nothing is, anything else stands in the way. */
export function changed(root: unknown, one: Change): unknown {
  const [key, ...rest] = one.path;
  if (key === undefined) return 'value' in one ? one.value : root;
  if (root !== undefined && (typeof root !== 'object' || root === null)) return root;
  const copy: object = Array.isArray(root) ? [...(root as unknown[])] : { ...root };
  if (Array.isArray(copy) && (typeof key !== 'number' || key > copy.length)) return root;
  if (typeof key === 'number' && !Array.isArray(copy)) return root;
  if (rest.length === 0 && 'gone' in one) {
    if (Array.isArray(copy)) copy.splice(key as number, 1);
    else Reflect.deleteProperty(copy, key);
    return copy;
  }
  const old = Object.hasOwn(copy, key) ? (copy as Record<string | number, unknown>)[key] : undefined;
  const next = changed(old, { ...one, path: rest });
  if (next !== undefined) put(copy, key, next);
  return copy;
}

/** One to three of them. */
export const changes: fc.Arbitrary<Change[]> = fc.array(change, { minLength: 1, maxLength: 3, size: '-1' });
