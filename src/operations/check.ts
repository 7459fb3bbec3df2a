import { byWeight } from '../findings/rules.js';
import type { Finding, Note } from '../findings/findings.js';
import type { Family, MultiKeyListener } from '../model/resource.js';
import type { Store } from '../store/store.js';
import { diagnosisOf, type Diagnosis } from './inspect.js';

/** A finding and the resource that it is about. */
export interface ResourceFinding {
  /** The cluster, where there are several. */
  context?: string;
  namespace: string;
  name: string;
  finding: Finding;
}

/** The result of `check` over all resources. */
export interface CheckReport {
  diagnoses: Diagnosis[];
  /** Sorted by severity, errors first; within a severity in the order of the resources. */
  findings: ResourceFinding[];
  errors: number;
  warnings: number;
  /** Checks that could not be made; the same note of several resources is listed once. */
  notes: Note[];
}

/**
 * Diagnoses many resources. The objects around them (sites, connectors, listeners) are read once for all of them.
 *
 * @param allNamespaces true if the resources are in several namespaces
 * @param router also ask the routers of the sites; on system sites they are always asked
 * @throws Failure what the store throws if nothing can be read at all
 */
export async function check(
  store: Store,
  resources: readonly MultiKeyListener[],
  {
    family,
    allNamespaces,
    signal,
    router = false,
  }: { family: Family; allNamespaces: boolean; signal: AbortSignal; router?: boolean },
): Promise<CheckReport> {
  const where = { platform: store.where.platform, family };
  const all =
    resources.length === 0
      ? []
      : await store.factsOfAll(resources, { allNamespaces, signal, router: router || family === 'system' });
  const diagnoses = resources.flatMap((resource, index) => {
    const facts = all[index];
    return facts === undefined ? [] : [diagnosisOf(resource, facts, where)];
  });
  const findings = diagnoses
    .flatMap(({ resource: { metadata }, findings: own }) =>
      own.map((finding) => ({ namespace: metadata.namespace ?? '', name: metadata.name, finding })),
    )
    .sort((a, b) => byWeight(a.finding, b.finding));
  const errors = findings.filter(({ finding }) => finding.severity === 'error').length;
  const notes = new Map(diagnoses.flatMap((each) => each.notes).map((note) => [`${note.check} ${note.why}`, note]));
  return { diagnoses, findings, errors, warnings: findings.length - errors, notes: [...notes.values()] };
}
