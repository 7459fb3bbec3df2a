import { cellsOf, GAP, widthsOf, type Below, type Column } from './columns.js';
import { INDENT } from './text.js';

/** A column and its width in terminal columns. */
export interface Placed<Row> {
  column: Column<Row>;
  width: number;
}

/** The layout of a table on a terminal. */
export interface Fitted<Row> {
  /** The columns side by side. */
  beside: Placed<Row>[];
  /** The columns that name the row, if they had to move to a line above the others. */
  above: Column<Row>[];
  /** The texts of the columns that had to move to lines under the rows. */
  below: Below<Row>[];
}

interface Table<Row> extends Pick<Fitted<Row>, 'beside' | 'below'> {
  fits: boolean;
}

/**
 * Finds the layout for a terminal: makes columns narrower in their order (`Narrow`) until the table fits. The columns that
 * name a row are never cut.
 *
 * @param room the width of the terminal in columns
 */
export function fit<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  room: number,
  headers: boolean,
): Fitted<Row> {
  const natural = (shown: readonly Column<Row>[]): Placed<Row>[] => {
    const widths = widthsOf(shown, cellsOf(shown, rows), headers);
    return shown.map((column, index) => ({ column, width: widths[index] ?? 0 }));
  };
  const all = narrowed(natural(columns), room, natural);
  const above = columns.filter((column) => column.identity);
  if (all.fits || above.length === 0 || above.length === columns.length) return { ...all, above: [] };
  const others = natural(columns.filter((column) => !column.identity));
  return { ...narrowed(others, room - INDENT, natural), above };
}

function narrowed<Row>(
  natural: readonly Placed<Row>[],
  room: number,
  measure: (columns: readonly Column<Row>[]) => Placed<Row>[],
): Table<Row> {
  const all = natural.map((placed) => ({ ...placed }));
  const below: Below<Row>[] = [];
  const gone = new Set<Placed<Row>>();
  const beside = (): Placed<Row>[] => all.filter((placed) => !gone.has(placed));
  const excess = (): number => beside().reduce((sum, { width }) => sum + width + GAP.length, -GAP.length) - room;
  const orders = new Set(natural.flatMap(({ column }) => column.narrow?.order ?? []));
  for (const order of excess() > 0 ? [...orders].sort((a, b) => a - b) : []) {
    const group = all.filter(({ column }) => column.narrow?.order === order);
    for (const placed of excess() > 0 ? group : []) shorten(placed, measure);
    while (excess() > 0) {
      const widest = widestOf(group);
      if (!widest) break;
      widest.width -= 1;
    }
    for (const placed of group) {
      const then = placed.column.narrow?.then;
      if (excess() <= 0 || !then) continue;
      gone.add(placed);
      if (then !== 'leave out') below.push(then);
    }
  }
  // A wide column that was left out late may have made room for a narrow one that was left out before it.
  for (const placed of [...gone].reverse()) {
    const returns = placed.column.narrow?.then === 'leave out' && placed.width + GAP.length <= -excess();
    if (returns) gone.delete(placed);
  }
  widen(beside(), -excess(), measure);
  return { beside: beside(), below, fits: excess() <= 0 };
}

function shorten<Row>(placed: Placed<Row>, measure: (columns: readonly Column<Row>[]) => Placed<Row>[]): void {
  const { short } = placed.column.narrow ?? {};
  if (short) Object.assign(placed, ...measure([{ ...placed.column, ...short }]));
}

/** The widest column of a group that may still become narrower; undefined if there is none. */
function widestOf<Row>(group: readonly Placed<Row>[]): Placed<Row> | undefined {
  return group
    .filter(({ column, width }) => width > (column.narrow?.least ?? Infinity))
    .reduce<Placed<Row> | undefined>((most, each) => (most && most.width >= each.width ? most : each), undefined);
}

/** Gives the room of a column that was left out to the columns that were made narrower before it. */
function widen<Row>(
  beside: readonly Placed<Row>[],
  spare: number,
  measure: (columns: readonly Column<Row>[]) => Placed<Row>[],
): void {
  let left = spare;
  const full =
    left > 0 && beside.some(({ column }) => column.narrow?.least !== undefined)
      ? measure(beside.map(({ column }) => column))
      : [];
  full.forEach(({ width }, index) => {
    const placed = beside[index];
    const more = placed ? Math.min(left, width - placed.width) : 0;
    if (!placed || more <= 0) return;
    placed.width += more;
    left -= more;
  });
}
