import { reachableKeys } from './shares.js';
import { kindOf, keysOf } from './strategy.js';
import { shellWord } from './text.js';
import type { Condition, MultiKeyListener, StrategyKind } from './resource.js';
import { MOST_TWINS } from './twins.js';
import { specProblems } from './validate/resource.js';
import type { RouterFact, RouterStatus } from './router.js';

export type State = 'Ready' | 'Pending' | 'Error' | 'Unknown' | 'Deleting';

/** One row of the status table, before anything is formatted. */
export interface Summary {
  namespace: string;
  name: string;
  state: State;
  /** Ready, but not every routing key is reachable. */
  degraded: boolean;
  strategy: StrategyKind | undefined;
  /** Undefined where nobody knows. */
  reachable: number | undefined;
  total: number;
  host: string;
  port: number;
  keys: string[];
  labels: Readonly<Record<string, string>>;
  hasDestination: boolean;
  message: string;
  /** RFC 3339; absent on system sites. */
  created: string | undefined;
  /** What is wrong with the spec, whatever the status says: the first problem. */
  fault?: string;
  /** The names of other resources with the same host and port (`Twins`). */
  twins?: readonly string[];
}

/** The error that the row itself shows, whatever its status says; undefined where there is none. */
export function errorOf({ state, fault, twins, host, port }: Summary): string | undefined {
  if (state === 'Error' || state === 'Deleting') return undefined;
  const shown = twins && [...twins.slice(0, MOST_TWINS), ...(twins.length > MOST_TWINS ? ['others'] : [])];
  const others =
    shown && `${shown.join(', ')} ${shown.length === 1 ? 'has' : 'have'} the same host and port, ${host}:${port}`;
  return [fault, others].filter(Boolean).join('; ') || undefined;
}

/** Ready, and no error to be seen. */
export function isReady(row: Summary): boolean {
  return row.state === 'Ready' && errorOf(row) === undefined;
}

/** Kubernetes says so by `status.status` alone: a `Ready` condition does not exist for this kind. */
function stateOf(resource: MultiKeyListener): State {
  if (resource.metadata.deletionTimestamp) return 'Deleting';
  const status = resource.status;
  const applied = status?.local?.applied;
  // What Skupper said of the former spec says nothing of this one.
  if (applied !== undefined && applied !== 'Applied') return 'Pending';
  const text = status?.status;
  const router = status?.local?.router;
  // Skupper's own error stands: the router never hears of a resource that Skupper refuses.
  if (router && text !== 'Error') return routerWord(router).state;
  return text === 'Ready' || text === 'Pending' || text === 'Error' ? text : 'Unknown';
}

/** Who keeps a resource from going: the finalizers that are left. */
export function heldBy({ metadata }: MultiKeyListener): string {
  return metadata.finalizers?.length ? `waits for ${metadata.finalizers.join(', ')}` : 'will be gone shortly';
}

/** The next step for whoever meets a resource that is being deleted. */
export function waitForDeletion(name: string, namespace = ''): string {
  const where = namespace === '' ? '' : ` -n ${shellWord(namespace)}`;
  return `Wait until it is deleted: skupper multikeylistener wait ${shellWord(name)} --for delete${where}`;
}

/** Skupper's own words, and before them what only the files of a system site tell. */
function messageOf(resource: MultiKeyListener): string {
  if (resource.metadata.deletionTimestamp) return `being deleted: ${heldBy(resource)}`;
  switch (resource.status?.local?.applied) {
    case 'NotApplied':
    case 'ChangePending':
      return 'not applied yet: run skupper system reload';
    case 'Removed':
      return 'removed, stale until reload';
    default: {
      const { status, message = '', local } = resource.status ?? {};
      return local?.router && status !== 'Error' ? routerWord(local.router).message : message;
    }
  }
}

/**
 * What the router's word makes of an applied resource: Ready only where it holds the listener with the present spec, is up
 * and reaches a routing key. A router that could not be asked leaves it Unknown, unless none is running.
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

/** What a table shows of one resource. */
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

/** The condition of that type, or undefined. */
export function conditionOf(resource: MultiKeyListener, type: string): Condition | undefined {
  return resource.status?.conditions?.find((condition) => condition.type === type);
}

/**
 * Whether a condition speaks of the present spec. Skupper writes no
 * observedGeneration on system sites; there the applied state of the file tells.
 */
export function isCurrent(resource: MultiKeyListener, condition: Condition): boolean {
  const local = resource.status?.local;
  if (local) return local.applied === 'Applied';
  return (condition.observedGeneration ?? 0) >= (resource.metadata.generation ?? 0);
}
