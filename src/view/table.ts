import CliTable from 'cli-table3';
import { GAP, renderColumns, type Below, type Column } from './columns.js';
import { fit, type Placed } from './fit.js';
import { signsFor, type Style } from './style.js';
import { cut, escapeText, hang, INDENT, pad, widthOf, wrap } from './text.js';

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
 * Joins the cells of one line. Each line is a table of its own, because the library measures some scripts by older rules
 * than ours, and would pad or cut the cells of several lines by these.
 */
function drawLine(cells: readonly string[]): string {
  if (cells.every((cell) => cell === '')) return '';
  const table = new CliTable({
    chars: { ...NO_BORDER, middle: GAP },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push([...cells]);
  return table.toString().trimEnd();
}

/** At most `most` lines; if lines are left out, the last line ends with the mark. */
function limited(lines: string[], most: number, width: number, mark: string): string[] {
  if (lines.length <= most) return lines;
  const last = cut(lines[most - 1] ?? '', width - widthOf(mark), '');
  return [...lines.slice(0, most - 1), last + mark];
}

/** The lines of one cell, coloured and padded to its width. */
function cellLines<Row>({ column, width }: Placed<Row>, row: Row, mark: string): string[] {
  const lines = limited(wrap(escapeText(column.value(row)), width), column.narrow?.lines ?? Infinity, width, mark);
  return lines.map((line) => {
    const fill = ' '.repeat(Math.max(0, width - widthOf(line)));
    const painted = line !== '' && column.paint ? column.paint(line, row) : line;
    return column.align === 'right' ? fill + painted : painted + fill;
  });
}

function sideBySide<Row>(placed: readonly Placed<Row>[], row: Row, mark: string): string[] {
  const cells = placed.map((each) => cellLines(each, row, mark));
  const height = cells.reduce((most, lines) => Math.max(most, lines.length), 0);
  return Array.from({ length: height }, (_, at) =>
    drawLine(cells.map((lines, index) => lines[at] ?? ' '.repeat(placed[index]?.width ?? 0))),
  );
}

/** The cells that name the row: in one line if they fit, otherwise each in its own lines, never cut. */
function namingLines<Row>(columns: readonly Column<Row>[], row: Row, width: number): string[] {
  const parts = columns.map((column) => ({ text: escapeText(column.value(row)), column }));
  const paint = ({ text, column }: (typeof parts)[number], line = text): string => column.paint?.(line, row) ?? line;
  if (widthOf(parts.map(({ text }) => text).join(GAP)) <= width) return [drawLine(parts.map((part) => paint(part)))];
  return parts.flatMap((part) => wrap(part.text, width).map((line) => paint(part, line)));
}

function belowLines<Row>(below: Below<Row>, row: Row, indent: number, style: Style): string[] {
  const text = escapeText(below.text(row));
  if (text === '') return [];
  const { corner, cut: mark } = signsFor(style);
  const paint = (line: string): string => (below.paint ? below.paint(line, row) : style.dim(line));
  const lead = `${' '.repeat(indent)}${corner} `;
  const lines = hang(lead, text, style.width);
  return limited(lines, below.lines ?? Infinity, style.width, mark).map(
    (line) => ' '.repeat(indent) + paint(line.slice(indent)),
  );
}

/** The lines of a table, row by row. */
export interface TableLines {
  head: string[];
  /** The lines of each row; on a terminal a row can have several. */
  rows: string[][];
}

export interface TableOptions<Row> {
  headers: boolean;
  /** Texts under each row on a terminal. */
  below?: readonly Below<Row>[];
}

/**
 * Lays out a table: on a terminal without borders, with two spaces between columns, dim headers and no line wider than the
 * terminal; in a pipe as plain columns, one line per row.
 */
export function tableLines<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  style: Style,
  { headers, below = [] }: TableOptions<Row> = { headers: true },
): TableLines {
  if (!style.terminal) {
    const lines = renderColumns(columns, rows, { headers });
    return { head: headers ? lines.slice(0, 1) : [], rows: lines.slice(headers ? 1 : 0).map((line) => [line]) };
  }
  const { cut: mark } = signsFor(style);
  const { beside, above, below: moved } = fit(columns, rows, style.width, headers);
  const indent = above.length > 0 ? ' '.repeat(INDENT) : '';
  const titles = [
    ...(above.length > 0 ? [above.map((column) => column.header).join(GAP)] : []),
    indent + drawLine(beside.map(({ column, width }) => pad(column.header, width, column.align))),
  ];
  const under = above.length > 0 ? INDENT : underFirstValue(beside, style.width);
  return {
    head: headers ? titles.map((line) => style.dim(line)) : [],
    rows: rows.map((row) => [
      ...(above.length > 0 ? namingLines(above, row, style.width) : []),
      ...sideBySide(beside, row, mark).map((line) => indent + line),
      ...[...moved, ...below].flatMap((each) => belowLines(each, row, under, style)),
    ]),
  };
}

/** The indent of lines under a row: aligned with the first column after the names, or INDENT if that is too far right. */
function underFirstValue<Row>(beside: readonly Placed<Row>[], width: number): number {
  const names = beside.filter(({ column }) => column.identity);
  const at = names.reduce((sum, name) => sum + name.width + GAP.length, 0);
  return at > 0 && at <= width / 4 ? at : INDENT;
}

/** As `tableLines`, as one list of lines. */
export function renderTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  style: Style,
  options?: TableOptions<Row>,
): string[] {
  const { head, rows: lines } = tableLines(columns, rows, style, options);
  return [...head, ...lines.flat()];
}
