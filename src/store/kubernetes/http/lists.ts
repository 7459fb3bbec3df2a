import { isFailure } from '../../../model/failure.js';
import type { Api, Doing } from './api.js';
import { Expired } from './errors.js';

/** The members that every object has. */
export interface Item {
  apiVersion?: string;
  kind?: string;
  metadata: { name: string; namespace?: string; uid?: string; resourceVersion?: string };
}

/** A request for a collection of objects. */
export interface Collection {
  api: Api;
  doing: Doing;
  path: string;
  query: Readonly<Record<string, string | undefined>>;
  signal?: AbortSignal;
  /** Skip the managedFields of the items. */
  terse?: boolean;
}

interface Page<T> {
  kept: T[];
  resourceVersion: string;
  /** True if this is the whole collection, with the items of earlier pages. */
  whole: boolean;
}

/** The number of items in the first page. It is small, so that its rows can be shown soon. */
const FIRST_PAGE = 500;
/**
 * If at most this many items remain after the first page, the whole collection is requested without pages: the server answers
 * that from its cache, while it reads each further page from etcd (with 10,000 items it took a quarter of the time).
 */
const LARGEST_WHOLE = 20_000;
const LARGEST_PAGE = 2500;
/** Intended time for one page, in milliseconds: far below the timeout of a request, even if the next page is slower. */
const PAGE_MS = 1000;
const RESTARTS = 3;

/**
 * Lists a collection. All items are of the same state of the collection.
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
      let items: T[] = [];
      let version = '';
      const all = (item: Item): T => item as T;
      for await (const page of pagesOf({ api, doing, path, query, signal }, all, all)) {
        if (page.whole) items = page.kept;
        else for (const item of page.kept) items.push(item);
        version = page.resourceVersion;
      }
      return { items, resourceVersion: version };
    } catch (error) {
      // Expired: etcd has compacted the state of the first page, so the list begins again.
      if (!(error instanceof Expired) || attempt === RESTARTS) throw error;
    }
  }
}

/**
 * Lists a collection and yields its pages as they arrive. Later pages may be of a newer state of the collection, but no item
 * is yielded twice, and every item that exists all the time is yielded.
 *
 * @param keep turns an item into the value to yield, while its page arrives
 * @throws Failure
 */
export async function* listPages<T>(collection: Collection, keep: (item: Item) => T): AsyncGenerator<T[]> {
  let last = '';
  let newest = '';
  const keepAny = (item: Item): T => {
    newest = keyOf(item);
    return keep(item);
  };
  const keepUnseen = (item: Item): T | undefined => (keyOf(item) > last ? keepAny(item) : undefined);
  for (let attempt = 1; ; attempt++) {
    try {
      for await (const { kept } of pagesOf(collection, attempt === 1 ? keepAny : keepUnseen, keepUnseen)) {
        last = newest;
        yield kept;
      }
      return;
    } catch (error) {
      if (!(error instanceof Expired) || attempt === RESTARTS) throw error;
    }
  }
}

/** The key by which etcd orders objects. */
const keyOf = ({ metadata: { namespace = '', name } }: Item): string => `${namespace}/${name}`;

type Keep<T> = (item: Item) => T | undefined;

/** @param keepOfWhole used instead of `keep` for a page that has the whole collection, and so begins at its first item again */
async function* pagesOf<T>(collection: Collection, keep: Keep<T>, keepOfWhole: Keep<T>): AsyncGenerator<Page<T>> {
  let limit = FIRST_PAGE;
  let began = Date.now();
  let page = await ask(collection, keep, { limit: String(limit) });
  yield page;
  if (page.token === undefined) return;
  if (page.remaining <= LARGEST_WHOLE) {
    const whole = await ask(collection, keepOfWhole, {}).catch((error: unknown) => {
      // On a slow line the whole collection may take too long, but pages do not.
      if (isFailure(error, 'request-timeout')) return undefined;
      throw error;
    });
    if (whole) return yield { ...whole, whole: true };
    // As if the last page had been very slow, so that the pages start small again.
    began = 0;
  }
  while (page.token !== undefined) {
    limit = nextLimit(limit, Date.now() - began);
    began = Date.now();
    page = await ask(collection, keep, { limit: String(limit), continue: page.token });
    yield page;
  }
}

async function ask<T>(
  { api, doing, path, query, signal, terse }: Collection,
  keep: Keep<T>,
  part: { limit?: string; continue?: string },
): Promise<Page<T> & { token: string | undefined; remaining: number }> {
  const call = { method: 'GET', path, query: { ...query, ...part } } as const;
  const { kept, list } = await api.items(doing, call, keep as (item: object) => T | undefined, { signal, terse });
  type Metadata = { continue?: string; remainingItemCount?: number; resourceVersion?: string };
  const { metadata } = list as { metadata?: Metadata };
  return {
    kept,
    resourceVersion: metadata?.resourceVersion ?? '',
    whole: false,
    token: metadata?.continue || undefined,
    // With a selector the server does not send remainingItemCount.
    remaining: metadata?.remainingItemCount ?? 0,
  };
}

/** The size of the next page: the number of items that arrive in PAGE_MS at the speed of the last page, within the limits. */
function nextLimit(limit: number, tookMs: number): number {
  const fitting = Math.floor((limit * PAGE_MS) / Math.max(tookMs, 1));
  return Math.min(LARGEST_PAGE, Math.max(FIRST_PAGE, fitting));
}
