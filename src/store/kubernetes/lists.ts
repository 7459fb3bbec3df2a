import type { Api, Doing } from './api.js';
import { Expired } from './errors.js';

/** What every object has; the rest is for the reader to know. */
export interface Item {
  apiVersion?: string;
  kind?: string;
  metadata: { name: string; namespace?: string; uid?: string; resourceVersion?: string };
}

interface Page<T> {
  items?: T[] | null;
  metadata?: { continue?: string; resourceVersion?: string };
}

const PAGE = '500';
const RESTARTS = 3;

/**
 * All items of a collection, page by page.
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
      return await allPages<T>(api, doing, path, query, signal);
    } catch (error) {
      // The list was compacted away between two pages.
      if (!(error instanceof Expired) || attempt === RESTARTS) throw error;
    }
  }
}

async function allPages<T extends Item>(
  api: Api,
  doing: Doing,
  path: string,
  query: Readonly<Record<string, string | undefined>>,
  signal?: AbortSignal,
): Promise<{ items: T[]; resourceVersion: string }> {
  const items: T[] = [];
  let token: string | undefined;
  for (;;) {
    const call = { method: 'GET', path, query: { ...query, limit: PAGE, continue: token } } as const;
    const page = (await api.json(doing, call, signal)) as Page<T>;
    for (const item of page.items ?? []) items.push(item);
    token = page.metadata?.continue || undefined;
    if (token === undefined) return { items, resourceVersion: page.metadata?.resourceVersion ?? '' };
  }
}
