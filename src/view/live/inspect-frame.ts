import { renderInspect, type Inspection } from '../inspect/inspect.js';
import { signsFor, type Style } from '../style.js';
import { escapeText } from '../text.js';
import type { Board, BoardRow } from './board.js';
import { clipped, type FrameOptions } from './frame.js';
import { header } from './header.js';

export interface InspectState {
  /** The row of the inspected resource; undefined while the resource does not exist. */
  row: BoardRow | undefined;
  /** The inspection of the resource; undefined while it is being read. */
  diagnosis: Inspection | undefined;
  /** The number of lines scrolled down. */
  scroll: number;
  /** True for `inspect --watch`, which has no table to return to. */
  fixed: boolean;
}

export interface InspectFrame {
  lines: string[];
  /** The number of lines scrolled down, limited to the end of the text. */
  scroll: number;
}

/** Renders the screen of the inspect view: the header, one resource, and the hints about the keys. */
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
