import { tableLines } from '../table.js';
import { MESSAGE, statusColumns, type LabelColumns } from '../status.js';
import { differsColumn } from '../fleet.js';
import type { Column } from '../columns.js';
import { signsFor, type Style } from '../style.js';
import type { Summary } from '../../model/summary.js';
import { escapeText } from '../text.js';
import { clip } from './clip.js';
import { changeText } from './changes.js';
import { countsOf, type Board, type BoardRow } from './board.js';
import type { Controls } from './controls.js';
import { foot } from './foot.js';
import { clusterLines, header } from './header.js';
import { helpLines } from './help.js';
import { arrange, sortedColumn, type Order } from './order.js';

export interface FrameOptions extends LabelColumns {
  /** The namespace and context for the header: `west · prod-eu`. */
  place: string;
  namespaces: boolean;
  wide: boolean;
  now: number;
  width: number;
  height: number;
  /** True for the last frame, which stays in the scroll-back: no selection and no hints about keys. */
  final?: boolean;
}

export interface Frame {
  /** At most `height` lines of at most `width` columns. */
  lines: string[];
  /** All rows in the order shown, for the selection to move in. */
  ids: string[];
}

/** The number of lines around the table: header, rule, foot. */
const AROUND = 3;
/** The largest number of lines of a message or change in a row; the inspect view shows the whole message. */
const MOST_LINES = 3;

/** Renders the whole screen of `status --watch`; it does not depend on the previous frame. */
export function renderFrame(board: Board, controls: Controls, style: Style, options: FrameOptions): Frame {
  const { width, height } = options;
  const clusters = clusterLines(board, style, options.now, height);
  const room = Math.max(2, height - AROUND - clusters.length);
  const all = [...board.rows.values()];
  const messages = all.filter(({ summary }) => MESSAGE.text(summary) !== '').length;
  const tooMany = all.length + messages > room - 1 && !controls.ordered;
  const order = tooMany ? 'worst first' : controls.order;
  const rows = arrange(all, order, controls.filter);
  const { lines: table, rest } = visible(rows, order, room, controls, style, options);
  const lines = [
    header(board, style, options),
    ...table,
    ...emptyLine(board, controls, style, rows.length),
    ...(rest.length > 0 ? [style.dim(` ${restText(rest)}`)] : []),
    ...clusters,
    style.dim((style.unicode ? '─' : '-').repeat(Math.max(0, width - 2)).padStart(Math.max(0, width - 1))),
    foot(board, controls, style, width, options.final ?? false),
  ];
  return { lines: clipped(lines, style, options), ids: rows.map((row) => row.id) };
}

/** Renders the help screen (`?`), with the same header. */
export function renderHelp(board: Board, style: Style, options: FrameOptions): string[] {
  const lines = helpLines({ ...style, width: options.width - 2 }).map((line) => ` ${line}`);
  const shown = [header(board, style, options), '', ...lines].slice(0, Math.max(1, options.height - 1));
  return clipped([...shown, style.dim(' any key: back')], style, options);
}

/** Cuts lines to the screen. The last column stays empty, because clearing the rest of a full line erases its last character. */
export function clipped(
  lines: readonly string[],
  style: Style,
  { width, height }: { width: number; height: number },
): string[] {
  const { cut: mark } = signsFor(style);
  return lines.slice(0, height).map((line) => clip(line, width - 1, mark));
}

/** The line that says why there are no rows; none if there are rows. */
function emptyLine(board: Board, { filter }: Controls, style: Style, matching: number): string[] {
  if (!board.synced || matching > 0) return [];
  if (board.rows.size === 0) return [style.dim(' No multikeylisteners here yet.')];
  return [style.dim(` No name contains ${escapeText(filter)}.`)];
}

/** The lines of the headers and of the rows around the selected one that fit on the screen, and the rows left out. */
function visible(
  rows: readonly BoardRow[],
  order: Order,
  room: number,
  controls: Controls,
  style: Style,
  options: FrameOptions,
): { lines: string[]; rest: BoardRow[] } {
  const at = Math.max(
    0,
    rows.findIndex((row) => row.id === controls.selected),
  );
  // Every row has at least one line, so at most `room` rows can be on the screen; only these are laid out.
  const start = Math.max(0, Math.min(at - room + 3, rows.length - room));
  const near = rows.slice(start, start + room);
  const { head, blocks } = table(near, order, controls, style, options);
  const space = Math.max(1, room - head.length);
  const all = near.length === rows.length && blocks.flat().length <= space;
  const [first, end] = all ? [0, near.length] : window(blocks, at - start, Math.max(1, space - 1));
  return {
    lines: [...head, ...blocks.slice(first, end).flat().slice(0, space)],
    rest: [...rows.slice(0, start + first), ...rows.slice(start + end)],
  };
}

/** The range of rows (the end is exclusive) that fit completely into `space` lines and include the selected row. */
function window(blocks: readonly string[][], selected: number, space: number): [number, number] {
  for (let first = 0; ; first++) {
    let end = first + 1;
    for (let used = blocks[first]?.length ?? 0; end < blocks.length; end++) {
      used += blocks[end]?.length ?? 0;
      if (used > space) break;
    }
    if (selected < end || end >= blocks.length) return [first, end];
  }
}

function restText(rest: readonly BoardRow[]): string {
  const counts: Record<string, number> = {
    ...countsOf(rest),
    deleted: rest.filter((row) => row.goneAt !== undefined).length,
  };
  const parts = Object.entries(counts).filter(([, count]) => count > 0);
  const onlyReady = parts.every(([name]) => name === 'serving');
  const what = onlyReady ? 'all Ready' : parts.map(([name, count]) => `${count} ${name}`).join(', ');
  return `and ${rest.length} more, ${what}`;
}

/** The summary that a row shows, and the row itself. */
type Shown = Summary & { row: BoardRow };

function table(
  rows: readonly BoardRow[],
  order: Order,
  controls: Controls,
  style: Style,
  { now, width, wide, labels, showLabels, namespaces, final }: FrameOptions,
): { head: string[]; blocks: string[][] } {
  const struck = ({ row, state }: Shown): boolean => row.goneAt !== undefined || state === 'Deleting';
  const status = statusColumns(style, {
    labels,
    showLabels,
    wide,
    namespaces,
    headers: true,
    now,
    messageLines: MOST_LINES,
  });
  const change = {
    // The connection to this row's cluster is lost, so the row may be outdated.
    text: ({ row }: Shown) => (row.stale ? 'not live' : changeText(row, style, now)),
    lines: MOST_LINES,
  };
  const mark = differsColumn<Shown>(style, ({ row }) => row.differs);
  const columns: Column<Shown>[] = [
    ...(rows.some(({ context }) => context !== undefined)
      ? [{ header: 'CONTEXT', value: ({ row }: Shown) => row.context ?? '', identity: true }]
      : []),
    ...status.map((column) => ({
      ...column,
      paint: (text: string, row: Shown) => (struck(row) ? style.strike(text) : (column.paint?.(text, row) ?? text)),
    })),
    ...(rows.some(({ differs }) => differs) ? [mark] : []),
    {
      header: '',
      value: change.text,
      paint: (text, { row }) => (row.goneAt === undefined ? style.warn(text) : style.dim(text)),
      // Order 0: the change moves below the row first, so that the other columns do not move while it is shown.
      narrow: { order: 0, then: { ...change, paint: style.warn } },
    },
  ];
  const { head, rows: blocks } = tableLines(
    sortedColumn(columns, order, style),
    rows.map((row) => ({ ...row.summary, row })),
    { ...style, width: width - 2 },
    { headers: true, below: wide ? [] : [{ ...MESSAGE, lines: MOST_LINES }] },
  );
  const cursor = style.bold(style.unicode ? '▸' : '>');
  const isSelected = (index: number): boolean => rows[index]?.id === controls.selected && !final;
  return {
    head: head.map((line) => ` ${line}`),
    blocks: blocks.map((lines, index) =>
      lines.map((line, at) => (at === 0 && isSelected(index) ? cursor + line : ` ${line}`)),
    ),
  };
}
