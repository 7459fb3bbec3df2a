import { isFailure, type Failure } from '../model/failure.js';
import type { Store } from '../store/store.js';
import { inTurns } from '../util/in-turns.js';

/** The number of clusters that are asked at the same time. */
export const CLUSTERS_AT_ONCE = 8;

/** One cluster of several, named by its kubeconfig context. */
export interface Member {
  context: string;
  /** @throws Failure if the kubeconfig has no usable cluster or user for the context */
  open(): Promise<Store>;
}

/** The result of reading one cluster: a value, or the failure. */
export type Part<T> = { context: string; server?: string } & (
  { value: T; failure?: undefined } | { value?: undefined; failure: Failure }
);

/**
 * Reads several clusters in parallel. A cluster that cannot be read becomes a part with a failure; the other parts are
 * complete.
 *
 * @param read reads one cluster
 * @returns one part for each member, in the order of the members
 * @throws Failure `interrupted`; every other Failure goes into its part
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
