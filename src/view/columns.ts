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

/** Narrows the flexible columns, the widest first, until the table fits; none below its minimum. */
export function fit<Row>(columns: readonly Column<Row>[], widths: readonly number[], total: number): number[] {
  const fitted = [...widths];
  const MINIMUM = 6;
  const sum = (): number => fitted.reduce((a, b) => a + b, 0) + GAP.length * (fitted.length - 1);
  while (sum() > total) {
    let widest = -1;
    columns.forEach((column, index) => {
      const width = fitted[index] ?? 0;
      if (column.flexible && width > MINIMUM && width > (fitted[widest] ?? 0)) widest = index;
    });
    if (widest < 0) break;
    fitted[widest] = (fitted[widest] ?? 0) - 1;
  }
  return fitted;
}

/**
 * Plain columns padded with spaces, one line a row, no cut: for pipes, and with
 * widths for terminals that hold more rows than a table library can lay out.
 */
export function renderColumns<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  options: { headers: boolean; widths?: readonly number[]; paint?: boolean } = { headers: true },
): string[] {
  const cells = cellsOf(columns, rows);
  const widths = options.widths ?? widthsOf(columns, cells, options.headers);
  const line = (texts: readonly string[], row?: Row): string =>
    texts
      .map((text, index) => {
        const column = columns[index];
        const padded = pad(cut(text, widths[index] ?? 0), widths[index] ?? 0, column?.align);
        return row !== undefined && options.paint && column?.paint ? column.paint(padded, row) : padded;
      })
      .join(GAP)
      .trimEnd();
  const head = options.headers ? [line(columns.map((column) => column.header))] : [];
  return [...head, ...cells.map((texts, index) => line(texts, rows[index]))];
}
