import { setTimeout as sleep } from 'node:timers/promises';
import { isFailure } from '../../../model/failure.js';
import type { Api } from '../http/api.js';
import { holdsListener, listSites, type Site } from '../facts.js';
import type { Tuning } from './list-watch.js';
import { skupperPath } from '../http/paths.js';
import { rawEvents } from './watch-stream.js';

/**
 * `Store.released`: waits until the status of no Site in the namespace has the router listener of the resource. Returns at
 * once if Sites cannot be read for a reason that lasts, such as a missing permission.
 */
export async function waitReleased(api: Api, name: string, signal: AbortSignal, tuning: Tuning): Promise<void> {
  while (!signal.aborted) {
    try {
      const { items, resourceVersion } = await listSites(api, api.namespace, signal);
      const sites = new Set(items.filter((site) => holdsListener(site, name)).map(uidOf));
      if (sites.size === 0 || (await watchUntilReleased(api, name, sites, resourceVersion, signal, tuning))) return;
    } catch (error) {
      if (isFailure(error, 'forbidden', 'unauthenticated', 'crd-missing', 'skupper-too-old', 'not-found', 'rejected'))
        return;
    }
    await sleep(tuning.backoffMs, undefined, { signal }).catch(() => undefined);
  }
}

const uidOf = (site: Site): string => site.metadata.uid ?? site.metadata.name;

/**
 * Watches the Sites until none has the listener.
 *
 * @param sites uids of the Sites that have it at `resourceVersion`
 * @returns false if the watch ended first
 */
async function watchUntilReleased(
  api: Api,
  name: string,
  sites: Set<string>,
  resourceVersion: string,
  signal: AbortSignal,
  tuning: Tuning,
): Promise<boolean> {
  const doing = { verb: 'watch', resource: 'sites' } as const;
  const query = { watch: '1', resourceVersion, timeoutSeconds: String(tuning.watchSeconds) };
  const call = { method: 'GET', path: skupperPath('sites', api.namespace), query } as const;
  const opened = await api.stream(doing, call, signal, tuning.watchSeconds * 1000 + tuning.slackMs);
  for await (const { type, object } of rawEvents<Site>(api, doing, opened)) {
    if (type !== 'DELETED' && holdsListener(object, name)) sites.add(uidOf(object));
    else sites.delete(uidOf(object));
    if (sites.size === 0) return true;
  }
  return false;
}
