import type { Facts, NetworkSite, SiteFact } from './facts.js';

/** A site of the network that serves a routing key. */
export interface Server {
  site: string;
  /** The number of its connectors for the key; undefined if not known. */
  connectors?: number;
}

/** The Site whose condition Configured is True; only this one publishes the network. */
export function activeSite(facts: Facts | undefined): SiteFact | undefined {
  return facts?.sites.known ? facts.sites.value.find((site) => site.configured) : undefined;
}

/** The network that the active Site publishes; undefined if there is none. */
export function networkOf(facts: Facts | undefined): readonly NetworkSite[] | undefined {
  return activeSite(facts)?.network;
}

/**
 * The sites with a connector for a routing key. The order of `Site.status.network[]` is random, and a site with high
 * availability has several entries in it, so the entries of a site are merged, and the sites are sorted by their number of
 * connectors (largest first) and then by name.
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

/** The routing keys with at least one connector in the network. */
export function servedKeys(network: readonly NetworkSite[]): Set<string> {
  const served = network.flatMap((site) => site.services.filter((service) => service.connectors.length > 0));
  return new Set(served.map((service) => service.routingKey));
}

/**
 * Whether the local router has the listener (`multiAddress/<name>`) for a routing key, from the Site's published network.
 * Undefined if that does not have an entry for the local site.
 */
export function appliedLocally(site: SiteFact | undefined, name: string, key: string): boolean | undefined {
  const local = site?.network?.filter((record) => record.id === site.uid) ?? [];
  if (local.length === 0) return undefined;
  const services = local.flatMap((record) => record.services.filter((service) => service.routingKey === key));
  return services.some((service) => service.listeners.includes(`multiAddress/${name}`));
}
