import { Failure, joinFailures } from '../../model/failure.js';
import type { MultiKeyListener } from '../../model/resource.js';
import { jsonText } from '../../model/text.js';
import { watchTraffic as reportsOf, type LiveReport } from '../../operations/traffic/measure.js';
import type { Store } from '../../store/store.js';
import { plainColumns, plainRows } from '../../view/traffic/table.js';
import { trafficDocument } from '../../view/traffic/traffic.js';
import { GrowingColumns } from '../../view/columns.js';
import type { Context } from '../context.js';
import { readResources } from '../read-resources.js';
import type { Narrator } from '../terminal/narrator.js';
import { narrateTraffic, refuseUnknown, type TrafficFlags } from '../traffic.js';
import { watchSignal } from './follow-table.js';
import { placeOf } from './namespace-watch.js';

const DEFAULT_WINDOW_MS = 10_000;

/**
 * Shows the traffic: on a terminal a live screen of the last seconds; in a pipe one report per window, as rows with the time or
 * as one JSON document per line.
 *
 * @throws Failure `interrupted` on Ctrl-C, and what the first reading throws
 */
export async function watchTraffic(
  narrator: Narrator,
  context: Context,
  store: Store,
  names: readonly string[],
  flags: TrafficFlags & { selector?: string; timeout?: string },
): Promise<void> {
  if (flags.output === 'yaml')
    throw new Failure('usage', '-o yaml is not supported with --watch', { hint: 'Use -o json with --watch.' });
  const { window: windowMs = DEFAULT_WINDOW_MS, output } = flags;
  const namespaces = flags['all-namespaces'] ?? false;
  const timeoutMs = flags.timeout === undefined ? undefined : Number(flags.timeout);
  const resources = async (signal: AbortSignal): Promise<readonly MultiKeyListener[]> => {
    const { resources: found, failures } = await readResources(store, names, { ...flags, signal, router: false });
    const missing = joinFailures(failures);
    if (missing) throw missing;
    return found;
  };
  const reports = (signal: AbortSignal, consecutive = false): AsyncGenerator<LiveReport> =>
    unlessUnknown(reportsOf(store, { resources, windowMs, consecutive, now: context.now }, signal));
  if (output === undefined && context.io.drawable) {
    const { LiveTraffic } = await import('./live-traffic.js');
    const place = placeOf(store, namespaces, context.io.out.style.unicode);
    const live = new LiveTraffic(context, { place, namespaces });
    return live.run(reports(watchSignal(context, timeoutMs, live.signal)));
  }
  const table = new GrowingColumns(plainColumns({ namespaces, time: true }), !flags['no-headers']);
  let first = true;
  let narrated = '';
  for await (const report of reports(watchSignal(context, timeoutMs), true)) {
    // The first report is of an empty window.
    if (first) {
      first = false;
      continue;
    }
    if (output === 'json') context.io.out.write(`${jsonText(trafficDocument(report))}\n`);
    else context.io.out.lines(table.lines(report.resources.flatMap(({ traffic }) => plainRows(traffic, report.at))));
    // Findings and failures that have not changed since the last window are not printed again.
    const found = report.resources.map(({ traffic, findings }) => [traffic.name, findings.map(({ code }) => code)]);
    const news = jsonText([report.unknown, report.lost?.message, found]);
    if (news !== narrated && output !== 'json') {
      narrateTraffic(narrator, context, report);
      if (report.lost) narrator.notice(context, `Not live: ${report.lost.message}`);
    }
    narrated = news;
  }
  if (context.signal.aborted) throw new Failure('interrupted', 'interrupted');
}

/** Passes the reports on; throws if no router can be asked at the first one, which is an error and not a lost connection. */
async function* unlessUnknown(reports: AsyncIterable<LiveReport>): AsyncGenerator<LiveReport> {
  let first = true;
  for await (const report of reports) {
    if (first) refuseUnknown(report);
    first = false;
    yield report;
  }
}
