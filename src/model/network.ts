import type { Facts, NetworkSite, SiteFact } from './facts.js';

/** A site of the network that serves a routing key. */
export interface Server {
  site: string;
  /** How many connectors it has for the key; undefined where that is not known. */
  connectors?: number;
}

/** The active Site: the one whose condition Configured is True, and so the one that publishes the network. */
export function activeSite(facts: Facts | undefined): SiteFact | undefined {
  return facts?.sites.known ? facts.sites.value.find((site) => site.configured) : undefined;
}

/** The network as the active Site tells it; undefined where nobody publishes one. */
export function networkOf(facts: Facts | undefined): readonly NetworkSite[] | undefined {
  return activeSite(facts)?.network;
}

/**
 * Which sites serve a routing key: those with a connector for it. The order of
 * `Site.status.network[]` is random and high-availability sites repeat entries, so
 * entries of one site are merged and sorted, the most connectors first.
 */
export function serversOf(network: readonly NetworkSite[], key: string): Required<Server>[] {
  const sites = new Map<string, { site: string; connectors: Set<string> }>();
  for (const site of network) {
    for (const service of site.services) {
      if (service.routingKey !== key || service.connectors.length === 0) continue;
      const entry = sites.get(site.id) ?? { site: site.name, connectors: new Set<string>() };
      for (const connector of service.connectors) entry.connectors.add(connector);
      sites.set(site.id, entry);
    }
  }
  return [...sites.values()]
    .map(({ site, connectors }) => ({ site, connectors: connectors.size }))
    .sort((a, b) => b.connectors - a.connectors || (a.site < b.site ? -1 : 1));
}

/** The routing keys that some connector of the network serves. */
export function servedKeys(network: readonly NetworkSite[]): Set<string> {
  const served = network.flatMap((site) => site.services.filter((service) => service.connectors.length > 0));
  return new Set(served.map((service) => service.routingKey));
}

/**
 * Whether the local router holds the listener for a routing key
 * (`multiAddress/<name>`); undefined where the local record is not published.
 */
export function appliedLocally(site: SiteFact | undefined, name: string, key: string): boolean | undefined {
  const local = site?.network?.filter((record) => record.id === site.uid) ?? [];
  if (local.length === 0) return undefined;
  const services = local.flatMap((record) => record.services.filter((service) => service.routingKey === key));
  return services.some((service) => service.listeners.includes(`multiAddress/${name}`));
}
