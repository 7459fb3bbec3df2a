import { formatAge } from '../age.js';
import { fit, renderColumns, widthsOf, cellsOf, type Column } from '../columns.js';
import { statusColumns } from '../status.js';
import { signsFor, type Style } from '../style.js';
import { cut, escapeText, pad, widthOf } from '../text.js';
import { clip } from './clip.js';
import { countsOf, MARK_MS, type Board, type BoardRow } from './board.js';
import { arrange, type Order } from './order.js';

/** What the person at the screen has chosen. */
export interface Controls {
  order: Order;
  /** True once `s` was pressed: then the order is theirs, also when the screen is too small. */
  ordered: boolean;
  filter: string;
  /** The filter is being typed. */
  typing: boolean;
  /** The id of the selected row. */
  selected?: string;
}

export interface FrameOptions {
  /** `west · prod-eu`: where it is read. */
  place: string;
  namespaces: boolean;
  wide: boolean;
  now: number;
  width: number;
  height: number;
  /** The last frame, which stays in the scroll-back: no selection, no hints of keys. */
  final?: boolean;
}

export interface Frame {
  /** At most `height` lines of at most `width` columns. */
  lines: string[];
  /** All rows in the order shown, for the selection to move in. */
  ids: string[];
}

/** Lines around the rows: header, column names, rule, foot. */
const AROUND = 4;

/** The whole screen of `status --watch`, from scratch each time: nothing of the last frame is needed. */
export function renderFrame(board: Board, controls: Controls, style: Style, options: FrameOptions): Frame {
  const { width, height } = options;
  const room = Math.max(1, height - AROUND);
  const all = [...board.rows.values()];
  const tooMany = all.length > room && !controls.ordered;
  const rows = arrange(all, tooMany ? 'worst first' : controls.order, controls.filter);
  const shownRows = visible(rows, room, controls.selected);
  const lines = [
    header(board, style, options),
    ...table(shownRows.rows, controls, style, options),
    ...emptyLine(board, controls, style, rows.length),
    ...(shownRows.rest.length > 0 ? [style.dim(` ${restText(shownRows.rest)}`)] : []),
    style.dim((style.unicode ? '─' : '-').repeat(Math.max(0, width - 2)).padStart(Math.max(0, width - 1))),
    foot(board, controls, style, options),
  ];
  return { lines: clipped(lines, style, options), ids: rows.map((row) => row.id) };
}

/** At most what the screen holds. The last column stays free: clearing the rest of a full line would take its last character. */
export function clipped(lines: readonly string[], style: Style, { width, height }: FrameOptions): string[] {
  const { cut: mark } = signsFor(style);
  return lines.slice(0, height).map((line) => clip(line, width - 1, mark));
}

/** Why there are no rows, where there are none. */
function emptyLine(board: Board, { filter }: Controls, style: Style, matching: number): string[] {
  if (!board.synced || matching > 0) return [];
  if (board.rows.size === 0) return [style.dim(' No multikeylisteners here yet.')];
  return [style.dim(` No name holds ${escapeText(filter)}.`)];
}

/** The part of the rows that fits, around the selected one, and those left out. */
function visible(
  rows: readonly BoardRow[],
  room: number,
  selected: string | undefined,
): { rows: BoardRow[]; rest: BoardRow[] } {
  if (rows.length <= room) return { rows: [...rows], rest: [] };
  const space = Math.max(1, room - 1);
  const at = rows.findIndex((row) => row.id === selected);
  const start = Math.max(0, Math.min(at - space + 1, rows.length - space));
  return { rows: rows.slice(start, start + space), rest: [...rows.slice(0, start), ...rows.slice(start + space)] };
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

/** Seconds with one decimal while fresh, an age afterwards. */
function since(ms: number): string {
  if (ms < 10_000) return `${(Math.max(0, ms) / 1000).toFixed(1)} s`;
  return ms < 120_000 ? `${Math.floor(ms / 1000)} s` : formatAge(ms);
}

function liveness(board: Board, style: Style, now: number): { text: string; colour(text: string): string } {
  const dot = style.unicode ? ' · ' : ' - ';
  if (board.lost) {
    const old = `not live${dot}${since(now - board.lost.since)} old`;
    // Which context and server it is stands on the left.
    const why = escapeText(board.lost.failure.brief);
    return { text: `${old}${dot}reconnecting (${why})`, colour: style.warn };
  }
  if (board.place) return { text: escapeText(board.place), colour: style.warn };
  if (!board.synced) return { text: style.unicode ? 'reading …' : 'reading ...', colour: style.dim };
  const quiet = now - board.newsAt;
  // A quiet watch is as live as a busy one: say what is old.
  const text = quiet < 10_000 ? `live${dot}${since(quiet)} ago` : `live${dot}last change ${since(quiet)} ago`;
  return { text, colour: style.good };
}

/** Narrower than this the place says nothing, and the freshness stands alone. */
const LEAST_PLACE = 6;

/** The first line of every live screen: what, where, how many, and how fresh. */
export function header(board: Board, style: Style, { place, now, width }: FrameOptions): string {
  const dot = style.unicode ? ' · ' : ' - ';
  const count = [...board.rows.values()].filter((row) => row.goneAt === undefined).length;
  const left = ` multikeylisteners${dot}${escapeText(place)}${board.synced ? `${dot}${count}` : ''}`;
  const { text, colour } = liveness(board, style, now);
  // Bad news is worth more than the place.
  const least = board.lost ? Math.max(18, width - 24) : 18;
  const { cut: mark } = signsFor(style);
  const right = cut(text, Math.min(width - 2, Math.max(least, width - widthOf(left) - 3)), mark);
  const room = width - widthOf(right) - 3;
  if (room < LEAST_PLACE) return ` ${colour(right)}`;
  const shown = cut(left, room, mark);
  const gap = Math.max(2, width - 1 - widthOf(shown) - widthOf(right));
  return `${style.bold(shown)}${' '.repeat(gap)}${colour(right)}`;
}

/** Columns for each side of a change. */
const MOST_OF_CHANGE = 20;

function changeText(row: BoardRow, style: Style, now: number): string {
  if (row.changedAt === undefined || now - row.changedAt >= MARK_MS) return '';
  const ago = `${Math.floor((now - row.changedAt) / 1000)} s ago`;
  if (row.goneAt !== undefined) return `deleted ${ago}`;
  const { arrow, cut: mark } = signsFor(style);
  // Of a long text the beginning will do: both sides and the time are to be seen.
  const side = (text: string): string => cut(escapeText(text), MOST_OF_CHANGE, mark);
  return row.change ? `${side(row.change.from)} ${arrow} ${side(row.change.to)}  ${ago}` : `new ${ago}`;
}

function table(rows: readonly BoardRow[], controls: Controls, style: Style, options: FrameOptions): string[] {
  const { now, width, wide, namespaces } = options;
  const columns: Column<BoardRow>[] = statusColumns(style, { wide, namespaces, headers: true, now }).map((column) => ({
    ...column,
    value: (row: BoardRow) => column.value(row.summary),
    paint: (text: string, row: BoardRow) =>
      row.goneAt !== undefined || row.summary.state === 'Deleting'
        ? style.strike(text)
        : (column.paint?.(text, row.summary) ?? text),
  }));
  columns.push({
    header: '',
    value: (row) => changeText(row, style, now),
    paint: (text, row) => (row.goneAt === undefined ? style.warn(text) : style.dim(text)),
    flexible: true,
    drop: 9,
  });
  const { columns: shown, widths } = fit(columns, widthsOf(columns, cellsOf(columns, rows), true), width - 2);
  const [head = '', ...body] = renderColumns(shown, rows, {
    headers: true,
    widths,
    paint: true,
    mark: signsFor(style).cut,
  });
  const cursor = style.unicode ? '▸' : '>';
  return [
    style.dim(` ${head}`),
    ...body.map((line, index) =>
      rows[index]?.id === controls.selected && !options.final ? `${style.bold(cursor)}${line}` : ` ${line}`,
    ),
  ];
}

function foot(board: Board, controls: Controls, style: Style, { width, final }: FrameOptions): string {
  const dot = style.unicode ? ' · ' : ' - ';
  if (controls.typing) return ` filter by name: ${escapeText(controls.filter)}${style.unicode ? '▏' : '_'}`;
  const counts = countsOf(board.rows.values());
  const coloured: [string, (text: string) => string][] = [
    [`${counts.serving} serving`, counts.serving > 0 ? style.good : style.dim],
    [`${counts.degraded} degraded`, counts.degraded > 0 ? style.warn : style.dim],
    [`${counts.pending} pending`, counts.pending > 0 ? style.warn : style.dim],
    [`${counts.error} error`, counts.error > 0 ? style.bad : style.dim],
    ...(counts.unknown > 0 ? [[`${counts.unknown} unknown`, style.dim] as [string, typeof style.dim]] : []),
  ];
  const plain = ` ${coloured.map(([text]) => text).join(dot)}`;
  const left = ` ${coloured.map(([text, colour]) => colour(text)).join(dot)}`;
  const filtered = controls.filter ? `filter: ${escapeText(controls.filter)}` : '';
  if (final) return left + (filtered && dot + filtered);
  const keys = hints(controls, style, width - widthOf(plain) - 4);
  // Rows that a filter hides must not look as if they were not there.
  if (filtered && !keys.includes(filtered)) return style.warn(` ${filtered}`);
  return keys === '' ? left : `${left}${pad('', width - 1 - widthOf(plain) - widthOf(keys))}${style.dim(keys)}`;
}

/** The longest of the hints that fits. */
function hints(controls: Controls, style: Style, room: number): string {
  const [arrows, enter] = style.unicode ? ['↑↓', '⏎'] : ['j/k', 'Enter'];
  const filter = controls.filter ? `/ filter: ${escapeText(controls.filter)}` : '/ filter';
  const sort = controls.ordered ? `s sort: ${controls.order}` : 's sort';
  const texts = [
    `${arrows} select  ${enter} inspect  ${filter}  ${sort}  q quit`,
    `${enter} inspect  ${filter}  q quit`,
    ...(controls.filter ? [filter] : []),
    'q quit',
  ];
  return texts.find((text) => widthOf(text) <= room) ?? '';
}
