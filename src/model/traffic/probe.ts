import type { RouterState } from '../router.js';
import { countsBetween, sumOf } from './counters.js';

/**
 * What became of a connection: bytes came, it stayed open, it was closed at once without a byte, the listener did not accept
 * it, or no TLS session came about.
 */
export type ProbeOutcome = 'answered' | 'open' | 'empty' | 'refused' | 'no-tls';

export interface Probe {
  /** The routing key that it was given; undefined where the counters do not tell. */
  key: string | undefined;
  outcome: ProbeOutcome;
}

/** How many connections of a routing key ended how. */
export interface KeyProbes extends Record<ProbeOutcome, number> {
  /** Undefined: those of which the counters do not tell the key. */
  key: string | undefined;
  probed: number;
}

/** The key whose counter moved by one while no other did; undefined where other clients connected at the same time. */
export function keyGiven(before: RouterState, after: RouterState, name: string): string | undefined {
  const counts = countsBetween(before, after, name);
  const [key] = [...counts].find(([, count]) => count === 1) ?? [];
  return sumOf(counts) === 1 ? key : undefined;
}

/**
 * The probes by routing key.
 *
 * @param keys in this order, also those that none was given to
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
