import type { StrategyKind } from './resource.js';
import type { RouterFact, RouterState } from './router.js';

/**
 * What preflight and inspect know about the surroundings of one resource. A
 * fact that could not be had (403, no such API, unreadable file) says why, and
 * only removes the checks that rest on it.
 */
export type Fact<T> = { known: true; value: T } | { known: false; why: string };

/** A host and port that some resource claims; a RouterAccess for links and for the management of the site's router. */
export interface Endpoint {
  kind: 'Listener' | 'MultiKeyListener' | 'RouterAccess';
  name: string;
  host: string;
  port: number;
  /** Where it was read: on system sites what is desired (input) and what runs (runtime). */
  source: 'cluster' | 'input' | 'runtime';
}

/** One service of the network as `Site.status.network[]` tells it. */
export interface NetworkService {
  routingKey: string;
  connectors: string[];
  listeners: string[];
}

/** One site of the network. `id` of the local one is the Site's uid. */
export interface NetworkSite {
  id: string;
  name: string;
  platform?: string;
  services: NetworkService[];
}

export interface SiteFact {
  name: string;
  uid?: string;
  /** Condition Configured is True: the site is the active one. */
  configured: boolean;
  controllerVersion?: string;
  /** Undefined where the site publishes no network yet. */
  network?: NetworkSite[];
}

export interface ServiceFact {
  name: string;
  /** Carries Skupper's annotation `internal.skupper.io/controlled: "true"`. */
  controlled: boolean;
  clusterIP?: string;
  ports: { name?: string; port: number }[];
}

/** The start of the name that Skupper gives the Service port of a MultiKeyListener. */
const PORT_OWNER = 'multiaddress-';

/**
 * The MultiKeyListener that receives what a Service takes on a port: Skupper names the Service port after its owner.
 *
 * @returns the owner's name; undefined where the Service has no such port, or the port belongs to something else
 */
export function portOwner(service: ServiceFact | null | undefined, port: number): string | undefined {
  const name = service?.ports.find((each) => each.port === port)?.name;
  return name?.startsWith(PORT_OWNER) ? name.slice(PORT_OWNER.length) : undefined;
}

export interface SecretFact {
  name: string;
  type: string;
}

/** What this machine lets the router of a system site listen on; what is absent is not known, or not restricted. */
export interface MachineFact {
  /** Ports below this one need a privilege that the user does not have. */
  privilegedBelow?: number;
  /** The IP addresses of its interfaces. */
  addresses?: readonly string[];
}

/** Which parts are present depends on the platform: an absent member was not asked for. */
export interface Facts {
  /** Every Listener and MultiKeyListener of the namespace but the resource itself. */
  endpoints: Fact<Endpoint[]>;
  sites: Fact<SiteFact[]>;
  /** Kubernetes: the Service named by spec.host; null where it does not exist. */
  service?: Fact<ServiceFact | null>;
  /** Kubernetes: the Secret named by spec.tlsCredentials; null where it does not exist. */
  secret?: Fact<SecretFact | null>;
  /** System sites: the strategy kind that runtime/resources holds under this name; null where it holds none. */
  appliedKind?: StrategyKind | null;
  /** What the site's router says of itself and of the network; asked for where a resource is looked at, not before a write. */
  router?: RouterFact<RouterState>;
  /** System sites: whether input/certs/<tlsCredentials> exists. */
  certificates?: Fact<boolean>;
  /** System sites: the host and port that runtime/resources holds under this name; null where it holds none. */
  appliedEndpoint?: Pick<Endpoint, 'host' | 'port'> | null;
  /** System sites: whether something, of whatever program, listens on host and port. It says nothing of the router. */
  listening?: Fact<boolean>;
  /** System sites: what the machine lets the router listen on; absent where the router runs elsewhere. */
  machine?: MachineFact;
  /** System sites: the platform that internal/platform.yaml names; null where there is none. */
  sitePlatform?: string | null;
}
