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
  /** Time of the last change that the watch reported; undefined for a row of the first list. */
  changedAt?: number;
  change?: Change;
  /** Time of the deletion; the row is struck out for MARK_MS. */
  goneAt?: number;
  /** With several clusters: the cluster's context. */
  context?: string;
  /** With several clusters: true if the connection to the cluster is lost. */
  stale?: boolean;
  /** With several clusters: set if resources of this name have different strategies. */
  differs?: Differs;
}

/** The rows of a live view and the state of its connection. It is changed in place, because it can have thousands of rows. */
export interface Board {
  rows: Map<string, BoardRow>;
  /** Which rows share a host and port. */
  twins: Twins;
  /** True once the first list is complete. */
  synced: boolean;
  /** Time of the last event of the store, in milliseconds since the epoch. */
  newsAt: number;
  /** A problem with the namespace itself, such as its deletion. */
  place?: string;
  /** Set while the connection is lost. */
  lost?: { since: number; failure: Failure; retryAt: number };
  /** Set when the watch has ended with an error that a retry cannot cure. */
  ended?: Failure;
  /** The boards that were merged into this one. */
  clusters?: readonly { context: string; board: Board }[];
}

/** An empty board, which is not synced yet. */
export function createBoard(now: number): Board {
  return { rows: new Map(), twins: new Twins(), synced: false, newsAt: now };
}

/** Adds or replaces the row of a resource. */
function put(board: Board, resource: MultiKeyListener, now: number): void {
  const id = idOf(resource.metadata);
  const old = board.rows.get(id);
  const summary = summarise(resource);
  const row: BoardRow = { id, summary, resource };
  if (board.synced) row.changedAt = now;
  if (old && old.goneAt === undefined) {
    row.change = changeOf(old.resource, resource);
    // A change that the row does not show keeps the mark of the previous change.
    if (!row.change) {
      row.changedAt = old.changedAt;
      row.change = old.change;
    }
  }
  board.rows.set(id, row);
  const shared = [...(old ? board.twins.remove(old.summary) : []), ...board.twins.add(summary)];
  remark(board, [id, ...shared.map((twin) => twin.id)]);
}

/** Updates the marks of rows that share a host and port with a changed row, or did before the change. */
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

/** Applies one event of the store to the board. */
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

/** Removes the rows whose deletion is at least MARK_MS ago. */
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

/** Counts the rows by state, without deleted ones. */
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
