import type { RouterState } from '../router.js';
import { countsBetween, sumOf } from './counters.js';

/**
 * The result of a test connection: the service sent bytes (answered), it stayed open without any (open), it was closed at
 * once without any (empty), the listener did not accept it (refused), or the TLS handshake failed (no-tls).
 */
export type ProbeOutcome = 'answered' | 'open' | 'empty' | 'refused' | 'no-tls';

/** One test connection. */
export interface Probe {
  /** The routing key to which the router gave the connection; undefined if its counters do not show it. */
  key: string | undefined;
  outcome: ProbeOutcome;
}

/** The test connections of one routing key: their number, in total and by outcome. */
export interface KeyProbes extends Record<ProbeOutcome, number> {
  /** Undefined for the connections whose routing key is not known. */
  key: string | undefined;
  probed: number;
}

/**
 * The routing key to which the router gave a connection: the only one whose counter grew between two readings, and by one.
 * Undefined if there is no such key, for example because other clients connected at the same time.
 */
export function keyGiven(before: RouterState, after: RouterState, name: string): string | undefined {
  const counts = countsBetween(before, after, name);
  const [key] = [...counts].find(([, count]) => count === 1) ?? [];
  return sumOf(counts) === 1 ? key : undefined;
}

/**
 * Groups probes by routing key.
 *
 * @param keys the routing keys of the spec: the first rows, in this order, even those without probes. Rows for other keys
 *   follow, and last the row of probes whose key is not known
 */
export function byKey(probes: readonly Probe[], keys: readonly string[]): KeyProbes[] {
  const rows = [...new Set([...keys, ...probes.flatMap(({ key }) => key ?? [])]), undefined].map((key): KeyProbes => {
    const own = probes.filter((probe) => probe.key === key);
    const count = (outcome: ProbeOutcome): number => own.filter((probe) => probe.outcome === outcome).length;
    return {
      key,
      probed: own.length,
      answered: count('answered'),
      open: count('open'),
      empty: count('empty'),
      refused: count('refused'),
      'no-tls': count('no-tls'),
    };
  });
  return rows.filter(({ key, probed }) => key !== undefined || probed > 0);
}
