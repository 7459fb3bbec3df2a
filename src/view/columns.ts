import { escapeText, pad, widthOf } from './text.js';

/** How a column becomes narrower on a terminal that is too narrow for the table. */
export interface Narrow<Row> {
  /** Columns become narrower in this order, the lowest number first; columns of the same order together, the widest first. */
  order: number;
  /** First measure: a shorter header and value. */
  short?: { header: string; value(row: Row): string };
  /** Second measure: the text wraps down to this width in columns. Undefined: the width stays. */
  least?: number;
  /** The largest number of lines of a wrapped cell; the rest is cut. Undefined: no limit. */
  lines?: number;
  /** Last measure: leave the column out, or move its text into lines under each row. Undefined: the column stays. */
  then?: 'leave out' | Below<Row>;
}

/** A text in separate lines under a row. */
export interface Below<Row> {
  /** Empty if the row has no such text. */
  text(row: Row): string;
  paint?(text: string, row: Row): string;
  /** The largest number of lines; the rest is cut. Undefined: no limit. */
  lines?: number;
}

/** One column of a table; a cell is plain text without control characters. */
export interface Column<Row> {
  header: string;
  value(row: Row): string;
  align?: 'left' | 'right';
  /** Colours a line of the cell on a terminal. */
  paint?(text: string, row: Row): string;
  /** The column names the row: it is never cut, and moves to a line above the other columns if they do not fit beside it. */
  identity?: boolean;
  /** Undefined: the column never changes. */
  narrow?: Narrow<Row>;
}

/** The space between two columns. */
export const GAP = '  ';

/** The cells of all rows, escaped. */
export function cellsOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[][] {
  return rows.map((row) => columns.map((column) => escapeText(column.value(row))));
}

/** The width of each column, header included. */
export function widthsOf<Row>(columns: readonly Column<Row>[], cells: readonly string[][], headers: boolean): number[] {
  return columns.map((column, index) =>
    cells.reduce((most, row) => Math.max(most, widthOf(row[index] ?? '')), headers ? widthOf(column.header) : 0),
  );
}

/** Plain columns padded with spaces, one line a row, nothing cut: for pipes. A cell wider than its column pushes the rest. */
export function renderColumns<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { headers, widths: given }: { headers: boolean; widths?: readonly number[] } = { headers: true },
): string[] {
  const cells = cellsOf(columns, rows);
  const widths = given ?? widthsOf(columns, cells, headers);
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, index) => pad(text, widths[index] ?? 0, columns[index]?.align))
      .join(GAP)
      .trimEnd();
  const head = headers ? [line(columns.map((column) => column.header))] : [];
  return [...head, ...cells.map(line)];
}

/**
 * Plain columns for rows that arrive in parts. The rows of one part are aligned with each other, and with the earlier parts
 * unless a cell is wider than any before: then its column is wider from this part on.
 */
export class GrowingColumns<Row> {
  private widths: readonly number[] | undefined;

  constructor(
    private readonly columns: readonly Column<Row>[],
    private readonly headers: boolean,
  ) {}

  /** The lines of the next part; the first part begins with the header row. */
  lines(rows: readonly Row[]): string[] {
    const before = this.widths;
    const headers = this.headers && before === undefined;
    const own = widthsOf(this.columns, cellsOf(this.columns, rows), headers);
    this.widths = own.map((width, index) => Math.max(width, before?.[index] ?? 0));
    return renderColumns(this.columns, rows, { headers, widths: this.widths });
  }
}
