import { formatAge } from '../age.js';
import { signsFor, type Style } from '../style.js';
import { cut, escapeText, pad, widthOf } from '../text.js';
import type { Board } from './board.js';

/** A span of milliseconds: below 10 s with one decimal, below 2 minutes in seconds, above as an age (`formatAge`). */
export function since(ms: number): string {
  if (ms < 10_000) return `${(Math.max(0, ms) / 1000).toFixed(1)} s`;
  return ms < 120_000 ? `${Math.floor(ms / 1000)} s` : formatAge(ms);
}

/** The state of the connection, at the right of the first line of a live screen. */
export interface Freshness {
  text: string;
  colour(text: string): string;
  /** The data may be outdated: on a narrow screen this text gets more room than the place. */
  bad?: boolean;
}

/** Whether the watch of one cluster is live, and if not, why. */
function liveness(board: Board, style: Style, now: number): Freshness {
  const { dot } = signsFor(style);
  const { ended, lost, place, synced, newsAt } = board;
  if (ended) return { text: escapeText(`${ended.code}: ${ended.brief}`), colour: style.bad };
  if (lost) {
    const old = synced ? `not live${dot}${since(now - lost.since)} old` : 'not live';
    // The left side of the line names the context, so only the brief reason is shown here.
    return { text: `${old}${dot}reconnecting (${escapeText(lost.failure.brief)})`, colour: style.warn, bad: true };
  }
  if (place) return { text: escapeText(place), colour: style.warn };
  if (!synced) return { text: `reading ${signsFor(style).ellipsis}`, colour: style.dim };
  const sinceNewsMs = now - newsAt;
  // A watch without events is still live, so a longer time is named as that of the last change.
  const text =
    sinceNewsMs < 10_000 ? `live${dot}${since(sinceNewsMs)} ago` : `live${dot}last change ${since(sinceNewsMs)} ago`;
  return { text, colour: style.good };
}

const isLive = ({ ended, lost, place, synced }: Board): boolean => !ended && !lost && place === undefined && synced;

/** As `liveness`, for one or several clusters: if some are not live, their number; `clusterLines` has the reasons. */
function livenessOfAll(board: Board, style: Style, now: number): Freshness {
  const { clusters = [] } = board;
  const live = clusters.filter((each) => isLive(each.board)).length;
  if (live === clusters.length) return liveness(board, style, now);
  return { text: `${live} of ${clusters.length} live`, colour: style.warn };
}

/** The largest part of the screen for lines about clusters that are not live. */
const MOST_OF_SCREEN = 1 / 3;

/** One line for each cluster that is not live, with its context and the reason; the last line counts those without room. */
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

/** The least width of the left side of the header; with less room it is left out. */
const LEAST_PLACE = 6;

/** The first line of the live table and inspect screens: place, number of resources, and state of the connection. */
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

/** A header line: `left` at the left, the state of the connection at the right, cut to `width` columns. */
export function headerLine(left: string, { text, colour, bad }: Freshness, style: Style, width: number): string {
  // A lost connection gets more room than the place.
  const least = bad ? Math.max(18, width - 24) : 18;
  const { cut: mark } = signsFor(style);
  const right = cut(text, Math.min(width - 2, Math.max(least, width - widthOf(left) - 3)), mark);
  const room = width - widthOf(right) - 3;
  if (room < LEAST_PLACE) return ` ${colour(right)}`;
  const shown = cut(left, room, mark);
  const gap = Math.max(2, width - 1 - widthOf(shown) - widthOf(right));
  return `${style.bold(shown)}${' '.repeat(gap)}${colour(right)}`;
}
