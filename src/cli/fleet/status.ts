import type { MultiKeyListener } from '../../model/resource.js';
import { isReady, summarise, type Summary } from '../../model/summary.js';
import { Twins } from '../../model/twins.js';
import { reference } from '../../model/resource.js';
import { readFleet, type Member, type Part } from '../../operations/fleet.js';
import type { Store } from '../../store/store.js';
import { CUSTOM_COLUMNS, customColumns, sortedBy } from '../../view/custom-columns.js';
import { fleetRows, renderFleet, unreadParts, type FleetItem, type FleetRow } from '../../view/fleet.js';
import { dataFormat } from '../../view/formats.js';
import { MESSAGE, statusColumns } from '../../view/status.js';
import { escapeText } from '../../view/text.js';
import type { Context } from '../context.js';
import { labelColumns } from '../label-flags.js';
import { emptyText, readOrFail, type Choice, type Found } from '../read-resources.js';
import { refuseUnlessReady } from '../refusals.js';
import type { Narrator } from '../terminal/narrator.js';
import { partsDocument } from './document.js';
import { fleetFailure, mishapsOf } from './failure.js';

export interface FleetStatusFlags extends Choice {
  output?: string;
  'label-columns'?: string[];
  'show-labels'?: boolean;
  'sort-by'?: string;
  'no-headers'?: boolean;
  'exit-code'?: boolean;
}

type Read = Found & Pick<Store, 'where'>;

/**
 * Carries out `status` for several clusters: prints one table, or one document with a part for each cluster.
 *
 * @param names show only these resources, in every cluster
 * @throws Failure after the output if a cluster could not be read or lacks a name; `not-ready` with --exit-code
 */
export async function fleetStatus(
  narrator: Narrator,
  context: Context,
  members: readonly Member[],
  names: readonly string[],
  flags: FleetStatusFlags,
): Promise<void> {
  const { signal } = context;
  const path = flags['sort-by'];
  const parts = await readFleet(members, async (store) => {
    const { resources, failures } = await readOrFail(store, names, { ...flags, signal });
    const { where } = store;
    return { resources: path === undefined ? resources : sortedBy(resources, path), failures, where };
  });
  const items = parts.flatMap(({ context: from, value }) =>
    (value?.resources ?? []).map((resource) => ({ context: from, resource })),
  );
  const rows = sorted(items, flags);
  await print(context, parts, rows, flags);
  const mishaps = parts.flatMap(mishapsOf);
  for (const { value } of parts)
    if (value && value.resources.length + value.failures.length === 0 && !dataFormat(flags.output))
      narrator.notice(context, emptyText(value, flags));
  const failure = fleetFailure(mishaps, members.length);
  if (failure) throw failure;
  if (!flags['exit-code']) return;
  const summaries = summariesOf(rows).map(({ value, context: from }) => ({ ...value, context: from }));
  refuseUnlessReady(
    summaries.filter((row) => !isReady(row)),
    rows.length,
  );
}

/** The summaries of the rows, marked where another resource of the same cluster has the same host and port. */
function summariesOf(rows: readonly FleetRow<MultiKeyListener>[]): FleetRow<Summary>[] {
  const twins = new Map(rows.map((row) => [row.context, new Twins()]));
  const summaries = rows.map((row) => ({ ...row, value: summarise(row.value) }));
  for (const { context, value } of summaries) twins.get(context)?.add(value);
  return summaries.map((row) => ({ ...row, value: twins.get(row.context)?.mark(row.value) ?? row.value }));
}

function sorted(items: readonly FleetItem[], flags: FleetStatusFlags): FleetRow<MultiKeyListener>[] {
  const rows = fleetRows(items, flags['all-namespaces'] ?? false);
  const path = flags['sort-by'];
  if (path === undefined) return rows;
  const byResource = new Map(rows.map((row) => [row.value, row]));
  return sortedBy([...byResource.keys()], path).flatMap((resource) => byResource.get(resource) ?? []);
}

async function print(
  context: Context,
  parts: readonly Part<Read>[],
  rows: readonly FleetRow<MultiKeyListener>[],
  flags: FleetStatusFlags,
): Promise<void> {
  const { out } = context.io;
  const format = dataFormat(flags.output);
  if (format?.value) {
    return out.write(await format.value(partsDocument(parts, ({ resources }) => ({ items: resources }))));
  }
  // Separated by a tab, because the name of a context can contain spaces.
  if (format)
    return out.lines(
      rows.map(({ context: from, value }) => `${escapeText(from)}\t${escapeText(reference(value.metadata.name))}`),
    );
  const unread = unreadParts(parts);
  const headers = !flags['no-headers'];
  if (rows.length + unread.length === 0) return;
  if (flags.output?.startsWith(CUSTOM_COLUMNS))
    return out.lines(renderFleet(rows, unread, customColumns(flags.output), out.style, { headers }));
  const wide = flags.output === 'wide';
  const columns = statusColumns(out.style, {
    ...labelColumns(flags),
    wide,
    namespaces: flags['all-namespaces'] ?? false,
    headers,
    now: context.now(),
  });
  const summaries = summariesOf(rows);
  const below = wide ? [] : [MESSAGE];
  out.lines(renderFleet(summaries, unread, columns, out.style, { headers, below, markBefore: 'ROUTING-KEYS' }));
}
