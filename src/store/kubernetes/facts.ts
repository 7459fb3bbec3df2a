import { isFailure } from '../../model/failure.js';
import type { Endpoint, Fact, Facts, NetworkSite, SecretFact, ServiceFact, SiteFact } from '../../model/facts.js';
import { PLURAL, type MultiKeyListener } from '../../model/resource.js';
import type { Api } from './http/api.js';
import { listAll, type Item } from './http/lists.js';
import { corePath, isPathName, skupperPath } from './http/paths.js';

/** The fields of a Site that are read here (Skupper's v2alpha1 API types). The server omits empty lists. */
export interface Site extends Item {
  status?: {
    conditions?: { type?: string; status?: string }[];
    controller?: { version?: string };
    network?: {
      id?: string;
      name?: string;
      platform?: string;
      services?: { routingKey?: string; connectors?: string[]; listeners?: string[] }[];
    }[];
  };
}

interface Service extends Item {
  metadata: Item['metadata'] & { annotations?: Record<string, string> };
  spec?: { clusterIP?: string; ports?: { name?: string; port: number }[] };
}

/** A server-side Table: the columns that kubectl prints, which never include the data of a Secret. */
interface Table {
  columnDefinitions?: { name?: string }[];
  rows?: { cells?: unknown[] }[];
}

const CONTROLLED = 'internal.skupper.io/controlled';

/** Requests for the surroundings of a resource that have been sent. Each promise resolves to a fact and is never rejected. */
export interface Ahead {
  /** The name of the requested Service. */
  host: string;
  listeners: Promise<Fact<Endpoint[]>>;
  siblings: Promise<Fact<Endpoint[]>>;
  sites: Promise<Fact<SiteFact[]>>;
  service: Promise<Fact<ServiceFact | null>>;
}

/**
 * Sends the requests for the facts of a resource before the resource itself is read: all but the one for its Secret.
 *
 * @param host the expected spec.host
 */
export function askAhead(api: Api, host: string, signal?: AbortSignal): Ahead {
  return {
    host,
    listeners: known(() => endpoints(api, 'Listener', 'listeners', api.namespace, signal)),
    siblings: known(() => endpoints(api, 'MultiKeyListener', PLURAL, api.namespace, signal)),
    sites: known(() => siteFacts(api, api.namespace, signal)),
    service: known(() => serviceFact(api, host, signal)),
  };
}

/**
 * The facts about the surroundings of a resource, read in parallel. A fact that cannot be read (403, missing API, no answer)
 * has the reason; nothing is thrown.
 *
 * @param ahead requests that have been sent already; that for the Service is repeated if it has another name than expected
 */
export async function gatherFacts(
  api: Api,
  resource: MultiKeyListener,
  signal?: AbortSignal,
  ahead = askAhead(api, resource.spec.host, signal),
): Promise<Facts> {
  const { host, tlsCredentials } = resource.spec;
  const [listeners, siblings, sites, service, secret] = await Promise.all([
    ahead.listeners,
    ahead.siblings,
    ahead.sites,
    ahead.host === host ? ahead.service : known(() => serviceFact(api, host, signal)),
    tlsCredentials ? known(() => secretFact(api, tlsCredentials, signal)) : undefined,
  ]);
  return { endpoints: both(listeners, siblings, resource.metadata.name), sites, service, ...(secret && { secret }) };
}

/** The value of a request as a known fact, or its error as an unknown one. */
export async function known<T>(ask: () => Promise<T>): Promise<Fact<T>> {
  try {
    return { known: true, value: await ask() };
  } catch (error) {
    return { known: false, why: error instanceof Error ? error.message : String(error) };
  }
}

function both(listeners: Fact<Endpoint[]>, siblings: Fact<Endpoint[]>, own: string): Fact<Endpoint[]> {
  if (!listeners.known) return listeners;
  if (!siblings.known) return siblings;
  return { known: true, value: [...listeners.value, ...siblings.value.filter(({ name }) => name !== own)] };
}

/** An object with its namespace, for lists over several namespaces. */
export type InNamespace<T> = T & { namespace?: string };

/** The hosts and ports of all resources of one kind in a namespace, or without a namespace in all namespaces. */
export async function endpoints(
  api: Api,
  kind: Endpoint['kind'],
  plural: string,
  namespace: string | undefined,
  signal?: AbortSignal,
): Promise<InNamespace<Endpoint>[]> {
  type Listener = Item & { spec?: { host?: string; port?: number } };
  const path = skupperPath(plural, namespace);
  const { items } = await listAll<Listener>(api, { verb: 'list', resource: plural }, path, {}, signal);
  return items.map(({ metadata, spec }) => ({
    kind,
    name: metadata.name,
    namespace: metadata.namespace,
    host: spec?.host ?? '',
    port: spec?.port ?? 0,
    source: 'cluster',
  }));
}

/** The Sites in a namespace, or without a namespace in all namespaces. */
export async function siteFacts(
  api: Api,
  namespace: string | undefined,
  signal?: AbortSignal,
): Promise<InNamespace<SiteFact>[]> {
  const { items } = await listSites(api, namespace, signal);
  return items.map((site) => ({
    name: site.metadata.name,
    namespace: site.metadata.namespace,
    uid: site.metadata.uid,
    configured: isConfigured(site),
    controllerVersion: site.status?.controller?.version,
    network: network(site),
  }));
}

/** The Sites in a namespace (undefined: in all namespaces), and the resourceVersion to watch them from. */
export function listSites(
  api: Api,
  namespace: string | undefined,
  signal?: AbortSignal,
): Promise<{ items: Site[]; resourceVersion: string }> {
  return listAll<Site>(api, { verb: 'list', resource: 'sites' }, skupperPath('sites', namespace), {}, signal);
}

/** The active Site is the one whose condition Configured is True. */
function isConfigured(site: Site): boolean {
  return site.status?.conditions?.some(({ type, status }) => type === 'Configured' && status === 'True') ?? false;
}

function network(site: Site): NetworkSite[] | undefined {
  return site.status?.network?.map(({ id, name, platform, services }) => ({
    id: id ?? '',
    name: name ?? '',
    platform,
    services: (services ?? []).map(({ routingKey, connectors, listeners }) => ({
      routingKey: routingKey ?? '',
      connectors: connectors ?? [],
      listeners: listeners ?? [],
    })),
  }));
}

/** True if a Site's status still has the resource's router listener in its entry for the local site. */
export function holdsListener(site: Site, name: string): boolean {
  const local = network(site)?.filter(({ id }) => id === site.metadata.uid) ?? [];
  return local.some(({ services }) => services.some(({ listeners }) => listeners.includes(`multiAddress/${name}`)));
}

async function serviceFact(api: Api, name: string, signal?: AbortSignal): Promise<ServiceFact | null> {
  const found = (await getCore(api, 'services', name, {}, signal)) as Service | null;
  return found && asServiceFact(found);
}

function asServiceFact({ metadata, spec }: Service): ServiceFact {
  return {
    name: metadata.name,
    controlled: metadata.annotations?.[CONTROLLED] === 'true',
    clusterIP: spec?.clusterIP,
    ports: (spec?.ports ?? []).map(({ name, port }) => ({ name, port })),
  };
}

/** The Services in a namespace, or without a namespace in all namespaces. */
export async function serviceFacts(
  api: Api,
  namespace: string | undefined,
  signal?: AbortSignal,
): Promise<InNamespace<ServiceFact>[]> {
  const path = corePath('services', namespace);
  const { items } = await listAll<Service>(api, { verb: 'list', resource: 'services' }, path, {}, signal);
  return items.map((item) => ({ ...asServiceFact(item), namespace: item.metadata.namespace }));
}

/** Requests only the columns of a Table, so that the data of a Secret is never sent to this process. */
const AS_TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io', query: { includeObject: 'None' } };

async function secretFact(api: Api, name: string, signal?: AbortSignal): Promise<SecretFact | null> {
  const table = (await getCore(api, 'secrets', name, AS_TABLE, signal)) as Table | null;
  if (!table) return null;
  const [secret] = secretsOf(table);
  if (secret === undefined) throw new Error(`the server does not report the type of Secret "${name}"`);
  return { name, type: secret.type };
}

/** The names and types of the Secrets in one namespace. */
export async function secretFacts(api: Api, namespace: string, signal?: AbortSignal): Promise<SecretFact[]> {
  const call = { method: 'GET', path: corePath('secrets', namespace), ...AS_TABLE } as const;
  return secretsOf((await api.json({ verb: 'list', resource: 'secrets' }, call, signal)) as Table);
}

function secretsOf({ columnDefinitions = [], rows = [] }: Table): SecretFact[] {
  const column = (name: string): number => columnDefinitions.findIndex((definition) => definition.name === name);
  const [names, types] = [column('Name'), column('Type')];
  return rows.flatMap(({ cells = [] }) => {
    const [name, type] = [cells[names], cells[types]];
    return typeof name === 'string' && typeof type === 'string' ? [{ name, type }] : [];
  });
}

async function getCore(
  api: Api,
  plural: string,
  name: string,
  extra: { accept?: string; query?: Record<string, string> },
  signal?: AbortSignal,
): Promise<unknown> {
  if (!isPathName(name)) return null;
  try {
    const call = { method: 'GET', path: corePath(plural, api.namespace, name), ...extra } as const;
    return await api.json({ verb: 'get', resource: plural, name }, call, signal);
  } catch (error) {
    if (isFailure(error, 'not-found')) return null;
    throw error;
  }
}
