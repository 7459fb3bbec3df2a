import { Failure, isFailure } from '../model/failure.js';
import type { MultiKeyListener } from '../model/resource.js';
import type { Store } from '../store/store.js';
import { nameSuggester } from './suggest.js';

/** The flags that choose resources other than by name. */
export interface Choice {
  selector?: string;
  'all-namespaces'?: boolean;
}

/** The sentence for an empty list; it names the place and the selector. */
export function emptyText({ where }: Pick<Store, 'where'>, flags: Choice): string {
  const place = flags['all-namespaces'] ? 'any namespace' : `namespace ${where.namespace}`;
  const which = flags.selector === undefined ? '' : ` with labels ${flags.selector}`;
  const at = where.context ? `context ${where.context}` : (where.folder ?? where.platform);
  return `No multikeylisteners${which} in ${place} (${at}).`;
}

/** Throws `usage` if names are combined with --selector or --all-namespaces. */
export function refuseNamesWith(names: readonly string[], flags: Choice): void {
  if (names.length === 0 || (flags.selector === undefined && !flags['all-namespaces'])) return;
  throw new Failure('usage', 'names cannot be combined with --selector or --all-namespaces', {
    hint: 'Use one or the other.',
  });
}

/** The resources that were found, and a failure for each name that could not be read. */
export interface Found {
  resources: MultiKeyListener[];
  failures: Failure[];
}

/**
 * Reads the resources with these names, one request for each, so that a missing one does not hide the others. Without names
 * lists the resources that the flags choose.
 *
 * @param router ask the router of a system site for their status
 * @throws Failure what listing throws; failures of single names are returned
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

/** As `readResources`, for one of several clusters: returns only `not-found` failures, and throws any other. */
export async function readOrFail(...request: Parameters<typeof readResources>): Promise<Found> {
  const found = await readResources(...request);
  const other = found.failures.find(({ code }) => code !== 'not-found');
  if (other) throw other;
  return found;
}
