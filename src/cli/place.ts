import type { Store } from '../store/store.js';

/** `west · prod-eu`: the namespace and the context (or platform) for the header of a live screen. */
export function placeOf(store: Store, allNamespaces: boolean, unicode: boolean): string {
  const { namespace, context, platform } = store.where;
  return [allNamespaces ? 'all namespaces' : namespace, context ?? platform].join(unicode ? ' · ' : ' - ');
}
