import { percent } from '../../model/text.js';
import type { KeyTraffic, ListenerTraffic } from '../../model/traffic/traffic.js';
import type { Column } from '../columns.js';
import { bar, servers } from '../inspect/inspect-tables.js';
import { signsFor, type Style } from '../style.js';
import { renderTable } from '../table.js';

const BAR = 20;
const SHORT_BAR = 8;
const LEAST_SITES = 16;
/** For columns that are left out on a very narrow terminal. */
const LATE = { order: 4, then: 'leave out' } as const;
const LAST = { order: 5, then: 'leave out' } as const;

/** `1,204`: a count for a terminal; data has plain numbers. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `4.1`, `120`: new connections a second. */
export function rate(perSecond: number): string {
  return perSecond < 100 ? perSecond.toFixed(1) : String(Math.round(perSecond));
}

/** The table of one listener's routing keys on a terminal; `live` adds the column of totals. */
export function keyLines(traffic: ListenerTraffic, style: Style, live: boolean): string[] {
  const { none } = signsFor(style);
  const { tooFew, connections, deviating, strategy, perSecond } = traffic;
  const measured = (row: KeyTraffic): string => {
    if (row.measured !== undefined && (row.share || row.connections > 0)) return percent(row.measured);
    return tooFew && connections > 0 && row.share ? 'too few' : none;
  };
  const colour = (text: string, row: KeyTraffic): string =>
    deviating.includes(row.key) ? style.warn(text) : row.measured === undefined ? style.dim(text) : text;
  const count = (header: string, value: (row: KeyTraffic) => number): Column<KeyTraffic> => ({
    header,
    value: (row) => grouped(value(row)),
    align: 'right',
  });
  const columns: Column<KeyTraffic>[] = [
    { header: 'ROUTING KEY', value: ({ key }) => key, paint: style.bold, identity: true },
    strategy === 'priority'
      ? { header: 'RANK', value: (row) => String(row.rank ?? none), align: 'right', narrow: LAST }
      : { header: 'WEIGHT', value: (row) => String(row.weight ?? none), align: 'right', narrow: LAST },
    { header: 'EXPECTED', value: ({ share }) => (share ? percent(share) : none), align: 'right', narrow: LATE },
    { header: 'MEASURED', value: measured, align: 'right', paint: colour },
    ...(traffic.keys.some((row) => row.measured) ? [barColumn(traffic, style)] : []),
    { ...count('CONNECTIONS', (row) => row.connections), narrow: shorter('CONNS', (row) => row.connections) },
    ...(perSecond === undefined
      ? []
      : [
          {
            header: 'NEW/S',
            value: (row: KeyTraffic) => rate(row.perSecond ?? 0),
            align: 'right' as const,
            narrow: LATE,
          },
        ]),
    ...(live ? [{ ...count('TOTAL', (row) => row.total), narrow: LATE }] : []),
    {
      header: 'SERVED BY',
      value: (row) => servers(row, none),
      paint: (text, row) => (row.servedBy?.length === 0 ? style.dim(text) : text),
      narrow: { order: 3, least: LEAST_SITES, then: { text: (row) => servers(row, none) } },
    },
  ];
  return renderTable(columns, traffic.keys, { ...style, width: style.width - 2 }).map((line) => `  ${line}`);
}

function barColumn({ deviating }: ListenerTraffic, style: Style): Column<KeyTraffic> {
  const of =
    (full: number) =>
    (row: KeyTraffic): string =>
      bar(row.measured ?? 0, style, full);
  return {
    header: '',
    value: of(BAR),
    paint: (text, row) => (deviating.includes(row.key) ? style.warn(text) : style.good(text)),
    narrow: { order: 2, short: { header: '', value: of(SHORT_BAR) }, then: 'leave out' },
  };
}

function shorter(header: string, value: (row: KeyTraffic) => number): NonNullable<Column<KeyTraffic>['narrow']> {
  return { order: 1, short: { header, value: (row) => grouped(value(row)) } };
}

/** One routing key of a listener, or a listener without known keys. */
interface PlainRow {
  at: number;
  traffic: ListenerTraffic;
  key: KeyTraffic | undefined;
}

const short = (share: number): string => percent(share).replace(' ', '');

/** The columns for a pipe, one row per routing key. Totals and windows have the same columns, and only the last can have spaces. */
export function plainColumns({ namespaces, time }: { namespaces: boolean; time: boolean }): Column<PlainRow>[] {
  const of =
    (value: (key: KeyTraffic, traffic: ListenerTraffic) => string | number | undefined) =>
    ({ key, traffic }: PlainRow): string =>
      String((key && value(key, traffic)) ?? '-');
  const measured = (key: KeyTraffic, { tooFew, connections }: ListenerTraffic): string | undefined =>
    key.measured !== undefined ? short(key.measured) : tooFew && connections > 0 ? 'too-few' : undefined;
  return [
    ...(time ? [{ header: 'TIME', value: ({ at }: PlainRow) => new Date(at).toISOString() }] : []),
    ...(namespaces ? [{ header: 'NAMESPACE', value: ({ traffic }: PlainRow) => traffic.namespace }] : []),
    { header: 'NAME', value: ({ traffic }) => traffic.name },
    { header: 'STATE', value: ({ traffic }) => traffic.state },
    { header: 'STRATEGY', value: ({ traffic }) => traffic.strategy ?? '-' },
    { header: 'ROUTING-KEY', value: of(({ key }) => key) },
    { header: 'WEIGHT', value: of(({ weight }) => weight), align: 'right' },
    { header: 'RANK', value: of(({ rank }) => rank), align: 'right' },
    { header: 'EXPECTED', value: of(({ share }) => (share === undefined ? undefined : short(share))), align: 'right' },
    { header: 'MEASURED', value: of(measured), align: 'right' },
    { header: 'CONNECTIONS', value: of(({ connections }) => connections), align: 'right' },
    { header: 'TOTAL', value: of(({ total }) => total), align: 'right' },
    { header: 'NEW/S', value: of(({ perSecond }) => perSecond?.toFixed(1)), align: 'right' },
    { header: 'SERVED-BY', value: of((key) => servers(key, '-')) },
  ];
}

export function plainRows(traffic: ListenerTraffic, at: number): PlainRow[] {
  return traffic.keys.length === 0
    ? [{ at, traffic, key: undefined }]
    : traffic.keys.map((key) => ({ at, traffic, key }));
}
