import { errorOf } from '../../model/summary.js';
import type { Column } from '../columns.js';
import { signsFor, type Style } from '../style.js';
import type { BoardRow } from './board.js';

/** The orders that the key `s` switches between. */
export const ORDERS = ['name', 'worst first', 'newest change', 'age'] as const;
export type Order = (typeof ORDERS)[number];

/** How bad a row is: 0 is the worst. */
export function severity({ summary, goneAt }: BoardRow): number {
  if (goneAt !== undefined) return 3;
  if (summary.state === 'Error' || errorOf(summary) !== undefined) return 0;
  if (summary.state === 'Pending') return 1;
  if (summary.state === 'Unknown' || summary.state === 'Deleting') return 2;
  return summary.degraded ? 3 : 4;
}

function byName(a: BoardRow, b: BoardRow): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

const COMPARE: Record<Order, (a: BoardRow, b: BoardRow) => number> = {
  name: byName,
  'worst first': (a, b) => severity(a) - severity(b) || byName(a, b),
  'newest change': (a, b) => (b.changedAt ?? 0) - (a.changedAt ?? 0) || byName(a, b),
  age: (a, b) => newest(a.summary.created, b.summary.created) || byName(a, b),
};

/** The rows whose name contains the filter, sorted. A filter with a slash is searched in namespace/name. Case is ignored. */
export function arrange(rows: Iterable<BoardRow>, order: Order, filter: string): BoardRow[] {
  const wanted = filter.toLowerCase();
  const searched = ({ id, summary }: BoardRow): string => (wanted.includes('/') ? id : summary.name);
  const found = wanted === '' ? [...rows] : [...rows].filter((row) => searched(row).toLowerCase().includes(wanted));
  return found.sort(COMPARE[order]);
}

function newest(a = '', b = ''): number {
  return a === b ? 0 : a > b ? -1 : 1;
}

/** The column of each order (without a header: the first column that is not CONTEXT), and whether it is ascending. */
const BY: Record<Order, { header?: string; rising: boolean }> = {
  name: { rising: true },
  'worst first': { header: 'STATUS', rising: false },
  'newest change': { header: '', rising: false },
  age: { header: 'AGE', rising: true },
};

/** The columns, with an arrow in the header of the column that the rows are sorted by. */
export function sortedColumn<Row>(columns: readonly Column<Row>[], order: Order, style: Style): Column<Row>[] {
  const { header, rising } = BY[order];
  const signs = signsFor(style);
  // The order by name is by namespace and name, which are the first columns after CONTEXT.
  const at = columns.findLastIndex(
    (column) => column.header === (header ?? columns.find((each) => each.header !== 'CONTEXT')?.header),
  );
  return columns.map((column, index) =>
    index === at ? { ...column, header: `${column.header || 'CHANGE'}${rising ? signs.up : signs.down}` } : column,
  );
}
