import { Failure, isFailure } from '../model/failure.js';
import type { MultiKeyListener } from '../model/resource.js';
import type { Store } from '../store/store.js';
import { nameSuggester } from './suggest.js';

/** The flags that choose resources by something else than their names. */
export interface Choice {
  selector?: string;
  'all-namespaces'?: boolean;
}

/** The sentence for a list in which nothing was found: where was looked, and for what. */
export function emptyText({ where }: Pick<Store, 'where'>, flags: Choice): string {
  const place = flags['all-namespaces'] ? 'any namespace' : `namespace ${where.namespace}`;
  const which = flags.selector === undefined ? '' : ` with labels ${flags.selector}`;
  const at = where.context ? `context ${where.context}` : (where.folder ?? where.platform);
  return `No multikeylisteners${which} in ${place} (${at}).`;
}

/** Throws `usage` where names are given together with flags that choose resources themselves. */
export function refuseNamesWith(names: readonly string[], flags: Choice): void {
  if (names.length === 0 || (flags.selector === undefined && !flags['all-namespaces'])) return;
  throw new Failure('usage', 'names cannot be combined with --selector or --all-namespaces', {
    hint: 'Use one or the other.',
  });
}

/** What was found, and a failure for each name that was not. */
export interface Found {
  resources: MultiKeyListener[];
  failures: Failure[];
}

/**
 * The resources of these names, each asked for by itself so that a missing one does not hide the others;
 * without names all that the flags choose.
 *
 * @param router ask the site's router for their status
 */
export async function readResources(
  store: Store,
  names: readonly string[],
  { signal, router = true, ...flags }: Choice & { signal: AbortSignal; router?: boolean },
): Promise<Found> {
  if (names.length === 0) {
    const resources = await store.list({
      selector: flags.selector,
      allNamespaces: flags['all-namespaces'],
      signal,
      router,
    });
    return { resources, failures: [] };
  }
  const suggest = nameSuggester(store, signal);
  const results = await Promise.all(
    names.map((name) =>
      store.get(name, { signal, router }).catch(async (thrown: unknown) => {
        const error = await suggest(name, thrown);
        if (isFailure(error)) return error;
        throw error;
      }),
    ),
  );
  return {
    resources: results.filter((result): result is MultiKeyListener => !(result instanceof Failure)),
    failures: results.filter((result): result is Failure => result instanceof Failure),
  };
}

/** The same for one of several clusters: a name that is missing is a failure of its own, every other failure is one of the cluster and thrown. */
export async function readOrFail(...request: Parameters<typeof readResources>): Promise<Found> {
  const found = await readResources(...request);
  const other = found.failures.find(({ code }) => code !== 'not-found');
  if (other) throw other;
  return found;
}
