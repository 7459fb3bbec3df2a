import fc from 'fast-check';
import {
  applyMergePatch,
  mergePatch,
  patchedPaths,
  sameJson,
  valueAt,
} from '../../../../src/model/change/merge-patch.js';

/** JSON objects without null members (a merge patch can't set those) and without -0 (JSON has none). */
const { object } = fc.letrec((tie) => ({
  scalar: fc.oneof(fc.string(), fc.integer(), fc.boolean()),
  value: fc.oneof({ maxDepth: 4 }, tie('scalar'), fc.array(tie('scalar'), { maxLength: 3 }), tie('object')),
  key: fc.oneof(fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor', ''), fc.string({ maxLength: 3 })),
  object: fc
    .array(fc.tuple(tie('key') as fc.Arbitrary<string>, tie('value')), { maxLength: 5 })
    .map((entries) => Object.fromEntries(entries)),
})) as { object: fc.Arbitrary<Record<string, unknown>> };

describe('merge patch', () => {
  test('applied to the old one, the patch makes the new one', () => {
    fc.assert(
      fc.property(object, object, (before, after) => {
        expect(sameJson(applyMergePatch(before, mergePatch(before, after)), after)).toBe(true);
      }),
    );
  });

  test('is empty exactly where nothing differs', () => {
    fc.assert(
      fc.property(object, object, (before, after) => {
        expect(Object.keys(mergePatch(before, after)).length === 0).toBe(sameJson(before, after));
      }),
    );
  });

  test('changes neither argument, and no prototype', () => {
    fc.assert(
      fc.property(object, object, (before, after) => {
        const was = JSON.stringify([before, after]);
        const result = applyMergePatch(before, after);
        expect(JSON.stringify([before, after])).toBe(was);
        expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
      }),
    );
  });

  test('a value at no patched path is the same before and after', () => {
    fc.assert(
      fc.property(object, object, (before, after) => {
        const patched = patchedPaths(mergePatch(before, after)).map((path) => JSON.stringify(path));
        for (const key of Object.keys(before)) {
          const touched = patched.some((path) => (JSON.parse(path) as string[])[0] === key);
          if (!touched) expect(sameJson(valueAt(before, [key]), valueAt(after, [key]))).toBe(true);
        }
      }),
    );
  });

  test('RFC 7386, appendix A', () => {
    const rows: [object, object, object][] = [
      [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
      [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
      [{ a: 'b' }, { a: null }, {}],
      [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
      [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
      [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
      [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
      [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
      [{ e: null }, { a: 1 }, { e: null, a: 1 }],
      [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
    ];
    for (const [target, patch, result] of rows) expect(applyMergePatch(target, patch)).toEqual(result);
  });

  test('members that are undefined count as absent', () => {
    expect(mergePatch({ a: undefined, b: 1 }, { b: undefined })).toEqual({ b: null });
    expect(mergePatch({ a: undefined }, {})).toEqual({});
  });

  test('paths are the leaves', () => {
    expect(patchedPaths({ a: { b: 1, c: null }, d: [1], e: {} })).toEqual([['a', 'b'], ['a', 'c'], ['d'], ['e']]);
    expect(valueAt({ a: { b: 2 } }, ['a', 'b'])).toBe(2);
    expect(valueAt({ a: 'text' }, ['a', 'length'])).toBeUndefined();
    expect(valueAt({}, ['constructor'])).toBeUndefined();
  });
});

describe('sameJson', () => {
  test.each([
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [{ a: 1, b: 2 }, { a: 1 }, false],
    [[1, 2], [2, 1], false],
    [[1], [1, 2], false],
    [[], {}, false],
    [null, {}, false],
    [null, undefined, false],
    [1, '1', false],
    [{ toString: 1 }, { valueOf: 1 }, false],
  ])('%j and %j: %s', (one, other, same) => {
    expect(sameJson(one, other)).toBe(same);
  });
});
