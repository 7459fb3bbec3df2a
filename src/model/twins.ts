import { idOf } from './resource.js';
import type { Summary } from './summary.js';

/** What is remembered of a row: enough to name it. */
export type Twin = Pick<Summary, 'name' | 'state'> & { id: string };

/** At most so many names are given; with more a row says that there are others. */
export const MOST_TWINS = 3;

/** Only one of two resources of a namespace with one host and port is served; one that is being deleted makes room. */
function endpointOf({ namespace, host, port, state }: Summary): string | undefined {
  return host === '' || port === 0 || state === 'Deleting' ? undefined : `${namespace} ${host} ${port}`;
}

/** Rows by their host and port, to find those that share one. */
export class Twins {
  private readonly entries = new Map<string, Map<string, Twin>>();

  /** Takes a row in; returns those that have to be marked anew for it: none once they name as many as a row names. */
  add(row: Summary): Twin[] {
    const endpoint = endpointOf(row);
    if (endpoint === undefined) return [];
    const id = idOf(row);
    const all = this.entries.get(endpoint) ?? new Map<string, Twin>();
    const known = all.has(id);
    all.set(id, { id, name: row.name, state: row.state });
    this.entries.set(endpoint, all);
    return known || all.size > MOST_TWINS + 2 ? [] : [...all.values()].filter((other) => other.id !== id);
  }

  /** Forgets a row; returns those that shared its host and port. */
  remove(row: Summary): Twin[] {
    const all = this.entries.get(endpointOf(row) ?? '');
    all?.delete(idOf(row));
    return [...(all?.values() ?? [])];
  }

  /** The same row with some of the names that share its host and port: one more than are shown, where there are more. */
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

/** The rows, those that share a host and port with another of them marked. */
export function markTwins(rows: readonly Summary[]): Summary[] {
  const twins = new Twins();
  for (const row of rows) twins.add(row);
  return rows.map((row) => twins.mark(row));
}
