import { routesOf } from '../../model/routing.js';
import { isCurrent, summarise } from '../../model/summary.js';
import { shown } from '../formats.js';
import type { Inspection } from './inspect.js';

/** The version of the document below: it changes when a field is removed or changes its meaning. */
export const INSPECT_SCHEMA_VERSION = 1;

/** The document of `inspect -o json` for several resources (docs/schemas/inspect-list.schema.json). */
export function inspectDocuments(inspections: readonly Inspection[]): object {
  return { schemaVersion: INSPECT_SCHEMA_VERSION, resources: inspections.map(inspectDocument) };
}

/** The stable document that `inspect -o json` prints (docs/schemas/inspect.schema.json). Unknown values are null. */
export function inspectDocument({ resource, facts, verdict, findings, notes, without, place }: Inspection): object {
  const row = summarise(resource);
  const service = facts.service?.known ? facts.service.value : undefined;
  return {
    schemaVersion: INSPECT_SCHEMA_VERSION,
    verdict,
    where: { platform: place.platform, context: place.context ?? null, namespace: row.namespace },
    endpoint: {
      host: row.host,
      port: row.port,
      service: service ? { name: service.name, clusterIP: service.clusterIP ?? null, ports: service.ports } : null,
    },
    strategy: row.strategy ?? null,
    routingKeys: routesOf(resource, facts, without).map((route) => ({
      key: route.key,
      weight: route.weight ?? null,
      rank: route.rank ?? null,
      reachable: route.reachable ?? null,
      share: route.share ?? null,
      servedBy: route.servedBy?.map(({ site, connectors }) => ({ site, connectors: connectors ?? null })) ?? null,
      measured: route.measured ?? null,
      connections: route.connections ?? null,
      ...(without.length > 0 ? { shareWithout: route.shareWithout ?? null } : {}),
    })),
    ...(without.length > 0 ? { without } : {}),
    conditions: (resource.status?.conditions ?? []).map((condition) => ({
      ...condition,
      current: isCurrent(resource, condition),
    })),
    findings,
    notes,
    resource: shown(resource),
  };
}
