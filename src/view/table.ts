import Table from 'cli-table3';
import { cellsOf, fit, renderColumns, widthsOf, type Column } from './columns.js';
import type { Style } from './style.js';
import { signsFor } from './style.js';
import { cut } from './text.js';

/** Laying out a table is quadratic in the library: above this the linear writer does it. */
const MOST_ROWS = 200;

/** What the library measures as we do; of other scripts and of emoji it would cut characters in half. */
const MEASURED = /^[\u0020-\u007e●◐○✗–█→…·]*$/;

const NO_BORDER = Object.fromEntries(
  [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
    'left',
    'left-mid',
    'mid',
    'mid-mid',
    'right',
    'right-mid',
  ].map((name) => [name, '']),
);

/**
 * A table for a person: borderless, two spaces between columns, headers dim,
 * cut to the terminal's width. In a pipe: plain columns.
 */
export function renderTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  style: Style,
  headers = true,
): string[] {
  if (!style.terminal) return renderColumns(columns, rows, { headers });
  const all = widthsOf(columns, cellsOf(columns, rows), headers);
  const { columns: shown, widths } = fit(columns, all, style.width);
  const cells = cellsOf(shown, rows);
  const foreign = cells.some((row) => row.some((text) => !MEASURED.test(text)));
  if (foreign || rows.length > MOST_ROWS)
    return renderColumns(shown, rows, { headers, widths, paint: true, mark: signsFor(style).cut });
  const mark = signsFor(style).cut;
  const table = new Table({
    chars: { ...NO_BORDER, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colWidths: widths,
    colAligns: shown.map((column) => column.align ?? 'left'),
    truncate: mark,
  });
  if (headers) table.push(shown.map((column, index) => style.dim(cut(column.header, widths[index] ?? 0, mark))));
  cells.forEach((texts, at) => {
    const row = rows[at] as Row;
    const painted = texts.map((text, index) => {
      const column = shown[index];
      const fitted = cut(text, widths[index] ?? 0, mark);
      return column?.paint ? column.paint(fitted, row) : fitted;
    });
    table.push(painted);
  });
  return rows.length === 0 && !headers
    ? []
    : table
        .toString()
        .split('\n')
        .map((line) => line.trimEnd());
}
