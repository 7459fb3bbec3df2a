import { isFailure, type Failure } from '../model/failure.js';
import type { Store } from '../store/store.js';
import { inTurns } from '../util/in-turns.js';

/** So many clusters are asked at the same time. */
export const CLUSTERS_AT_ONCE = 8;

/** One cluster of several, named by its kubeconfig context. */
export interface Member {
  context: string;
  /** @throws Failure where the kubeconfig does not say how to reach it */
  open(): Promise<Store>;
}

/** What was read of one cluster, or why nothing was. */
export type Part<T> = { context: string; server?: string } & (
  { value: T; failure?: undefined } | { value?: undefined; failure: Failure }
);

/**
 * Reads several clusters side by side. One that cannot be read keeps nobody waiting longer than its own time, and hides
 * nothing of the others.
 *
 * @param read what is read of one cluster
 * @returns a part for each member, in their order
 * @throws Failure `interrupted` only
 */
export function readFleet<T>(members: readonly Member[], read: (store: Store) => Promise<T>): Promise<Part<T>[]> {
  return inTurns(members, CLUSTERS_AT_ONCE, async ({ context, open }): Promise<Part<T>> => {
    let server: string | undefined;
    try {
      const store = await open();
      server = store.where.server;
      return { context, server, value: await read(store) };
    } catch (error) {
      if (!isFailure(error) || error.code === 'interrupted') throw error;
      return { context, server, failure: error };
    }
  });
}
