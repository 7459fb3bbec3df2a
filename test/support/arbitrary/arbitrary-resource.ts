import fc from 'fast-check';
import { changed, changes, FIELDS } from './arbitrary-changes.js';
import { valid, type Json } from './arbitrary-valid.js';
import { names, texts, values } from './arbitrary-values.js';

/** Valid ones, but for a host of any kind: what may be one differs most between the platforms. */
export const anyHost: fc.Arbitrary<Json> = fc
  .tuple(valid, fc.oneof(names, fc.ipV4(), fc.ipV4Extended(), fc.ipV6(), fc.domain()))
  .map(([object, value]) => changed(object, { path: ['spec', 'host'], value }));

/** A valid resource with one to three things changed. */
export const nearlyValid: fc.Arbitrary<Json> = fc
  .tuple(valid, changes)
  .map(([object, some]) => some.reduce<unknown>(changed, object));

const known = fc.constantFrom(...new Set(FIELDS.flatMap(([path]) => path.map(String))));
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    values,
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(known, texts), tie('tree'), { maxKeys: 5, noNullPrototype: true }),
  ),
}));

/** Anything: any JSON, or any JSON in some place of a valid resource. */
export const wild: fc.Arbitrary<Json> = fc.oneof(
  { weight: 1, arbitrary: tree },
  { weight: 1, arbitrary: fc.jsonValue() },
  {
    weight: 4,
    arbitrary: fc
      .tuple(valid, fc.constantFrom(...FIELDS), tree)
      .map(([object, [path], value]) => changed(object, { path, value })),
  },
);

/** What the local verdict is tried with. */
export const anything: fc.Arbitrary<Json> = fc.oneof(
  { weight: 3, arbitrary: valid },
  { weight: 12, arbitrary: nearlyValid },
  { weight: 3, arbitrary: wild },
);
