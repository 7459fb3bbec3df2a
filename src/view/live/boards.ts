import { Twins } from '../../model/twins.js';
import { fleetRows } from '../fleet.js';
import { createBoard, prune, type Board, type BoardRow } from './board.js';

/** The boards of a live view, one for each cluster, and the merged board that is shown. */
export class Boards {
  private readonly boards: ReadonlyMap<string, Board>;

  /**
   * @param contexts the names of the clusters
   * @param namespaces the resources are in several namespaces
   */
  constructor(
    contexts: readonly string[],
    private readonly namespaces: boolean,
    now: number,
  ) {
    this.boards = new Map(contexts.map((context) => [context, createBoard(now)]));
  }

  /** The board of one cluster, which the caller changes in place. Throws for an unknown context. */
  of(context: string): Board {
    const board = this.boards.get(context);
    if (!board) throw new Error(`no such cluster: ${context}`);
    return board;
  }

  prune(now: number): void {
    for (const board of this.boards.values()) prune(board, now);
  }

  /** The board to show: that of the only cluster, or a new one merged from all clusters. */
  all(): Board {
    const [first, ...others] = this.boards.values();
    if (first && others.length === 0) return first;
    const boards = [...this.boards].map(([context, board]) => ({ context, board }));
    const items = boards.flatMap(({ context, board }) =>
      [...board.rows.values()].map((row) => ({ context, resource: row.resource, row })),
    );
    const found = new Map(items.map(({ resource, row }) => [resource, row]));
    const rows = new Map<string, BoardRow>();
    for (const { context, value, differs } of fleetRows(items, this.namespaces)) {
      const row = found.get(value);
      if (!row) continue;
      const { name, namespace = '' } = value.metadata;
      // Rows are sorted by id, so the id begins with the name: rows of one name are then adjacent.
      const id = [this.namespaces ? `${namespace}/${name}` : name, context, row.id].join('\u0000');
      const stale = this.of(context).lost !== undefined;
      rows.set(id, { ...row, id, context, ...(differs && { differs }), ...(stale && { stale }) });
    }
    return {
      rows,
      // The rows are already marked by the boards of their clusters.
      twins: new Twins(),
      clusters: boards,
      synced: boards.some(({ board }) => board.synced),
      newsAt: Math.max(...boards.map(({ board }) => board.newsAt)),
    };
  }

  /** Finds the cluster and the present row of an id from `all`. */
  find(id: string): { context: string; board: Board; row: BoardRow | undefined } | undefined {
    const [, context, own] = id.split('\u0000');
    const [[only, board] = []] = this.boards;
    if (context === undefined || own === undefined)
      return only === undefined || !board ? undefined : { context: only, board, row: board.rows.get(id) };
    return { context, board: this.of(context), row: this.of(context).rows.get(own) };
  }
}
