import { setTimeout as sleep } from 'node:timers/promises';
import { isFailure } from '../../../model/failure.js';
import type { Api } from '../http/api.js';
import { holdsListener, listSites, type Site } from '../facts.js';
import type { Tuning } from './list-watch.js';
import { skupperPath } from '../http/paths.js';
import { rawEvents } from './watch-stream.js';

/**
 * `Store.released`: waits until no Site of the namespace shows the router
 * listener of that resource. Where Sites cannot be read, or are lost for good,
 * there is nothing to wait for.
 */
export async function waitReleased(api: Api, name: string, signal: AbortSignal, tuning: Tuning): Promise<void> {
  while (!signal.aborted) {
    try {
      const { items, resourceVersion } = await listSites(api, api.namespace, signal);
      const holding = new Set(items.filter((site) => holdsListener(site, name)).map(uidOf));
      if (holding.size === 0 || (await watchUntilFree(api, name, holding, resourceVersion, signal, tuning))) return;
    } catch (error) {
      if (isFailure(error, 'forbidden', 'unauthenticated', 'crd-missing', 'skupper-too-old', 'not-found', 'rejected'))
        return;
    }
    await sleep(tuning.backoffMs, undefined, { signal }).catch(() => undefined);
  }
}

const uidOf = (site: Site): string => site.metadata.uid ?? site.metadata.name;

/** @returns false when the watch ended first */
async function watchUntilFree(
  api: Api,
  name: string,
  holding: Set<string>,
  resourceVersion: string,
  signal: AbortSignal,
  tuning: Tuning,
): Promise<boolean> {
  const doing = { verb: 'watch', resource: 'sites' } as const;
  const query = { watch: '1', resourceVersion, timeoutSeconds: String(tuning.watchSeconds) };
  const call = { method: 'GET', path: skupperPath('sites', api.namespace), query } as const;
  const opened = await api.stream(doing, call, signal, tuning.watchSeconds * 1000 + tuning.slackMs);
  for await (const { type, object } of rawEvents<Site>(api, doing, opened)) {
    if (type !== 'DELETED' && holdsListener(object, name)) holding.add(uidOf(object));
    else holding.delete(uidOf(object));
    if (holding.size === 0) return true;
  }
  return false;
}
