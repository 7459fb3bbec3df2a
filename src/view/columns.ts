import { cut, escapeText, pad, widthOf } from './text.js';

/** One column of a table; a cell is plain text without control characters. */
export interface Column<Row> {
  header: string;
  value(row: Row): string;
  align?: 'left' | 'right';
  /** Colours the (padded or cut) cell on a terminal. */
  paint?(text: string, row: Row): string;
  /** May be cut when the terminal is too narrow. */
  flexible?: boolean;
  /** Left out when cutting is not enough: the highest number goes first, none never. */
  drop?: number;
}

const GAP = '  ';

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

/** Narrower than this a cut cell says nothing. */
const MINIMUM = 6;

function total(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + GAP.length * (widths.length - 1);
}

/** The columns that a line of that width has room for, and how wide each is. */
export interface Fitted<Row> {
  columns: Column<Row>[];
  widths: number[];
}

/**
 * Narrows the flexible columns, the widest first, and when that is not enough
 * leaves columns out, until the table fits. Never leaves out a column without a `drop`.
 */
export function fit<Row>(columns: readonly Column<Row>[], widths: readonly number[], room: number): Fitted<Row> {
  const fitted = [...widths];
  while (total(fitted) > room) {
    let widest = -1;
    columns.forEach((column, index) => {
      const width = fitted[index] ?? 0;
      if (column.flexible && width > MINIMUM && width > (fitted[widest] ?? 0)) widest = index;
    });
    if (widest < 0) return leaveOut(columns, widths, fitted, room);
    fitted[widest] = (fitted[widest] ?? 0) - 1;
  }
  return { columns: [...columns], widths: fitted };
}

function leaveOut<Row>(
  columns: readonly Column<Row>[],
  widths: readonly number[],
  fitted: number[],
  room: number,
): Fitted<Row> {
  let worst = -1;
  columns.forEach((column, index) => {
    if ((column.drop ?? 0) > (columns[worst]?.drop ?? 0)) worst = index;
  });
  if (worst < 0) return { columns: [...columns], widths: fitted };
  const kept = (_: unknown, index: number): boolean => index !== worst;
  return fit(columns.filter(kept), widths.filter(kept), room);
}

export interface ColumnOptions {
  headers: boolean;
  /** Those of the cells where not given. */
  widths?: readonly number[];
  paint?: boolean;
  /** Stands at the end of a cell that was cut. */
  mark?: string;
  /** A cell wider than its column pushes the rest instead of being cut. */
  overflow?: boolean;
}

/**
 * Plain columns padded with spaces, one line a row, no cut: for pipes, and with
 * widths for terminals that hold more rows than a table library can lay out.
 */
export function renderColumns<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  options: ColumnOptions = { headers: true },
): string[] {
  const cells = cellsOf(columns, rows);
  const widths = options.widths ?? widthsOf(columns, cells, options.headers);
  const line = (texts: readonly string[], row?: Row): string =>
    texts
      .map((text, index) => {
        const column = columns[index];
        const width = widths[index] ?? 0;
        const padded = pad(options.overflow ? text : cut(text, width, options.mark), width, column?.align);
        return row !== undefined && options.paint && column?.paint ? column.paint(padded, row) : padded;
      })
      .join(GAP)
      .trimEnd();
  const head = options.headers ? [line(columns.map((column) => column.header))] : [];
  return [...head, ...cells.map((texts, index) => line(texts, rows[index]))];
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
