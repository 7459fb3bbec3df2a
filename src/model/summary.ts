import { ownCommand } from './own-command.js';
import { addressOf } from './names.js';
import { reachableKeys } from './shares.js';
import { kindOf, keysOf } from './strategy.js';
import { shellWord } from './text.js';
import type { Condition, MultiKeyListener, StrategyKind } from './resource.js';
import { MOST_TWINS } from './twins.js';
import { specProblems } from './validate/resource.js';
import type { RouterFact, RouterStatus } from './router.js';

export type State = 'Ready' | 'Pending' | 'Error' | 'Unknown' | 'Deleting';

/** The data of one row of the status table. */
export interface Summary {
  namespace: string;
  name: string;
  state: State;
  /** Ready, but not every routing key is reachable. */
  degraded: boolean;
  strategy: StrategyKind | undefined;
  /** Number of reachable routing keys; undefined if not known. */
  reachable: number | undefined;
  /** Number of routing keys. */
  total: number;
  host: string;
  port: number;
  keys: string[];
  labels: Readonly<Record<string, string>>;
  hasDestination: boolean;
  message: string;
  /** RFC 3339; absent on system sites. */
  created: string | undefined;
  /** The first problem of the spec, which is shown even if the status is Ready. */
  fault?: string;
  /** The names of other resources with the same host and port (see `Twins`). */
  twins?: readonly string[];
}

/** The error that is visible in the row itself (`fault`, `twins`), whatever its state; undefined if there is none. */
export function errorOf({ state, fault, twins, host, port }: Summary): string | undefined {
  if (state === 'Error' || state === 'Deleting') return undefined;
  const names = twins && [...twins.slice(0, MOST_TWINS), ...(twins.length > MOST_TWINS ? ['others'] : [])];
  const conflict =
    names &&
    `${names.join(', ')} ${names.length === 1 ? 'has' : 'have'} the same host and port, ${addressOf({ host, port })}`;
  return [fault, conflict].filter(Boolean).join('; ') || undefined;
}

/** True for a row with state Ready and no error of its own (see `errorOf`). */
export function isReady(row: Summary): boolean {
  return row.state === 'Ready' && errorOf(row) === undefined;
}

/** On Kubernetes the state is `status.status`, because this kind has no `Ready` condition. */
function stateOf(resource: MultiKeyListener): State {
  if (resource.metadata.deletionTimestamp) return 'Deleting';
  const status = resource.status;
  const applied = status?.local?.applied;
  // Skupper's status is that of the spec that was applied last.
  if (applied !== undefined && applied !== 'Applied') return 'Pending';
  const text = status?.status;
  const router = status?.local?.router;
  // Skupper does not send a resource with an error to the router, so the router's state says nothing about that error.
  if (router && text !== 'Error') return routerWord(router).state;
  return text === 'Ready' || text === 'Pending' || text === 'Error' ? text : 'Unknown';
}

/** A clause that says why a resource with a deletionTimestamp still exists: its remaining finalizers. */
export function heldBy({ metadata }: MultiKeyListener): string {
  return metadata.finalizers?.length ? `waits for ${metadata.finalizers.join(', ')}` : 'will be gone shortly';
}

/** The hint for a resource that is being deleted. */
export function waitForDeletion(name: string, namespace?: string): string {
  const wait = ownCommand(`wait ${shellWord(name)} --for delete`, { namespace });
  return `Wait until it is deleted: ${wait}`;
}

/** Skupper's message, unless the deletion, the files of a system site or its router have a more exact one. */
function messageOf(resource: MultiKeyListener): string {
  if (resource.metadata.deletionTimestamp) return `being deleted: ${heldBy(resource)}`;
  switch (resource.status?.local?.applied) {
    case 'NotApplied':
    case 'ChangePending':
      return 'not applied yet; run skupper system reload';
    case 'Removed':
      return 'removed, stale until reload';
    default: {
      const { status, message = '', local } = resource.status ?? {};
      return local?.router && status !== 'Error' ? routerWord(local.router).message : message;
    }
  }
}

/**
 * State and message of an applied resource according to the router. Ready: the router has the listener with the present
 * spec, the listener is up, and a routing key is reachable. If the router could not be queried, the state is Unknown, or
 * Pending if no router is running.
 */
export function routerWord(router: RouterFact<RouterStatus>): { state: State; message: string } {
  if (!router.known) return { state: router.running === false ? 'Pending' : 'Unknown', message: router.why };
  const { held, current, up, message, routingKeysReachable } = router.value;
  const pending = (why: string): { state: State; message: string } => ({ state: 'Pending', message: why });
  if (!held) return pending('the router does not have the listener yet');
  if (!up && message !== '') return { state: 'Error', message };
  if (!current) return pending('the router does not use the current spec yet');
  if (routingKeysReachable.length === 0) return pending('no routing key is reachable');
  return up ? { state: 'Ready', message: 'OK' } : pending('the router is not listening');
}

/** The row of the status table for one resource. */
export function summarise(resource: MultiKeyListener): Summary {
  const { metadata, spec, status } = resource;
  const state = stateOf(resource);
  const reachable = reachableKeys(resource)?.size;
  const keys = keysOf(spec?.strategy);
  const [problem] = specProblems(spec, status?.local ? 'system' : 'kubernetes');
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    state,
    degraded: state === 'Ready' && reachable !== undefined && reachable < keys.length,
    strategy: kindOf(spec?.strategy),
    reachable,
    total: keys.length,
    host: spec?.host ?? '',
    port: spec?.port ?? 0,
    keys,
    labels: metadata.labels ?? {},
    hasDestination: status?.local?.router?.known ? (reachable ?? 0) > 0 : (status?.hasDestination ?? false),
    message: messageOf(resource),
    created: metadata.creationTimestamp ?? undefined,
    ...(problem && { fault: `${problem.field} ${problem.message}` }),
  };
}

/** The condition with the given type, or undefined. */
export function conditionOf(resource: MultiKeyListener, type: string): Condition | undefined {
  return resource.status?.conditions?.find((condition) => condition.type === type);
}

/**
 * True if a condition describes the present spec. On system sites, where Skupper writes no observedGeneration, this is
 * whether the site has applied the file.
 */
export function isCurrent(resource: MultiKeyListener, condition: Condition): boolean {
  const local = resource.status?.local;
  if (local) return local.applied === 'Applied';
  return (condition.observedGeneration ?? 0) >= (resource.metadata.generation ?? 0);
}
