import { idOf } from './resource.js';
import type { Summary } from './summary.js';

/** A resource that shares its host and port with another one. `id` is that of `idOf`. */
export type Twin = Pick<Summary, 'name' | 'namespace' | 'state'> & { id: string };

/** A row names at most this many twins; if it has more, it only says that there are others. */
export const MOST_TWINS = 3;

/**
 * Namespace, host and port of a row as a key of the map. Undefined for a row that cannot have a twin: one without host or
 * port, or one that is being deleted and so leaves them to another.
 */
function endpointOf({ namespace, host, port, state }: Summary): string | undefined {
  return host === '' || port === 0 || state === 'Deleting' ? undefined : `${namespace} ${host} ${port}`;
}

/** Finds resources with the same namespace, host and port ("twins"), of which only one is served. */
export class Twins {
  private readonly entries = new Map<string, Map<string, Twin>>();

  /**
   * Adds a row, or replaces the one with its id.
   *
   * @returns the twins whose own marks change with this row; empty once each of them has more twins than it names
   */
  add(row: Summary): Twin[] {
    const endpoint = endpointOf(row);
    if (endpoint === undefined) return [];
    const id = idOf(row);
    const all = this.entries.get(endpoint) ?? new Map<string, Twin>();
    const isReplaced = all.has(id);
    all.set(id, { id, name: row.name, namespace: row.namespace, state: row.state });
    this.entries.set(endpoint, all);
    return isReplaced || all.size > MOST_TWINS + 2 ? [] : [...all.values()].filter((other) => other.id !== id);
  }

  /** Removes a row; returns its twins, whose marks change. */
  remove(row: Summary): Twin[] {
    const all = this.entries.get(endpointOf(row) ?? '');
    all?.delete(idOf(row));
    return [...(all?.values() ?? [])];
  }

  /** The row with the names of its twins: at most MOST_TWINS + 1, of which the last tells the view that there are others. */
  mark(row: Summary): Summary {
    const twins: string[] = [];
    for (const { id, name } of this.entries.get(endpointOf(row) ?? '')?.values() ?? []) {
      if (id !== idOf(row)) twins.push(name);
      if (twins.length > MOST_TWINS) break;
    }
    if (twins.length > 0) return { ...row, twins };
    if (row.twins === undefined) return row;
    const unmarked = { ...row };
    delete unmarked.twins;
    return unmarked;
  }
}

/** Marks each row with the names of its twins among the rows. */
export function markTwins(rows: readonly Summary[]): Summary[] {
  const twins = new Twins();
  for (const row of rows) twins.add(row);
  return rows.map((row) => twins.mark(row));
}
