import type { RouterAddress, RouterKey, RouterListener, RouterState } from '../model/router.js';

/**
 * Merges the states of the routers of one site; a site with high availability has two, each with its own counters.
 * Counters add up. A listener is up if it is up on one router, and a key is reachable if one router reaches it.
 *
 * @param states the state of each router, at least one
 */
export function mergeStates(states: readonly RouterState[]): RouterState {
  const [first] = states;
  if (first !== undefined && states.length === 1) return first;
  const names = [...new Set(states.flatMap(({ listeners }) => listeners.map(({ name }) => name)))];
  const routers = [...new Set(states.flatMap((state) => state.routers))];
  const networks = states.flatMap(({ network }) => network ?? []);
  const starts = states.flatMap(({ startedAt }) => startedAt ?? []);
  return {
    routers,
    ...(starts.length > 0 ? { startedAt: Math.max(...starts) } : {}),
    listeners: names.map((name) => listenerOf(states, name)),
    addresses: addressesOf(states, routers),
    ...(networks.length > 0 ? { network: networks } : {}),
    parts: states,
  };
}

function listenerOf(states: readonly RouterState[], name: string): RouterListener {
  const byRouter = states.map(({ listeners }) => listeners.find((listener) => listener.name === name));
  const all = byRouter.filter((listener) => listener !== undefined);
  const [first] = all as [RouterListener, ...RouterListener[]];
  const up = all.some((listener) => listener.up);
  const sum = (count: (listener: RouterListener) => number): number =>
    all.reduce((total, listener) => total + count(listener), 0);
  const keys = [...new Set(all.flatMap((listener) => listener.keys.map(({ key }) => key)))];
  return {
    ...first,
    up,
    // Clients are not affected by the error of one router while another one accepts their connections.
    message: up ? '' : (all.find(({ message }) => message !== '')?.message ?? ''),
    opened: sum((listener) => listener.opened),
    open: sum((listener) => listener.open),
    keys: keys.map((key) => keyOf(byRouter, key)),
  };
}

/** A key has a value only if all routers have it with the same value. */
function keyOf(byRouter: readonly (RouterListener | undefined)[], key: string): RouterKey {
  const found = byRouter.map((listener) => listener?.keys.find((each) => each.key === key));
  const values = new Set(found.map((each) => each?.value));
  return {
    key,
    value: values.size === 1 ? [...values][0] : undefined,
    given: found.reduce((total, each) => total + (each?.given ?? 0), 0),
  };
}

function addressesOf(states: readonly RouterState[], own: readonly string[]): Record<string, RouterAddress> {
  const keys = new Set(states.flatMap(({ addresses }) => Object.keys(addresses)));
  const pairs = [...keys].map((key): [string, RouterAddress] => {
    const all = states.flatMap(({ addresses }) => (Object.hasOwn(addresses, key) ? (addresses[key] ?? []) : []));
    return [
      key,
      {
        local: Math.max(0, ...all.map(({ local }) => local)),
        remote: Math.max(0, ...all.map(({ remote }) => remote)),
        through: [...new Set(all.flatMap(({ through }) => through))].filter((id) => !own.includes(id)),
      },
    ];
  });
  return Object.fromEntries(pairs);
}
