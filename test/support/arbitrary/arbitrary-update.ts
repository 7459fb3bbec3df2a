import fc from 'fast-check';
import { desired } from '../../../src/model/build.js';
import { parseChange, type ChangeOptions } from '../../../src/model/change/change.js';
import type { MultiKeyListener, Spec } from '../../../src/model/resource.js';
import { changed, changes } from './arbitrary-changes.js';
import { anything } from './arbitrary-resource.js';
import { names, put, qualified, texts } from './arbitrary-values.js';

const stored = (name: string, spec: object, metadata: object = {}): MultiKeyListener => ({
  apiVersion: 'skupper.io/v2alpha1',
  kind: 'MultiKeyListener',
  metadata: { name, ...metadata },
  spec: { host: 'web', port: 8080, ...spec } as Spec,
});
const keys = Object.fromEntries(Array.from({ length: 256 }, (_, index) => [`k${index}`, index + 1]));

/** What updates start from. The API server takes all of them, although the rules of this program refuse the last three. */
export const STORED: readonly MultiKeyListener[] = [
  stored('weighted', { strategy: { weighted: { routingKeys: { a: 1, b: 2 } } } }),
  stored('priority', { strategy: { priority: { routingKeys: ['a', 'b'] } } }),
  stored(
    'all',
    {
      strategy: { weighted: { routingKeys: { east: 3, west: 1 } } },
      tlsCredentials: 'tls',
      requireClientCert: true,
      observer: 'http1',
      settings: { a: 'b', 'c d': '' },
    },
    { labels: { a: 'b', 'example.com/c': 'd' }, annotations: { a: 'b' }, finalizers: ['example.com/f'] },
  ),
  stored('many', { strategy: { weighted: { routingKeys: keys } } }),
  stored('ranks', { strategy: { priority: { routingKeys: Object.keys(keys) } }, observer: 'auto' }),
  stored('port-zero', { port: 0, strategy: { priority: { routingKeys: ['a'] } } }),
  stored('weight-zero', { strategy: { weighted: { routingKeys: { a: 0, '': -1 } } } }),
  stored('host-odd', { host: '', requireClientCert: true, strategy: { priority: { routingKeys: ['', 'a b'] } } }),
];

/** One manifest for `apply`, or the flags of one `update`. */
export type Update = { index: number; inPlace: boolean } & ({ manifest: unknown } | { flags: ChangeOptions });

const which = { index: fc.nat(STORED.length - 1), inPlace: fc.boolean() };

/** As apply finds the stored one by it. */
function named(manifest: unknown, index: number): unknown {
  const name = STORED[index]?.metadata.name;
  const isMap = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isMap(manifest) || !isMap((manifest as { metadata?: unknown }).metadata)) return manifest;
  return changed(manifest, { path: ['metadata', 'name'], value: name });
}

/** Manifests that differ from what is stored in up to three things, and any others. */
export const byManifest: fc.Arbitrary<Update> = fc
  .record({ ...which, changes: fc.option(changes), other: anything })
  .map(({ index, inPlace, changes: some, other }) => {
    const manifest = some?.reduce<unknown>(changed, desired(STORED[index] as MultiKeyListener)) ?? other;
    return { index, inPlace, manifest: named(manifest, index) };
  });

const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: 2 });
const pairs = (key: fc.Arbitrary<string>, value: fc.Arbitrary<string>): fc.Arbitrary<string[] | undefined> =>
  optional(
    fc.uniqueArray(
      fc.oneof(
        fc.tuple(key, value).map((pair) => pair.join('=')),
        key.map((text) => `${text}-`),
      ),
      {
        minLength: 1,
        maxLength: 3,
      },
    ),
  );
const weight = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constantFrom(-1, 2 ** 31 - 1, 2 ** 31, 2 ** 63));
const routingKey = fc.oneof(fc.constantFrom('a', 'b', 'east', 'west', 'ü', '', '__proto__'), names);

/** Flags that can be read; what they say may break any rule. */
export const byFlags: fc.Arbitrary<Update> = fc
  .record({
    ...which,
    flags: fc.record({
      port: optional(fc.nat(70_000).map(String)),
      host: optional(names),
      tlsCredentials: optional(names),
      requireClientCert: optional(fc.boolean()),
      observer: optional(fc.constantFrom('', 'auto', 'http2', 'tcp')),
      settings: pairs(texts, texts),
      labels: pairs(qualified, names),
      annotations: pairs(qualified, texts),
      weighted: optional(
        fc.array(
          fc.tuple(routingKey, weight).map((pair) => pair.join('=')),
          { minLength: 1, maxLength: 4 },
        ),
      ),
      priority: optional(fc.array(routingKey, { minLength: 1, maxLength: 4 })),
    }),
  })
  .map((update) => {
    // Mostly one of the two kinds, and never a member that is undefined: the flags stand in messages.
    const { weighted, priority, ...flags } = update.flags;
    const kind = update.index % 3 === 0 ? { weighted, priority } : update.index % 3 === 1 ? { weighted } : { priority };
    const given = Object.entries({ ...flags, ...kind }).filter(([, value]) => value !== undefined);
    const result: ChangeOptions = {};
    for (const [key, value] of given) put(result, key, value);
    return { ...update, flags: result };
  })
  .filter(({ flags }) => parseChange(flags).problems.length === 0);
