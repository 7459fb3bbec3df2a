import { idOf } from '../../model/resource.js';
import type { Member } from '../../operations/fleet.js';
import type { Store, StoreEvent, WatchQuery } from '../../store/store.js';

/** `west · prod-eu`: the namespace and the context (or platform) for the header of a live screen. */
export function placeOf(store: Store, allNamespaces: boolean, unicode: boolean): string {
  const { namespace, context, platform } = store.where;
  return [allNamespaces ? 'all namespaces' : namespace, context ?? platform].join(unicode ? ' · ' : ' - ');
}

/** Checks whether the last resource disappeared because its namespace was deleted, which an empty table does not show. */
export class PlaceWatch {
  private readonly alive = new Set<string>();

  constructor(
    private readonly cluster: Pick<Member, 'open'>,
    private readonly query: WatchQuery,
  ) {}

  /** Returns the problem of the namespace after the event that deleted its last resource; undefined after other events. */
  async after(event: StoreEvent): Promise<string | undefined> {
    if (event.type === 'LOST' || event.type === 'SYNCED') return undefined;
    const { metadata } = event.object;
    const id = metadata.uid ?? idOf(metadata);
    if (event.type !== 'DELETED') this.alive.add(id);
    else this.alive.delete(id);
    if (event.type !== 'DELETED' || this.alive.size > 0 || this.query.allNamespaces) return undefined;
    return (await (await this.cluster.open()).placeProblem())?.message;
  }
}
