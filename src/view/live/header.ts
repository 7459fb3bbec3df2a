import { formatAge } from '../age.js';
import { signsFor, type Style } from '../style.js';
import { cut, escapeText, widthOf } from '../text.js';
import type { Board } from './board.js';

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
export function header(
  board: Board,
  style: Style,
  { place, now, width }: { place: string; now: number; width: number },
): string {
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
