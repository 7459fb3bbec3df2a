import { Failure } from '../model/failure.js';
import type { Facts } from '../model/facts.js';
import type { MultiKeyListener } from '../model/resource.js';
import type { Findings } from '../findings/findings.js';
import { examine } from '../findings/rules.js';
import type { Store } from '../store/store.js';
import { counted } from '../model/text.js';

export interface PreflightOptions {
  system: boolean;
  /** Write even if a check of the surroundings finds an error. */
  force: boolean;
  /** True if the site is reloaded between the delete and the create, so the strategy kind that it runs does not matter. */
  forgets?: boolean;
  signal: AbortSignal;
}

/**
 * Reads the facts about a resource's surroundings in one round trip and runs the rules of a write over them.
 *
 * @returns the findings that do not stop the write, for stderr, and the facts
 * @throws Failure `preflight` with every error that stops the write
 */
export async function preflight(
  store: Store,
  resource: MultiKeyListener,
  options: PreflightOptions,
): Promise<Findings & { facts: Facts }> {
  const gathered = await store.facts(resource, { signal: options.signal });
  const facts = options.forgets ? { ...gathered, appliedKind: null } : gathered;
  const result = examine(resource, facts, { platform: store.where.platform, system: options.system });
  const stopping = result.findings.filter(
    (finding) => finding.severity === 'error' && !(options.force && finding.about === 'surroundings'),
  );
  if (stopping.length > 0) {
    throw new Failure(
      'preflight',
      `${JSON.stringify(resource.metadata.name)} was not written: ${stopping.length === 1 ? 'a preflight check' : counted(stopping.length, 'preflight check')} failed`,
      {
        causes: stopping.map((finding) => ({ field: finding.code, message: `${finding.message} ${finding.hint}` })),
        hint: 'Fix it, or override with --force.',
      },
    );
  }
  return { ...result, facts };
}
