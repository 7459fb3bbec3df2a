/**
 * The MultiKeyListener resource as Skupper publishes it
 * (https://skupperproject.github.io/refdog: MultiKeyListener resource).
 */

import type { RouterFact, RouterStatus } from './router.js';

export const GROUP = 'skupper.io';
export const VERSION = 'v2alpha1';
export const API_VERSION = `${GROUP}/${VERSION}`;
export const KIND = 'MultiKeyListener';
export const PLURAL = 'multikeylisteners';
export const SINGULAR = 'multikeylistener';

export const OBSERVERS = ['auto', 'none', 'http1', 'http2'] as const;
export type Observer = (typeof OBSERVERS)[number];

/** The two families of rules: the syntax of hosts and names differs between Kubernetes and system sites. */
export type Family = 'kubernetes' | 'system';

export type StrategyKind = 'weighted' | 'priority';
export const STRATEGY_KINDS: readonly StrategyKind[] = ['priority', 'weighted'];

/** Exactly one of the two is set in a valid resource. */
export interface Strategy {
  priority?: { routingKeys: string[] };
  weighted?: { routingKeys: Record<string, number> };
}

export interface Spec {
  host: string;
  port: number;
  strategy: Strategy;
  tlsCredentials?: string;
  requireClientCert?: boolean;
  observer?: Observer;
  settings?: Record<string, string>;
}

export interface Metadata {
  name: string;
  namespace?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string | null;
  deletionTimestamp?: string;
  finalizers?: string[];
  ownerReferences?: unknown[];
  managedFields?: unknown[];
}

export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason?: string;
  message?: string;
  /** The generation of the spec that the condition describes; absent on system sites. */
  observedGeneration?: number;
  lastTransitionTime?: string;
}

export interface StrategyStatus {
  priority?: { routingKeysReachable?: string[] };
  weighted?: { routingKeysReachable?: Record<string, number> };
}

/**
 * Whether a system site runs the resource that is in the file under input.
 * `Removed` means that the file under input is gone and the site has not been reloaded since.
 */
export type Applied = 'NotApplied' | 'Applied' | 'ChangePending' | 'Removed';

export interface LocalStatus {
  applied: Applied;
  /** The resource in the site's router; absent if the router was not queried. */
  router?: RouterFact<RouterStatus>;
}

export interface Status {
  status?: 'Pending' | 'Error' | 'Ready' | string;
  message?: string;
  hasDestination?: boolean;
  strategy?: StrategyStatus;
  conditions?: Condition[];
  /** Added by this program on system sites; never written to a file. */
  local?: LocalStatus;
}

export interface MultiKeyListener {
  apiVersion: string;
  kind: string;
  metadata: Metadata;
  spec: Spec;
  status?: Status;
}

/** `namespace/name`: identifies a resource across namespaces. */
export function idOf({ namespace = '', name }: Pick<Metadata, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}

/** `multikeylistener/web`: the name of a resource on stdout, as in kubectl. */
export function reference(name: string): string {
  return `${SINGULAR}/${name}`;
}

/** `multikeylistener "web"`: the name of a resource in a sentence. */
export function subjectOf(name: string): string {
  return `${SINGULAR} "${name}"`;
}
