/** JSON merge patches (RFC 7386): null removes a member, maps are merged, and any other value replaces the old one. */

type Json = Record<string, unknown>;

function isMap(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Sets an own property even for a key such as `__proto__`. */
function set(target: Json, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}

/** Structural equality of two JSON values; the order of map keys does not count. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => sameJson(item, b[index]));
  }
  if (isMap(a) && isMap(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
    );
  }
  return Object.is(a, b);
}

/** The merge patch that turns `before` into `after`; empty if they are equal. Undefined members count as absent. */
export function mergePatch(before: object, after: object): Json {
  const old = before as Json;
  const next = after as Json;
  const patch: Json = {};
  for (const key of new Set([...Object.keys(old), ...Object.keys(next)])) {
    const was = Object.hasOwn(old, key) ? old[key] : undefined;
    const is = Object.hasOwn(next, key) ? next[key] : undefined;
    if (is === undefined) {
      if (was !== undefined) set(patch, key, null);
    } else if (isMap(was) && isMap(is)) {
      const inner = mergePatch(was, is);
      if (Object.keys(inner).length > 0) set(patch, key, inner);
    } else if (!sameJson(was, is)) {
      set(patch, key, is);
    }
  }
  return patch;
}

/** A copy of `target` with the patch applied; neither argument is changed. */
export function applyMergePatch<T extends object>(target: T, patch: object): T {
  const changes = patch as Json;
  const result: Json = {};
  for (const [key, value] of Object.entries(target)) {
    if (!Object.hasOwn(changes, key) || changes[key] !== null) set(result, key, value);
  }
  for (const [key, value] of Object.entries(changes)) {
    if (isMap(value)) {
      const inner = Object.hasOwn(result, key) ? result[key] : undefined;
      set(result, key, applyMergePatch(isMap(inner) ? inner : {}, value));
    } else if (value !== null) set(result, key, value);
  }
  return result as T;
}

/** The fields that a patch changes, as paths of keys. Two changes conflict if they share a path. */
export function patchedPaths(patch: object, prefix: readonly string[] = []): string[][] {
  return Object.entries(patch).flatMap(([key, value]) => {
    const path = [...prefix, key];
    return isMap(value) && Object.keys(value).length > 0 ? patchedPaths(value, path) : [path];
  });
}

/** The value at a path of keys, or undefined. */
export function valueAt(object: unknown, path: readonly string[]): unknown {
  let value: unknown = object;
  for (const key of path) {
    if (!isMap(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}
