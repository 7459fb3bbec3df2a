import { addressOf } from '../../model/names.js';
import type { MultiKeyListener } from '../../model/resource.js';
import { reachableKeys } from '../../model/shares.js';
import { keysOf } from '../../model/strategy.js';
import { summarise, type Summary } from '../../model/summary.js';
import { signsFor, type Style } from '../style.js';
import { listed } from '../words.js';
import type { BoardRow } from './board.js';

/** How long a change stays marked, and a deleted row stays struck out, in milliseconds. */
export const MARK_MS = 8_000;

/** The change that a row shows: one difference, and the routing keys that became reachable or unreachable. */
export interface Change {
  from: string;
  to: string;
  /** Routing keys in both strategies that are no longer reachable. */
  lost: string[];
  /** Routing keys in both strategies that became reachable. */
  regained: string[];
}

function keysText(row: Summary): string {
  return row.reachable === undefined ? '' : `${row.reachable}/${row.total}`;
}

/** The first difference, in the order state, number of reachable keys, endpoint, message; undefined if all are equal. */
function difference(before: Summary, after: Summary): Pick<Change, 'from' | 'to'> | undefined {
  if (before.state !== after.state) return { from: before.state, to: after.state };
  if (keysText(before) !== keysText(after))
    return { from: keysText(before) || 'unknown', to: keysText(after) || 'unknown' };
  const from = addressOf(before);
  const to = addressOf(after);
  if (from !== to) return { from, to };
  return before.message !== after.message
    ? { from: before.message || 'no message', to: after.message || 'no message' }
    : undefined;
}

/** The change between two versions of a resource; undefined if nothing has changed that a row shows. */
export function changeOf(before: MultiKeyListener, after: MultiKeyListener): Change | undefined {
  const [was, is] = [reachableKeys(before), reachableKeys(after)];
  const old = keysOf(before.spec?.strategy);
  // A key in only one of the strategies was added or removed, not lost. Without a report in both nothing can be compared.
  const both = was && is ? keysOf(after.spec?.strategy).filter((key) => old.includes(key)) : [];
  const lost = both.filter((key) => was?.has(key) && !is?.has(key));
  const regained = both.filter((key) => !was?.has(key) && is?.has(key));
  const named = difference(summarise(before), summarise(after));
  if (!named && lost.length + regained.length === 0) return undefined;
  // If one key is lost and another regained, the number is the same but the row still has to show it.
  const count = keysText(summarise(after));
  return { ...(named ?? { from: count, to: count }), lost, regained };
}

/** `2/3 → 1/3  lost: east  4 s ago` for MARK_MS after the change; afterwards empty. */
export function changeText(row: BoardRow, style: Style, now: number): string {
  if (row.changedAt === undefined || now - row.changedAt >= MARK_MS) return '';
  const ago = `${Math.floor((now - row.changedAt) / 1000)} s ago`;
  if (row.goneAt !== undefined) return `deleted ${ago}`;
  if (!row.change) return `new ${ago}`;
  const { from, to, lost, regained } = row.change;
  const parts = [
    `${from} ${signsFor(style).arrow} ${to}`,
    ...(lost.length > 0 ? [`lost: ${listed(lost)}`] : []),
    ...(regained.length > 0 ? [`regained: ${listed(regained)}`] : []),
  ];
  return [...parts, ago].join('  ');
}
