import { Failure } from '../model/failure.js';
import { ownCommand } from '../model/own-command.js';
import type { MultiKeyListener } from '../model/resource.js';
import { measureTraffic } from '../operations/traffic/measure.js';
import type { TrafficReport } from '../operations/traffic/read.js';
import type { Store } from '../store/store.js';
import { renderColumns } from '../view/columns.js';
import { dataFormat } from '../view/formats.js';
import { plainColumns, plainRows } from '../view/traffic/table.js';
import { renderTraffic, trafficDocument } from '../view/traffic/traffic.js';
import type { Context } from './context.js';
import type { Narrator } from './terminal/narrator.js';

export interface TrafficFlags {
  output?: string;
  'all-namespaces'?: boolean;
  'no-headers'?: boolean;
  /** Milliseconds. */
  window?: number;
}

/**
 * Measures and prints the traffic of resources.
 *
 * @throws Failure with the reason if no router could be asked; `interrupted`; what reading the resources throws
 */
export async function printTraffic(
  narrator: Narrator,
  context: Context,
  store: Store,
  resources: readonly MultiKeyListener[],
  flags: TrafficFlags,
): Promise<void> {
  const { signal, io } = context;
  const { now } = context;
  const report = await measureTraffic(store, resources, { windowMs: flags.window, now, signal }).catch((error) => {
    throw signal.aborted ? new Failure('interrupted', 'interrupted') : error;
  });
  if (signal.aborted) throw new Failure('interrupted', 'interrupted');
  refuseUnknown(report);
  const format = dataFormat(flags.output);
  if (format?.value) return io.out.write(await format.value(trafficDocument(report)));
  const namespaces = flags['all-namespaces'] ?? false;
  if (io.out.style.terminal) return io.out.lines(renderTraffic(report, io.out.style, { namespaces, live: false }));
  const columns = plainColumns({ namespaces, time: false });
  const rows = report.resources.flatMap(({ traffic }) => plainRows(traffic, report.at));
  io.out.lines(renderColumns(columns, rows, { headers: !flags['no-headers'] }));
  narrateTraffic(narrator, context, report);
}

/** Prints to stderr what the rows of a pipe do not show: findings, and namespaces whose router could not be asked. */
export function narrateTraffic(narrator: Narrator, context: Context, { resources, unknown }: TrafficReport): void {
  for (const { traffic, findings } of resources)
    for (const { message, hint } of findings) narrator.warning(context, `${traffic.name}: ${message} ${hint}`);
  for (const { namespace, fact } of unknown)
    narrator.notice(context, `Not measured: namespace ${namespace} (${fact.why})`);
}

/** Throws if no router could be asked. If only some could not, `narrateTraffic` reports them. */
export function refuseUnknown({ resources, unknown }: TrafficReport): void {
  const [first] = unknown;
  if (!first || resources.some(({ traffic }) => traffic.state !== 'unknown')) return;
  const { why, code = 'unreachable' } = first.fact;
  const others = unknown.length > 1 ? `, and those of ${unknown.length - 1} more namespaces likewise` : '';
  throw new Failure(code, `nothing can be measured in namespace ${first.namespace}: ${why}${others}`, {
    hint:
      code === 'forbidden'
        ? 'Permissions needed: list on pods, get and create on pods/portforward.'
        : `Check that the router is running: ${ownCommand('status', { namespace: first.namespace })}`,
  });
}
