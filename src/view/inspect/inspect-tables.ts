import type { Condition, MultiKeyListener } from '../../model/resource.js';
import type { Server } from '../../model/network.js';
import type { KeyRoute } from '../../model/routing.js';
import { isCurrent } from '../../model/summary.js';
import { percent } from '../../model/text.js';
import { ageOf } from '../age.js';
import type { Column, Narrow } from '../columns.js';
import { signsFor, type Style } from '../style.js';
import { renderTable } from '../table.js';

/** The length of a full bar in characters, and the length on a narrow terminal. */
const BAR = 20;
const SHORT_BAR = 8;
/** The least width in which a list of sites wraps, and in which a message stays in its column instead of below the row. */
const LEAST_SITES = 14;
const LEAST_MESSAGE = 24;
/** For columns that are left out on a very narrow terminal. */
const LAST = { order: 3, then: 'leave out' } as const;

function indented<Row>(columns: readonly Column<Row>[], rows: readonly Row[], style: Style): string[] {
  return renderTable(columns, rows, { ...style, width: style.width - 2 }).map((line) => `  ${line}`);
}

/** A share (0 to 1) as a bar of at most `full` characters; a share above 0 has at least one. */
export function bar(share: number, style: Style, full: number): string {
  return share > 0 ? signsFor(style).bar.repeat(Math.max(1, Math.round(share * full))) : '';
}

const keyColumn = (style: Style): Column<KeyRoute> => ({
  header: 'ROUTING KEY',
  value: (row) => row.key,
  paint: (text) => style.bold(text),
  identity: true,
});

/** The sites that serve a routing key, with their numbers of connectors: `east (2), south (1)`. */
export function servers({ servedBy }: Pick<KeyRoute, 'servedBy'>, none: string): string {
  if (!servedBy) return none;
  const shown = ({ site, connectors }: Server): string => (connectors === undefined ? site : `${site} (${connectors})`);
  return servedBy.map(shown).join(', ') || 'no site';
}

/** The table of routing keys: weight or rank, present share of new connections, and the sites that serve the key. */
export function routeLines(routes: readonly KeyRoute[], style: Style, ranked: boolean): string[] {
  const none = style.terminal ? signsFor(style).none : '-';
  const state = (row: KeyRoute, full: number): string => {
    if (row.reachable === undefined) return 'not known';
    return row.reachable ? bar(row.share ?? 0, style, full) || 'standing by' : 'not reachable';
  };
  const share = (row: KeyRoute): string => (row.share && row.share > 0 ? percent(row.share) : none);
  const measured = (row: KeyRoute): string => {
    if (row.measured !== undefined && (row.share || row.measured > 0)) return percent(row.measured);
    return row.measured === undefined && row.connections && row.share ? 'too few' : none;
  };
  const dimUnlessKnown = (text: string, row: KeyRoute): string => (row.measured === undefined ? style.dim(text) : text);
  const reach = (row: KeyRoute): string => (row.reachable === undefined ? none : row.reachable ? 'yes' : 'no');
  const columns: Column<KeyRoute>[] = [
    keyColumn(style),
    ranked
      ? { header: 'RANK', value: (row) => String(row.rank ?? none), align: 'right' }
      : { header: 'WEIGHT', value: (row) => String(row.weight ?? none), align: 'right' },
    style.terminal
      ? {
          header: 'SHARE OF NEW CONNECTIONS',
          value: (row) => state(row, BAR),
          paint: (text, row) => (row.share ? style.good(text) : style.dim(text)),
          narrow: { order: 1, short: { header: 'SHARE', value: (row) => state(row, SHORT_BAR) } },
        }
      : { header: 'REACHABLE', value: reach },
    { header: style.terminal ? '' : 'SHARE', value: share, align: 'right' },
    // The column exists only if a router was asked for its counters.
    ...(routes.some(({ connections }) => connections !== undefined)
      ? [{ header: 'MEASURED', value: measured, align: 'right' as const, paint: dimUnlessKnown, narrow: LAST }]
      : []),
    {
      header: 'SERVED BY',
      value: (row) => servers(row, none),
      paint: (text, row) => (row.servedBy?.length === 0 ? style.dim(text) : text),
      narrow: { order: 2, least: LEAST_SITES },
    },
  ];
  return indented(columns, routes, style);
}

/** The table of `--without`: the shares now and without the given keys. */
export function lostKeyLines(routes: readonly KeyRoute[], style: Style): string[] {
  const signs = signsFor(style);
  const none = style.terminal ? signs.none : '-';
  const share = (value: number | undefined): string => (value ? percent(value) : none);
  const short = (row: KeyRoute): string => bar(row.shareWithout ?? 0, style, SHORT_BAR);
  const shorter: Narrow<KeyRoute> = { order: 1, short: { header: '', value: short }, then: 'leave out' };
  const columns: Column<KeyRoute>[] = [
    keyColumn(style),
    { header: 'NOW', value: (row) => share(row.share), align: 'right' },
    ...(style.terminal ? [{ header: '', value: () => signs.arrow }] : []),
    { header: 'THEN', value: (row) => share(row.shareWithout), align: 'right' },
    ...(style.terminal
      ? [
          {
            header: '',
            value: (row: KeyRoute) => bar(row.shareWithout ?? 0, style, BAR),
            paint: style.good,
            narrow: shorter,
          },
        ]
      : []),
  ];
  return indented(columns, routes, style);
}

/** The table of conditions, with their age and the generation that they were observed for. */
export function conditionLines(resource: MultiKeyListener, style: Style, now: number): string[] {
  const list = resource.status?.conditions ?? [];
  if (list.length === 0) return [style.dim('  No conditions reported yet.')];
  const none = style.terminal ? signsFor(style).none : '-';
  const generation = (row: Condition): string => {
    const seen = row.observedGeneration === undefined ? none : String(row.observedGeneration);
    return isCurrent(resource, row) ? seen : `${seen} (stale)`;
  };
  const message: Narrow<Condition> = {
    order: 1,
    least: LEAST_MESSAGE,
    then: { text: (row) => (row.message === 'OK' ? '' : (row.message ?? '')) },
  };
  const columns: Column<Condition>[] = [
    { header: 'CONDITION', value: (row) => String(row.type), identity: true },
    {
      header: 'STATUS',
      value: (row) => String(row.status),
      paint: (text, row) => (row.status === 'True' ? style.good(text) : style.warn(text)),
    },
    { header: 'REASON', value: (row) => row.reason ?? none },
    { header: 'AGE', value: (row) => ageOf(row.lastTransitionTime, now) ?? none },
    { header: 'GENERATION', value: generation, align: 'right' },
    ...(list.some((row) => row.message && row.message !== 'OK')
      ? [{ header: 'MESSAGE', value: (row: Condition) => row.message ?? none, narrow: message }]
      : []),
  ];
  return indented(columns, list, style);
}
