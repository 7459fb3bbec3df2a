import type { Failure } from '../../model/failure.js';
import { idOf, type MultiKeyListener } from '../../model/resource.js';
import { errorOf, summarise, type Summary } from '../../model/summary.js';
import { Twins } from '../../model/twins.js';
import type { Differs } from '../fleet.js';
import { changeOf, MARK_MS, type Change } from './changes.js';

/** One row of the live table. */
export interface BoardRow {
  id: string;
  summary: Summary;
  resource: MultiKeyListener;
  /** When it last changed before our eyes; undefined for what was there at the start. */
  changedAt?: number;
  change?: Change;
  /** Deleted at that time; shown struck out for a while. */
  goneAt?: number;
  /** Of several clusters: which one, */
  context?: string;
  /** that it is not live, */
  stale?: boolean;
  /** and that resources of this name have other strategies elsewhere. */
  differs?: Differs;
}

/** What is known, and whether it is live. Changed in place: thousands of rows live here. */
export interface Board {
  rows: Map<string, BoardRow>;
  /** Which rows share a host and port. */
  twins: Twins;
  /** Everything that exists has been reported once. */
  synced: boolean;
  /** When the last news came from the store. */
  newsAt: number;
  /** What is wrong with the namespace itself: it was deleted. */
  place?: string;
  /** Set while the connection is lost. */
  lost?: { since: number; failure: Failure; retryAt: number };
  /** Set where trying again cannot help. */
  ended?: Failure;
  /** The boards that this one was put together from. */
  clusters?: readonly { context: string; board: Board }[];
}

/** An empty board; not synced until the store says so. */
export function createBoard(now: number): Board {
  return { rows: new Map(), twins: new Twins(), synced: false, newsAt: now };
}

/** Takes one added or changed resource in. */
function put(board: Board, resource: MultiKeyListener, now: number): void {
  const id = idOf(resource.metadata);
  const old = board.rows.get(id);
  const summary = summarise(resource);
  const row: BoardRow = { id, summary, resource };
  if (board.synced) row.changedAt = now;
  if (old && old.goneAt === undefined) {
    row.change = changeOf(old.resource, resource);
    // A change that shows nowhere in the row is no reason to mark it.
    if (!row.change) {
      row.changedAt = old.changedAt;
      row.change = old.change;
    }
  }
  board.rows.set(id, row);
  const shared = [...(old ? board.twins.remove(old.summary) : []), ...board.twins.add(summary)];
  remark(board, [id, ...shared.map((twin) => twin.id)]);
}

/** Marks those rows anew that share a host and port with a changed one, or did. */
function remark(board: Board, ids: readonly string[]): void {
  for (const id of ids) {
    const row = board.rows.get(id);
    const summary = row && board.twins.mark(row.summary);
    if (row && summary && summary !== row.summary) board.rows.set(id, { ...row, summary });
  }
}

export type BoardEvent =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: MultiKeyListener }
  | { type: 'SYNCED' }
  | { type: 'LOST'; failure: Failure; retryInMs: number }
  | { type: 'ENDED'; failure: Failure };

/** Takes one event of the store in. */
export function applyEvent(board: Board, event: BoardEvent, now: number): void {
  if (event.type === 'LOST') {
    board.lost = { since: board.lost?.since ?? now, failure: event.failure, retryAt: now + event.retryInMs };
    return;
  }
  if (event.type === 'ENDED') {
    board.ended = event.failure;
    return;
  }
  if (event.type === 'SYNCED') {
    board.synced = true;
    delete board.lost;
  } else if (event.type === 'DELETED') {
    const row = board.rows.get(idOf(event.object.metadata));
    if (row) {
      board.rows.set(row.id, { ...row, goneAt: now, changedAt: now });
      const shared = board.twins.remove(row.summary);
      remark(board, [row.id, ...shared.map((twin) => twin.id)]);
    }
  } else put(board, event.object, now);
  board.newsAt = now;
}

/** Forgets deleted rows and marks that are old enough. */
export function prune(board: Board, now: number): void {
  for (const row of board.rows.values()) {
    if (row.goneAt !== undefined && now - row.goneAt >= MARK_MS) board.rows.delete(row.id);
  }
}

export interface Counts {
  serving: number;
  degraded: number;
  pending: number;
  error: number;
  unknown: number;
}

/** The rows that exist, by state. */
export function countsOf(rows: Iterable<BoardRow>): Counts {
  const counts: Counts = { serving: 0, degraded: 0, pending: 0, error: 0, unknown: 0 };
  for (const { summary, goneAt } of rows) {
    if (goneAt !== undefined) continue;
    if (errorOf(summary) !== undefined) counts.error += 1;
    else if (summary.state === 'Ready') counts[summary.degraded ? 'degraded' : 'serving'] += 1;
    else if (summary.state === 'Pending') counts.pending += 1;
    else counts[summary.state === 'Error' ? 'error' : 'unknown'] += 1;
  }
  return counts;
}
