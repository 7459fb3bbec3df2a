import { isFailure } from '../../../model/failure.js';
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
  /** All of the collection, also what came before. */
  whole: boolean;
}

/** The first page is small, so that its rows can be shown soon. */
const FIRST_PAGE = 500;
/**
 * Up to so many items the rest is asked for without pages, with the first ones again: a server answers that from its cache,
 * and goes to etcd for each further page (measured with 10,000: a fourth of its time).
 */
const LARGEST_WHOLE = 20_000;
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
      // The list was compacted away between two pages.
      if (!(error instanceof Expired) || attempt === RESTARTS) throw error;
    }
  }
}

/**
 * What is kept of the items of a collection, page by page as they arrive. The later pages may be of a
 * newer state of it: nothing comes twice, and nothing is left out that was there all the time.
 *
 * @param keep called while a page arrives; what it does not return is forgotten
 * @throws Failure
 */
export async function* listPages<T>(collection: Collection, keep: (item: Item) => T): AsyncGenerator<T[]> {
  let last = '';
  let newest = '';
  const any = (item: Item): T => {
    newest = keyOf(item);
    return keep(item);
  };
  const unseen = (item: Item): T | undefined => (keyOf(item) > last ? any(item) : undefined);
  for (let attempt = 1; ; attempt++) {
    try {
      for await (const { kept } of pagesOf(collection, attempt === 1 ? any : unseen, unseen)) {
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

type Keep<T> = (item: Item) => T | undefined;

/** @param keepOfWhole takes the place of `keep` for a page that begins anew */
async function* pagesOf<T>(collection: Collection, keep: Keep<T>, keepOfWhole: Keep<T>): AsyncGenerator<Page<T>> {
  let limit = FIRST_PAGE;
  let began = Date.now();
  let page = await ask(collection, keep, { limit: String(limit) });
  yield page;
  if (page.token === undefined) return;
  if (page.remaining <= LARGEST_WHOLE) {
    const whole = await ask(collection, keepOfWhole, {}).catch((error: unknown) => {
      // Over a slow line pages still come in time.
      if (isFailure(error, 'request-timeout')) return undefined;
      throw error;
    });
    if (whole) return yield { ...whole, whole: true };
    // The pages start small again.
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
    // With a selector the server does not count.
    remaining: metadata?.remainingItemCount ?? 0,
  };
}

/** As many items as came in that time, scaled to the time a page may take. */
function nextLimit(limit: number, tookMs: number): number {
  const fitting = Math.floor((limit * PAGE_MS) / Math.max(tookMs, 1));
  return Math.min(LARGEST_PAGE, Math.max(FIRST_PAGE, fitting));
}
