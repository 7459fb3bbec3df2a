import { Failure } from '../../model/failure.js';
import { readFleet, type Member, type Part } from '../../operations/fleet.js';
import { measureTraffic } from '../../operations/traffic/measure.js';
import type { ResourceTraffic, TrafficReport } from '../../operations/traffic/read.js';
import { fleetRows, renderFleet, unreadLines, unreadParts, type FleetRow } from '../../view/fleet.js';
import { dataFormat } from '../../view/formats.js';
import { plainColumns, plainRows } from '../../view/traffic/table.js';
import { renderTraffic, trafficDocument } from '../../view/traffic/traffic.js';
import type { Context } from '../context.js';
import { emptyText, readOrFail, type Choice, type Found } from '../read-resources.js';
import type { Narrator } from '../terminal/narrator.js';
import { narrateTraffic, refuseUnknown } from '../traffic.js';
import { partsDocument } from './document.js';
import { fleetFailure, mishapsOf } from './failure.js';

export interface FleetTrafficFlags extends Choice {
  output?: string;
  'no-headers'?: boolean;
  watch?: boolean;
  probe?: string;
  /** Milliseconds. */
  window?: number;
}

interface Measured extends Found {
  report: TrafficReport;
}

/**
 * Carries out `traffic` for several clusters: prints one table, or one document with a part for each cluster.
 *
 * @param names show only these resources, in every cluster
 * @throws Failure `usage` with --watch or --probe; after the output if a cluster could not be read or lacks a name
 */
export async function fleetTraffic(
  narrator: Narrator,
  context: Context,
  members: readonly Member[],
  names: readonly string[],
  flags: FleetTrafficFlags,
): Promise<void> {
  if (flags.watch || flags.probe !== undefined)
    throw new Failure('usage', `--contexts cannot be combined with ${flags.watch ? '--watch' : '--probe'} here`, {
      hint: 'Choose one cluster with --context.',
    });
  const { signal, now, io } = context;
  const parts = await readFleet(members, async (store): Promise<Measured> => {
    const found = await readOrFail(store, names, { ...flags, signal, router: false });
    const report = await measureTraffic(store, found.resources, { windowMs: flags.window, now, signal });
    refuseUnknown(report);
    if (found.resources.length + found.failures.length === 0 && !flags.output)
      narrator.notice(context, emptyText(store, flags));
    return { ...found, report };
  }).catch((error: unknown) => {
    throw signal.aborted ? new Failure('interrupted', 'interrupted') : error;
  });
  const format = dataFormat(flags.output);
  if (format?.value) {
    io.out.write(await format.value(partsDocument(parts, ({ report }) => ({ report: trafficDocument(report) }))));
  } else print(narrator, context, parts, flags);
  const failure = fleetFailure(parts.flatMap(mishapsOf), members.length);
  if (failure) throw failure;
}

function print(narrator: Narrator, context: Context, parts: readonly Part<Measured>[], flags: FleetTrafficFlags): void {
  const { out } = context.io;
  const namespaces = flags['all-namespaces'] ?? false;
  const rows = rowsOf(parts, namespaces);
  const unread = unreadParts(parts);
  if (out.style.terminal) {
    const resources = rows.map((row) => named(row, namespaces));
    const report = { at: context.now(), windowMs: flags.window, resources, unknown: [] };
    const lines = renderTraffic(report, out.style, { namespaces: false, live: false });
    const reasons = unreadLines(unread, out.style);
    return out.lines([...lines, ...(lines.length > 0 && reasons.length > 0 ? [''] : []), ...reasons]);
  }
  const columns = plainColumns({ namespaces, time: false });
  const plain = rows.flatMap((row) => plainRows(row.value.traffic, context.now()).map((value) => ({ ...row, value })));
  out.lines(renderFleet(plain, unread, columns, out.style, { headers: !flags['no-headers'], markBefore: 'SERVED-BY' }));
  for (const { context: of, value } of parts) {
    if (!value) continue;
    const resources = value.report.resources.map((each) => named({ context: of, value: each }, false));
    narrateTraffic(narrator, context, { ...value.report, resources });
  }
}

/** The measured resources of all clusters, grouped by name. */
function rowsOf(parts: readonly Part<Measured>[], namespaces: boolean): FleetRow<ResourceTraffic>[] {
  const measured = parts.flatMap(({ context, value }) =>
    (value?.resources ?? []).flatMap((resource, index) => {
      const traffic = value?.report.resources[index];
      return traffic ? [{ context, resource, traffic }] : [];
    }),
  );
  const byResource = new Map(measured.map(({ resource, traffic }) => [resource, traffic]));
  return fleetRows(measured, namespaces).flatMap((row) => {
    const value = byResource.get(row.value);
    return value ? [{ ...row, value }] : [];
  });
}

/** The traffic with the context (and with `namespaces` the namespace) before the name, for a terminal. */
function named({ context, value }: FleetRow<ResourceTraffic>, namespaces: boolean): ResourceTraffic {
  const { traffic } = value;
  const name = [context, ...(namespaces ? [traffic.namespace] : []), traffic.name].join('/');
  return { ...value, traffic: { ...traffic, name } };
}
