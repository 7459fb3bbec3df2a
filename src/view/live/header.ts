import { formatAge } from '../age.js';
import { signsFor, type Style } from '../style.js';
import { cut, escapeText, pad, widthOf } from '../text.js';
import type { Board } from './board.js';

/** Seconds with one decimal while fresh, an age afterwards. */
export function since(ms: number): string {
  if (ms < 10_000) return `${(Math.max(0, ms) / 1000).toFixed(1)} s`;
  return ms < 120_000 ? `${Math.floor(ms / 1000)} s` : formatAge(ms);
}

/** How fresh a live screen is, at the right of its first line. */
export interface Freshness {
  text: string;
  colour(text: string): string;
  /** What is shown is old: that is worth more than the place. */
  bad?: boolean;
}

/** Whether one cluster is live, and why not. */
function liveness(board: Board, style: Style, now: number): Freshness {
  const { dot } = signsFor(style);
  const { ended, lost, place, synced, newsAt } = board;
  if (ended) return { text: escapeText(`${ended.code}: ${ended.brief}`), colour: style.bad };
  if (lost) {
    const old = synced ? `not live${dot}${since(now - lost.since)} old` : 'not live';
    // Which context and server it is stands on the left.
    return { text: `${old}${dot}reconnecting (${escapeText(lost.failure.brief)})`, colour: style.warn, bad: true };
  }
  if (place) return { text: escapeText(place), colour: style.warn };
  if (!synced) return { text: `reading ${signsFor(style).ellipsis}`, colour: style.dim };
  const quiet = now - newsAt;
  // A quiet watch is as live as a busy one: say what is old.
  const text = quiet < 10_000 ? `live${dot}${since(quiet)} ago` : `live${dot}last change ${since(quiet)} ago`;
  return { text, colour: style.good };
}

const isLive = ({ ended, lost, place, synced }: Board): boolean => !ended && !lost && place === undefined && synced;

/** The same of all: of several clusters how many are live, for those that are not have a line of their own. */
function livenessOfAll(board: Board, style: Style, now: number): Freshness {
  const { clusters = [] } = board;
  const live = clusters.filter((each) => isLive(each.board)).length;
  if (live === clusters.length) return liveness(board, style, now);
  return { text: `${live} of ${clusters.length} live`, colour: style.warn };
}

/** More lines than this part of the screen say nothing of the rest: the rows are what it is for. */
const MOST_OF_SCREEN = 1 / 3;

/** A line for each of several clusters that is not live: its context, and why. */
export function clusterLines({ clusters = [] }: Board, style: Style, now: number, height: number): string[] {
  const dead = clusters.filter(({ board }) => !isLive(board));
  const widest = dead.reduce((most, { context }) => Math.max(most, widthOf(escapeText(context))), 0);
  const room = Math.max(1, Math.floor(height * MOST_OF_SCREEN));
  const shown = dead.length > room ? dead.slice(0, room - 1) : dead;
  const lines = shown.map(({ context, board }) => {
    const { text, colour } = liveness(board, style, now);
    return ` ${pad(escapeText(context), widest)}  ${colour(text)}`;
  });
  const rest = dead.length - shown.length;
  return rest > 0 ? [...lines, style.warn(` and ${rest} more that ${rest === 1 ? 'is' : 'are'} not live`)] : lines;
}

/** Narrower than this the place says nothing, and the freshness stands alone. */
const LEAST_PLACE = 6;

/** The first line of every live screen: what, where, how many, and how fresh. */
export function header(
  board: Board,
  style: Style,
  { place, now, width }: { place: string; now: number; width: number },
): string {
  const { dot } = signsFor(style);
  const count = [...board.rows.values()].filter((row) => row.goneAt === undefined).length;
  const left = ` multikeylisteners${dot}${escapeText(place)}${board.synced ? `${dot}${count}` : ''}`;
  return headerLine(left, livenessOfAll(board, style, now), style, width);
}

/** What and where at the left, how fresh at the right. */
export function headerLine(left: string, { text, colour, bad }: Freshness, style: Style, width: number): string {
  // Bad news is worth more than the place.
  const least = bad ? Math.max(18, width - 24) : 18;
  const { cut: mark } = signsFor(style);
  const right = cut(text, Math.min(width - 2, Math.max(least, width - widthOf(left) - 3)), mark);
  const room = width - widthOf(right) - 3;
  if (room < LEAST_PLACE) return ` ${colour(right)}`;
  const shown = cut(left, room, mark);
  const gap = Math.max(2, width - 1 - widthOf(shown) - widthOf(right));
  return `${style.bold(shown)}${' '.repeat(gap)}${colour(right)}`;
}
