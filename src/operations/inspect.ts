import type { Family, MultiKeyListener } from '../model/resource.js';
import type { Facts } from '../model/facts.js';
import type { Finding, Note } from '../findings/findings.js';
import { diagnose } from '../findings/live-rules.js';
import { verdictOf, type Verdict } from '../findings/verdict.js';
import type { Store } from '../store/store.js';

/** A resource, the facts about the objects around it, and what the rules make of them. */
export interface Diagnosis {
  resource: MultiKeyListener;
  facts: Facts;
  verdict: Verdict;
  findings: Finding[];
  notes: Note[];
}

/** Runs the rules for existing resources (`src/findings`) over a resource and its facts. */
export function diagnosisOf(
  resource: MultiKeyListener,
  facts: Facts,
  where: { platform: string; family: Family },
): Diagnosis {
  const { findings, notes } = diagnose(resource, facts, where);
  return { resource, facts, verdict: verdictOf(resource, facts, findings), findings, notes };
}

/**
 * Gathers the facts of a resource in one round trip and runs the rules over them.
 *
 * @param router also ask the routers of the site; on system sites they are always asked
 * @throws Failure what the store throws if nothing can be read at all
 */
export async function inspect(
  store: Store,
  resource: MultiKeyListener,
  family: Family,
  signal: AbortSignal,
  router = false,
): Promise<Diagnosis> {
  const facts = await store.facts(resource, { signal, router: router || family === 'system' });
  return diagnosisOf(resource, facts, { platform: store.where.platform, family });
}
