import { escapeText, pad, widthOf } from './text.js';

/** How a column gives way on a terminal that is too narrow for the table. */
export interface Narrow<Row> {
  /** Columns give way in this order, 1 first; those of one order together, the widest first. */
  order: number;
  /** A shorter header and value, tried before anything else. */
  short?: { header: string; value(row: Row): string };
  /** It may become as narrow as this: its text wraps. Without it the width stays. */
  least?: number;
  /** Lines that a wrapped cell may take; what is beyond them is cut. All of the text without it. */
  lines?: number;
  /** When that is not enough: left out, or shown in a line under each row. Without it the column stays. */
  then?: 'leave out' | Below<Row>;
}

/** A text in lines of its own under a row. */
export interface Below<Row> {
  /** Empty where a row has none. */
  text(row: Row): string;
  paint?(text: string, row: Row): string;
  /** Lines that it may take; what is beyond them is cut. All of the text without it. */
  lines?: number;
}

/** One column of a table; a cell is plain text without control characters. */
export interface Column<Row> {
  header: string;
  value(row: Row): string;
  align?: 'left' | 'right';
  /** Colours a line of the cell on a terminal. */
  paint?(text: string, row: Row): string;
  /** Names the row: never cut, and in a line of its own above the other columns where there is no room for both. */
  identity?: boolean;
  /** Without it the column always stays as it is. */
  narrow?: Narrow<Row>;
}

/** What stands between two columns. */
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
 * Plain columns whose rows come in parts: those of one part are aligned, and
 * with the earlier ones too unless a cell is wider than any before, which widens its column from there on.
 */
export class GrowingColumns<Row> {
  private widths: readonly number[] | undefined;

  constructor(
    private readonly columns: readonly Column<Row>[],
    private readonly headers: boolean,
  ) {}

  /** The next part; before the first one the line of headers. */
  lines(rows: readonly Row[]): string[] {
    const before = this.widths;
    const headers = this.headers && before === undefined;
    const own = widthsOf(this.columns, cellsOf(this.columns, rows), headers);
    this.widths = own.map((width, index) => Math.max(width, before?.[index] ?? 0));
    return renderColumns(this.columns, rows, { headers, widths: this.widths });
  }
}
