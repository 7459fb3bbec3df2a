import { routerListener, type RouterState } from '../router.js';

/** Connections by routing key. */
export type Counts = ReadonlyMap<string, number>;

/** The routers of a site one by one: counters restart with each of them. */
function partsOf(state: RouterState): readonly RouterState[] {
  return state.parts ?? [state];
}

/** The connections that each routing key of a listener was given since the router made its entity. */
export function countsInTotal(state: RouterState, name: string): Counts {
  return new Map(routerListener(state, name)?.keys.map(({ key, given }) => [key, given]) ?? []);
}

/**
 * The connections that each routing key of a listener was given between two readings. A key whose entity was made anew (another
 * value, a lower counter, another start of the router) counts from 0. A router that was not asked the first time counts for
 * nothing: nobody knows what it had before.
 */
export function countsBetween(before: RouterState, after: RouterState, name: string): Counts {
  const counts = new Map<string, number>();
  const earlier = partsOf(before);
  for (const [index, part] of partsOf(after).entries()) {
    const [id] = part.routers;
    // Two routers may call themselves the same.
    const own = earlier[index]?.routers[0] === id ? earlier[index] : earlier.find(({ routers }) => routers[0] === id);
    const restarted = own?.startedAt !== undefined && part.startedAt !== undefined && own.startedAt !== part.startedAt;
    const had = new Map(restarted || !own ? [] : routerListener(own, name)?.keys.map((each) => [each.key, each]));
    for (const { key, value, given } of routerListener(part, name)?.keys ?? []) {
      const then = had.get(key);
      const base = then && then.value === value && then.given <= given ? then.given : 0;
      counts.set(key, (counts.get(key) ?? 0) + (own ? given - base : 0));
    }
  }
  return counts;
}

/** The same over many readings: what came between each and the next, added up. */
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
