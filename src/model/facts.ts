import type { StrategyKind } from './resource.js';
import type { RouterFact, RouterState } from './router.js';

/**
 * A fact about the surroundings of a resource, for preflight and inspect. A fact that could not be read (403, missing API,
 * unreadable file) has the reason in `why`, and only the checks that need it are left out.
 */
export type Fact<T> = { known: true; value: T } | { known: false; why: string };

/** A host and port in the spec of a resource. A RouterAccess is for links and for management of the site's own router. */
export interface Endpoint {
  kind: 'Listener' | 'MultiKeyListener' | 'RouterAccess';
  name: string;
  host: string;
  port: number;
  /** Where the resource was read. On system sites `input` has the desired resources and `runtime` the applied ones. */
  source: 'cluster' | 'input' | 'runtime';
}

/** One service of the network, from `Site.status.network[]`. `connectors` and `listeners` are names. */
export interface NetworkService {
  routingKey: string;
  connectors: string[];
  listeners: string[];
}

/** One site of the network. The `id` of the local site is the uid of its Site resource. */
export interface NetworkSite {
  id: string;
  name: string;
  platform?: string;
  services: NetworkService[];
}

export interface SiteFact {
  name: string;
  uid?: string;
  /** True if the condition Configured is True, which makes this Site the active one of its namespace. */
  configured: boolean;
  controllerVersion?: string;
  /** Undefined if the site does not publish the network yet. */
  network?: NetworkSite[];
}

export interface ServiceFact {
  name: string;
  /** True if the Service has Skupper's annotation `internal.skupper.io/controlled: "true"`. */
  controlled: boolean;
  clusterIP?: string;
  ports: { name?: string; port: number }[];
}

/** Prefix of the names that Skupper gives to Service ports of MultiKeyListeners. */
const PORT_OWNER = 'multiaddress-';

/**
 * The MultiKeyListener to which a Service sends a port: Skupper names the Service port after it.
 *
 * @returns the resource's name; undefined if the Service has no such port, or the port belongs to something else
 */
export function portOwner(service: ServiceFact | null | undefined, port: number): string | undefined {
  const name = service?.ports.find((each) => each.port === port)?.name;
  return name?.startsWith(PORT_OWNER) ? name.slice(PORT_OWNER.length) : undefined;
}

export interface SecretFact {
  name: string;
  type: string;
}

/** On which ports and addresses the router of a system site can listen. An absent member is not known or not restricted. */
export interface MachineFact {
  /** Ports below this number need a privilege that the user does not have. */
  privilegedBelow?: number;
  /** The IP addresses of the machine's interfaces. */
  addresses?: readonly string[];
}

/** The facts about the surroundings of one resource. The platform decides which are read; an absent member was not read. */
export interface Facts {
  /** Every Listener and MultiKeyListener of the namespace except the resource itself. */
  endpoints: Fact<Endpoint[]>;
  sites: Fact<SiteFact[]>;
  /** Kubernetes: the Service named by spec.host; null if it does not exist. */
  service?: Fact<ServiceFact | null>;
  /** Kubernetes: the Secret named by spec.tlsCredentials; null if it does not exist. */
  secret?: Fact<SecretFact | null>;
  /** System sites: the strategy kind of the applied resource with this name (runtime/resources); null if there is none. */
  appliedKind?: StrategyKind | null;
  /** The state of the site's router and of the network. It is read when a resource is inspected, not before a write. */
  router?: RouterFact<RouterState>;
  /** System sites: whether input/certs/<tlsCredentials> exists. */
  certificates?: Fact<boolean>;
  /** System sites: host and port of the applied resource with this name (runtime/resources); null if there is none. */
  appliedEndpoint?: Pick<Endpoint, 'host' | 'port'> | null;
  /** System sites: whether any program listens on the host and port. The program need not be the router. */
  listening?: Fact<boolean>;
  /** System sites: on which ports and addresses the router can listen; absent if the router runs elsewhere. */
  machine?: MachineFact;
  /** System sites: the platform in internal/platform.yaml; null if the file does not exist. */
  sitePlatform?: string | null;
}
