import { routerListener, type RouterState } from '../router.js';

/** Connections by routing key. */
export type Counts = ReadonlyMap<string, number>;

/** The state of each router of a site, because each router's counters restart on their own. */
function partsOf(state: RouterState): readonly RouterState[] {
  return state.parts ?? [state];
}

/** The connections that the router gave to each routing key of a listener since it created the key's entity. */
export function countsInTotal(state: RouterState, name: string): Counts {
  return new Map(routerListener(state, name)?.keys.map(({ key, given }) => [key, given]) ?? []);
}

/**
 * The connections that the routers gave to each routing key of a listener between two readings. If the entity of a key was
 * created again in between (its value changed, its counter is lower, or the router restarted), it counts from 0. A router that
 * is missing in the first reading adds 0, because its counters at that time are not known.
 *
 * @param name the MultiKeyListener's name
 */
export function countsBetween(before: RouterState, after: RouterState, name: string): Counts {
  const counts = new Map<string, number>();
  const earlier = partsOf(before);
  for (const [index, part] of partsOf(after).entries()) {
    const [id] = part.routers;
    // The position comes first, because two routers of a site may have the same id.
    const old = earlier[index]?.routers[0] === id ? earlier[index] : earlier.find(({ routers }) => routers[0] === id);
    const restarted = old?.startedAt !== undefined && part.startedAt !== undefined && old.startedAt !== part.startedAt;
    const oldKeys = new Map(restarted || !old ? [] : routerListener(old, name)?.keys.map((each) => [each.key, each]));
    for (const { key, value, given } of routerListener(part, name)?.keys ?? []) {
      const oldKey = oldKeys.get(key);
      const base = oldKey && oldKey.value === value && oldKey.given <= given ? oldKey.given : 0;
      counts.set(key, (counts.get(key) ?? 0) + (old ? given - base : 0));
    }
  }
  return counts;
}

/** The connections of each routing key over a series of readings: `countsBetween` each reading and the next, added up. */
export function countsOver(states: readonly RouterState[], name: string): Counts {
  const counts = new Map<string, number>();
  for (const [index, after] of states.entries()) {
    const before = states[index - 1];
    const between = before ? countsBetween(before, after, name) : [];
    for (const [key, count] of between) counts.set(key, (counts.get(key) ?? 0) + count);
  }
  return counts;
}

export function sumOf(counts: Counts): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
