import type { Api, Doing } from './api.js';
import { Expired } from './errors.js';

/** What every object has; the rest is for the reader to know. */
export interface Item {
  apiVersion?: string;
  kind?: string;
  metadata: { name: string; namespace?: string; uid?: string; resourceVersion?: string };
}

/** A collection and who asks for it. */
export interface Collection {
  api: Api;
  doing: Doing;
  path: string;
  query: Readonly<Record<string, string | undefined>>;
  signal?: AbortSignal;
  /** The items' managedFields need not be read. */
  terse?: boolean;
}

interface Page<T> {
  kept: T[];
  resourceVersion: string;
}

/** The first page is small, so that its rows can be shown soon; each costs the server some tens of milliseconds anew. */
const FIRST_PAGE = 500;
const LARGEST_PAGE = 2500;
/** How long a page may take, in milliseconds: far below what bounds a request, also where the next one is slower. */
const PAGE_MS = 1000;
const RESTARTS = 3;

/**
 * All items of a collection, as one state of it.
 *
 * @returns the items as the server orders them, and the resourceVersion to watch from
 * @throws Failure
 */
export async function listAll<T extends Item>(
  api: Api,
  doing: Doing,
  path: string,
  query: Readonly<Record<string, string | undefined>>,
  signal?: AbortSignal,
): Promise<{ items: T[]; resourceVersion: string }> {
  for (let attempt = 1; ; attempt++) {
    try {
      const items: T[] = [];
      let version = '';
      for await (const page of pagesOf({ api, doing, path, query, signal }, (item) => item as T)) {
        for (const item of page.kept) items.push(item);
        version = page.resourceVersion;
      }
      return { items, resourceVersion: version };
    } catch (error) {
      // The list was compacted away between two pages.
      if (!(error instanceof Expired) || attempt === RESTARTS) throw error;
    }
  }
}

/**
 * What is kept of the items of a collection, page by page as they arrive. Where the server no longer holds
 * the list from which pages were given out, the rest is that of a newer one: nothing comes twice.
 *
 * @param keep called while a page arrives; what it does not return is forgotten
 * @throws Failure
 */
export async function* listPages<T>(collection: Collection, keep: (item: Item) => T): AsyncGenerator<T[]> {
  let last = '';
  for (let attempt = 1; ; attempt++) {
    const after = last;
    let newest = last;
    const unseen = (item: Item): T | undefined => {
      const key = keyOf(item);
      if (key <= after) return undefined;
      newest = key;
      return keep(item);
    };
    try {
      for await (const { kept } of pagesOf(collection, unseen)) {
        last = newest;
        yield kept;
      }
      return;
    } catch (error) {
      if (!(error instanceof Expired) || attempt === RESTARTS) throw error;
    }
  }
}

/** As etcd orders objects: by code unit. */
const keyOf = ({ metadata: { namespace = '', name } }: Item): string => `${namespace}/${name}`;

async function* pagesOf<T>(
  { api, doing, path, query, signal, terse }: Collection,
  keep: (item: Item) => T | undefined,
): AsyncGenerator<Page<T>> {
  let token: string | undefined;
  let limit = FIRST_PAGE;
  do {
    const began = Date.now();
    const call = { method: 'GET', path, query: { ...query, limit: String(limit), continue: token } } as const;
    const { kept, list } = await api.items(doing, call, keep as (item: object) => T | undefined, { signal, terse });
    const { metadata } = list as { metadata?: { continue?: string; resourceVersion?: string } };
    token = metadata?.continue || undefined;
    limit = nextLimit(limit, Date.now() - began);
    yield { kept, resourceVersion: metadata?.resourceVersion ?? '' };
  } while (token !== undefined);
}

/** As many items as came in that time, scaled to the time a page may take. */
function nextLimit(limit: number, tookMs: number): number {
  const fitting = Math.floor((limit * PAGE_MS) / Math.max(tookMs, 1));
  return Math.min(LARGEST_PAGE, Math.max(FIRST_PAGE, fitting));
}
