import fc from 'fast-check';
import { label, texts } from './arbitrary-values.js';

export type Json = unknown;

const from = <T>(...options: T[]): fc.Arbitrary<T> => fc.constantFrom(...options);
const rarely = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: 4 });
const present = (object: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
const record = (parts: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Record<string, unknown>> =>
  fc.record(parts, { noNullPrototype: true }).map(present);

export const weight = fc.oneof(
  fc.integer({ min: 1, max: 10 }),
  fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  from(2 ** 31 - 1),
);
const routingKey = fc.oneof(
  label,
  label,
  from('A', 'a.b', 'a_b', 'ü', 'ﬁ', '1', 'true', 'null', '~', 'k'.repeat(300), '__proto__'),
);
const many = from(...[1, 2, 255, 256].map((count) => Array.from({ length: count }, (_, index) => `k${index}`)));
const weights = fc
  .oneof(
    { weight: 9, arbitrary: fc.array(fc.tuple(routingKey, weight), { minLength: 1, maxLength: 5 }) },
    { weight: 1, arbitrary: many.map((keys) => keys.map((key): [string, number] => [key, 3])) },
  )
  .map((entries) => Object.fromEntries(entries))
  // The sum is bounded too.
  .map((all) =>
    Object.values(all).reduce((a, b) => a + b, 0) < 2 ** 31
      ? all
      : Object.fromEntries(Object.keys(all).map((key) => [key, 1])),
  );
const ranks = fc.oneof(
  { weight: 9, arbitrary: fc.uniqueArray(routingKey, { minLength: 1, maxLength: 5 }) },
  { weight: 1, arbitrary: many },
);

/** Exactly one kind, the other absent or null. */
export const strategy: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  weights.map((routingKeys) => ({ weighted: { routingKeys } })),
  ranks.map((routingKeys) => ({ priority: { routingKeys } })),
);

const pairs = fc.dictionary(
  from('a', 'b', 'example.com/c', 'A.b_c', 'x'.repeat(63)),
  from('', 'x', 'x.y_z-1', 'v'.repeat(63)),
  {
    maxKeys: 3,
    noNullPrototype: true,
  },
);
const time = from<unknown>(null, '2026-07-23T10:00:00Z');

const metadata = record({
  name: fc.oneof(label, from('1', 'a'.repeat(50))),
  namespace: rarely(from('', null)),
  labels: rarely(fc.oneof(pairs, fc.constant(null))),
  annotations: rarely(fc.oneof(pairs, fc.constant({ 'Example.COM/x': 'ü\n\u0001' }))),
  finalizers: rarely(from([], ['example.com/f'], ['orphan'], null)),
  ownerReferences: rarely(from([], [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'c', uid: 'u' }])),
  creationTimestamp: rarely(time),
  generation: rarely(from(0, 1, 7)),
  managedFields: rarely(fc.constant([])),
});

const spec = record({
  host: fc.oneof(label, from('h'.repeat(63))),
  port: fc.oneof(fc.integer({ min: 1, max: 65535 }), from(1, 65535)),
  strategy,
  tlsCredentials: rarely(fc.oneof(label, from('', null))),
  requireClientCert: rarely(from(false, null)),
  observer: rarely(from('auto', 'none', 'http1', 'http2', null)),
  settings: rarely(
    fc.dictionary(
      texts.filter((text) => text.isWellFormed()),
      from('', 'x', 'ü\n'),
      { maxKeys: 3, noNullPrototype: true },
    ),
  ),
});

/** A resource that every rule of both families is content with. */
export const valid: fc.Arbitrary<Json> = record({
  apiVersion: fc.constant('skupper.io/v2alpha1'),
  kind: fc.constant('MultiKeyListener'),
  metadata,
  spec,
});
