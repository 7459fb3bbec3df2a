import { signsFor, type Style } from '../style.js';
import { escapeText, widthOf } from '../text.js';
import { countsOf, type Board, type Counts } from './board.js';
import type { Controls } from './controls.js';

type Paint = (text: string) => string;

/** The numbers of resources in each state: first with words, then with signs; each as plain and as coloured text. */
function countTexts(counts: Counts, style: Style): { plain: string; painted: string }[] {
  const signs = signsFor(style);
  const states: [number, string, string, Paint][] = [
    [counts.serving, 'serving', signs.ready, style.good],
    [counts.degraded, 'degraded', signs.degraded, style.warn],
    [counts.pending, 'pending', signs.pending, style.warn],
    [counts.error, 'error', signs.error, style.bad],
    [counts.unknown, 'unknown', signs.unknown, style.dim],
  ];
  const shown = states.filter(([count, word]) => count > 0 || word !== 'unknown');
  const text = (between: string, of: (state: (typeof states)[number]) => string, paint: boolean): string =>
    ` ${shown.map((state) => (paint ? (state[0] > 0 ? state[3] : style.dim)(of(state)) : of(state))).join(between)}`;
  const both = (between: string, of: (state: (typeof states)[number]) => string) => ({
    plain: text(between, of, false),
    painted: text(between, of, true),
  });
  return [both(signs.dot, ([count, word]) => `${count} ${word}`), both('  ', ([count, , sign]) => `${sign} ${count}`)];
}

/** Hints about the keys, from the longest text to the shortest; the help screen (`?`) lists all keys. */
function hints({ filter, ordered, order }: Controls, style: Style): string[] {
  const [arrows, enter] = style.unicode ? ['↑↓', '⏎'] : ['j/k', 'Enter'];
  const inspect = `${enter} inspect`;
  const search = filter ? `/ filter: ${escapeText(filter)}` : '/ filter';
  const sort = ordered ? `s sort: ${order}` : 's sort';
  const end = '? help  q quit';
  return [
    [`${arrows} select`, inspect, search, sort, end],
    [inspect, search, sort, end],
    [inspect, search, end],
    // An active filter stays visible, so that hidden rows are not mistaken for missing ones.
    filter ? [search, end] : [inspect, end],
    filter ? [search] : [end],
  ].map((parts) => parts.join('  '));
}

/** The first so many hints are preferred to the counts in words. */
const IMPORTANT = 4;

/** The last line of the live table: the counts, and the longest hints about the keys that fit. */
export function foot(board: Board, controls: Controls, style: Style, width: number, final: boolean): string {
  if (controls.typing) return ` filter by name: ${escapeText(controls.filter)}${style.unicode ? '▏' : '_'}`;
  const counts = countTexts(countsOf(board.rows.values()), style);
  const filtered = controls.filter ? `filter: ${escapeText(controls.filter)}` : '';
  const words = counts[0]?.painted ?? '';
  if (final) return words + (filtered && signsFor(style).dot + filtered);
  const texts = hints(controls, style);
  for (const some of [texts.slice(0, IMPORTANT), texts]) {
    for (const { plain, painted } of [...counts, { plain: '', painted: '' }]) {
      const room = width - 1 - widthOf(plain) - 2;
      const keys = some.find((text) => widthOf(text) <= room);
      if (keys !== undefined)
        return `${painted}${' '.repeat(width - 1 - widthOf(plain) - widthOf(keys))}${style.dim(keys)}`;
    }
  }
  return filtered ? style.warn(` ${filtered}`) : words;
}
