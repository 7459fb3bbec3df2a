import { renderInspect, type Inspection } from '../inspect/inspect.js';
import { signsFor, type Style } from '../style.js';
import { escapeText } from '../text.js';
import type { Board, BoardRow } from './board.js';
import { clipped, type FrameOptions } from './frame.js';
import { header } from './header.js';

export interface InspectState {
  /** The row that is open; undefined while it does not exist. */
  row: BoardRow | undefined;
  /** What is known of it; undefined while it is being read. */
  diagnosis: Inspection | undefined;
  /** Lines scrolled down. */
  scroll: number;
  /** There is no table to return to. */
  fixed: boolean;
}

export interface InspectFrame {
  lines: string[];
  /** How far it is scrolled, which is never beyond the end. */
  scroll: number;
}

/** The screen of the inspect view: the same header and foot, one resource between them. */
export function renderInspectFrame(
  board: Board,
  state: InspectState,
  style: Style,
  options: FrameOptions,
): InspectFrame {
  const { width, height, now } = options;
  const room = Math.max(1, height - 3);
  const narrow = { ...style, width: Math.max(20, width - 2) };
  const body = bodyLines(board, state, narrow, now);
  const start = Math.min(state.scroll, Math.max(0, body.length - room));
  const lines = body.slice(start, start + room).map((line) => ` ${line}`);
  const below = body.length - start - lines.length;
  const arrows = style.unicode ? '↑↓' : 'j/k';
  const more = below > 0 || start > 0 ? `${arrows} scroll  ` : '';
  const hint = ` ${more}${state.fixed ? '' : 'Esc back  '}? help  q quit`;
  const foot = options.final ? [] : [style.dim(hint)];
  return { lines: clipped([header(board, style, options), '', ...lines, ...foot], style, options), scroll: start };
}

function bodyLines(board: Board, { row, diagnosis }: InspectState, style: Style, now: number): string[] {
  if (row?.goneAt !== undefined) return [style.warn(`${escapeText(row.summary.name)} was deleted.`)];
  if (!row && board.synced) return [style.warn('This MultiKeyListener no longer exists.')];
  if (!row || !diagnosis) return [style.dim(`reading ${signsFor(style).ellipsis}`)];
  return renderInspect(diagnosis, style, now);
}
