import { join } from 'node:path';

import type { NetworkService, NetworkSite } from '../../model/facts.js';
import { loadYaml } from '../../yaml/load.js';
import { isData, member } from './files/documents.js';
import type { Paths } from './files/paths.js';
import { readText } from './files/read-resources.js';

/** The file that Skupper's system controller writes on podman and docker sites, with the types of pkg/network/types.go as JSON. */
const FILE = 'ConfigMap-skupper-network-status.yaml';

/**
 * The sites of the network with the services of each; undefined if the network is not published, as on linux.
 *
 * @throws Failure if the file cannot be read or is not YAML
 */
export async function readNetwork(paths: Paths): Promise<NetworkSite[] | undefined> {
  const path = join(paths.runtime, FILE);
  const text = await readText(path);
  if (text === undefined) return undefined;
  const json = member(member(loadYaml(text, { what: path })[0], 'data'), 'NetworkStatus');
  if (typeof json !== 'string' || json === '') return undefined;
  const [status] = loadYaml(json, { what: `NetworkStatus in ${path}` });
  return list(status, 'siteStatus').map((entry) => {
    const site = member(entry, 'site');
    const platform = textOf(site, 'platform');
    return {
      id: textOf(site, 'identity'),
      name: textOf(site, 'name'),
      ...(platform === '' ? {} : { platform }),
      services: services(list(entry, 'routerStatus')),
    };
  });
}

/** One service for each routing key of the connectors and listeners of a site's routers, sorted by routing key. */
function services(routers: readonly unknown[]): NetworkService[] {
  const byKey = new Map<string, NetworkService>();
  for (const role of ['connectors', 'listeners'] as const) {
    for (const item of routers.flatMap((router) => list(router, role))) {
      const routingKey = textOf(item, 'address');
      const service = byKey.get(routingKey) ?? { routingKey, connectors: [], listeners: [] };
      service[role].push(textOf(item, 'name') || textOf(item, 'process') || textOf(item, 'target') || routingKey);
      byKey.set(routingKey, service);
    }
  }
  byKey.delete('');
  return [...byKey.values()].sort((a, b) => (a.routingKey < b.routingKey ? -1 : 1));
}

function list(value: unknown, name: string): unknown[] {
  const found = member(value, name);
  return Array.isArray(found) ? found.filter(isData) : [];
}

function textOf(value: unknown, name: string): string {
  const found = member(value, name);
  return typeof found === 'string' ? found : '';
}
