import { byWeight } from '../../findings/rules.js';
import { check, type CheckReport, type ResourceFinding } from '../../operations/check.js';
import { readFleet, type Member, type Part } from '../../operations/fleet.js';
import { checkDocument, checkSummary, renderCheck } from '../../view/check.js';
import { dataFormat } from '../../view/formats.js';
import type { Context } from '../context.js';
import { refuseProblems } from '../refusals.js';
import { readOrFail, type Choice, type Found } from '../read-resources.js';
import type { Narrator } from '../terminal/narrator.js';
import { partsDocument } from './document.js';
import { fleetFailure, mishapsOf } from './failure.js';

export interface FleetCheckFlags extends Choice {
  output?: string;
  strict: boolean;
  'no-headers'?: boolean;
}

interface Checked {
  report: CheckReport;
  failures: Found['failures'];
}

/**
 * Carries out `check` for several clusters: prints one list of findings, or one document with a part for each cluster.
 *
 * @param names check only these resources, in every cluster
 * @throws Failure after the output if a cluster could not be read or lacks a name, or if the check found a problem
 */
export async function fleetCheck(
  narrator: Narrator,
  context: Context,
  members: readonly Member[],
  names: readonly string[],
  flags: FleetCheckFlags,
): Promise<void> {
  const { signal, io, platform } = context;
  const namespaces = flags['all-namespaces'] ?? false;
  const parts = await readFleet(members, async (store): Promise<Checked> => {
    const { resources, failures } = await readOrFail(store, names, { ...flags, signal });
    const options = { family: platform.family, allNamespaces: namespaces, signal };
    return { report: await check(store, resources, options), failures };
  });
  const report = joined(parts);
  const format = dataFormat(flags.output);
  if (format?.value) {
    io.out.write(await format.value(partsDocument(parts, ({ report: each }) => ({ report: checkDocument(each) }))));
  } else {
    const options = { contexts: true, namespaces, headers: !flags['no-headers'] };
    io.out.lines(renderCheck(report, io.out.style, options));
    if (!io.out.style.terminal) narrator.notice(context, checkSummary(report));
    for (const { context: of, value } of parts)
      for (const { check: what, why } of value?.report.notes ?? [])
        narrator.notice(context, `Not checked in ${of}: ${what} (${why})`);
  }
  const failure = fleetFailure(parts.flatMap(mishapsOf), members.length);
  if (failure) throw failure;
  refuseProblems(report, flags.strict);
}

/** Merges the reports. A cluster that could not be read is listed as a finding, but not counted as an error. */
function joined(parts: readonly Part<Checked>[]): CheckReport {
  const reports = parts.flatMap(({ value }) => value?.report ?? []);
  const sum = (count: (report: CheckReport) => number): number => reports.reduce((all, each) => all + count(each), 0);
  return {
    diagnoses: reports.flatMap(({ diagnoses }) => diagnoses),
    findings: parts.flatMap(findingsOf).sort((a, b) => byWeight(a.finding, b.finding)),
    errors: sum(({ errors }) => errors),
    warnings: sum(({ warnings }) => warnings),
    notes: reports.flatMap(({ notes }) => notes),
  };
}

function findingsOf({ context, value, failure }: Part<Checked>): ResourceFinding[] {
  if (!failure) return value.report.findings.map((each) => ({ ...each, context }));
  const { code, message, hint = '' } = failure;
  return [
    { context, namespace: '', name: '', finding: { code, severity: 'error', about: 'surroundings', message, hint } },
  ];
}
