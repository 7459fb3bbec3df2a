import type { Condition, MultiKeyListener } from '../model/resource.js';
import type { Server } from '../model/network.js';
import type { KeyRoute } from '../model/routing.js';
import { isCurrent } from '../model/summary.js';
import { ageOf } from './age.js';
import type { Column } from './columns.js';
import { signsFor, type Style } from './style.js';
import { renderTable } from './table.js';

/** Characters of a full bar. */
const BAR = 20;

function indented<Row>(columns: readonly Column<Row>[], rows: readonly Row[], style: Style): string[] {
  return renderTable(columns, rows, { ...style, width: style.width - 2 }).map((line) => `  ${line}`);
}

function bar(share: number, style: Style): string {
  return share > 0 ? signsFor(style).bar.repeat(Math.max(1, Math.round(share * BAR))) : '';
}

/** `75 %`, `0.1 %`: at most one decimal, none of which is rounded to nothing. */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 0.1) return '<0.1 %';
  return `${Math.round(value * 10) / 10} %`;
}

function servers(row: KeyRoute, none: string): string {
  if (!row.servedBy) return none;
  const shown = ({ site, connectors }: Server): string => (connectors === undefined ? site : `${site} (${connectors})`);
  return row.servedBy.map(shown).join(', ') || 'no site';
}

/** Each routing key with its weight or rank, its share of new connections now, and who serves it. */
export function routeLines(routes: readonly KeyRoute[], style: Style, ranked: boolean): string[] {
  const none = style.terminal ? signsFor(style).none : '-';
  const state = (row: KeyRoute): string => {
    if (row.reachable === undefined) return 'not known';
    return row.reachable ? bar(row.share ?? 0, style) || 'standing by' : 'not reachable';
  };
  const share = (row: KeyRoute): string => (row.share && row.share > 0 ? percent(row.share) : none);
  const reach = (row: KeyRoute): string => (row.reachable === undefined ? none : row.reachable ? 'yes' : 'no');
  const columns: Column<KeyRoute>[] = [
    { header: 'ROUTING KEY', value: (row) => row.key, flexible: true, paint: (text) => style.bold(text) },
    ranked
      ? { header: 'RANK', value: (row) => String(row.rank ?? none), align: 'right' }
      : { header: 'WEIGHT', value: (row) => String(row.weight ?? none), align: 'right' },
    style.terminal
      ? {
          header: 'SHARE OF NEW CONNECTIONS',
          value: state,
          paint: (text, row) => (row.share ? style.good(text) : style.dim(text)),
        }
      : { header: 'REACHABLE', value: reach },
    { header: style.terminal ? '' : 'SHARE', value: share, align: 'right' },
    {
      header: 'SERVED BY',
      value: (row) => servers(row, none),
      flexible: true,
      paint: (text, row) => (row.servedBy?.length === 0 ? style.dim(text) : text),
    },
  ];
  return indented(columns, routes, style);
}

/** What would become of the shares without some keys: NOW and THEN. */
export function lostKeyLines(routes: readonly KeyRoute[], style: Style): string[] {
  const signs = signsFor(style);
  const none = style.terminal ? signs.none : '-';
  const share = (value: number | undefined): string => (value ? percent(value) : none);
  const columns: Column<KeyRoute>[] = [
    { header: 'ROUTING KEY', value: (row) => row.key, flexible: true, paint: (text) => style.bold(text) },
    { header: 'NOW', value: (row) => share(row.share), align: 'right' },
    ...(style.terminal ? [{ header: '', value: () => signs.arrow }] : []),
    { header: 'THEN', value: (row) => share(row.shareWithout), align: 'right' },
    ...(style.terminal
      ? [{ header: '', value: (row: KeyRoute) => bar(row.shareWithout ?? 0, style), paint: style.good }]
      : []),
  ];
  return indented(columns, routes, style);
}

/** The conditions with their age and the generation they speak of. */
export function conditionLines(resource: MultiKeyListener, style: Style, now: number): string[] {
  const list = resource.status?.conditions ?? [];
  if (list.length === 0) return [style.dim('  No conditions reported yet.')];
  const none = style.terminal ? signsFor(style).none : '-';
  const generation = (row: Condition): string => {
    const seen = row.observedGeneration === undefined ? none : String(row.observedGeneration);
    return isCurrent(resource, row) ? seen : `${seen}, not this one`;
  };
  const columns: Column<Condition>[] = [
    { header: 'CONDITION', value: (row) => String(row.type) },
    {
      header: 'STATUS',
      value: (row) => String(row.status),
      paint: (text, row) => (row.status === 'True' ? style.good(text) : style.warn(text)),
    },
    { header: 'REASON', value: (row) => row.reason ?? none },
    { header: 'AGE', value: (row) => ageOf(row.lastTransitionTime, now) ?? none },
    { header: 'GENERATION', value: generation, align: 'right' },
    ...(list.some((row) => row.message && row.message !== 'OK')
      ? [{ header: 'MESSAGE', value: (row: Condition) => row.message ?? none, flexible: true }]
      : []),
  ];
  return indented(columns, list, style);
}
