import { setTimeout as sleep } from 'node:timers/promises';
import type { MultiKeyListener, Status } from '../../../src/model/resource.js';
import { recordedLines } from '../recorded.js';
import type { Rest } from '../cluster/rest.js';

/** The statuses to write for one object, one after the other; none leaves it as it is. */
export type Script = (resource: MultiKeyListener) => Status[];

const POLL_MS = 20;

/**
 * Does what Skupper's controller does to the status, in one namespace: for
 * every generation of every MultiKeyListener it writes what the script says, over the status subresource.
 *
 * @param plural of another kind of the API group, whose conditions are the same
 */
export function startController(
  rest: Rest,
  namespace: string,
  script: Script,
  plural = 'multikeylisteners',
): { stop(): Promise<void> } {
  const done = new Set<string>();
  let running = true;
  const path = `/apis/skupper.io/v2alpha1/namespaces/${namespace}/${plural}`;
  const loop = async (): Promise<void> => {
    while (running) {
      const { body } = await rest('GET', path);
      for (const resource of (body.items ?? []) as MultiKeyListener[]) {
        const { name, uid, generation } = resource.metadata;
        const id = `${uid} ${generation}`;
        if (done.has(id)) continue;
        done.add(id);
        for (const status of script(resource)) {
          await rest('PATCH', `${path}/${name}/status`, { status }, 'application/merge-patch+json');
        }
      }
      await sleep(POLL_MS);
    }
  };
  const ended = loop();
  return {
    async stop() {
      running = false;
      await ended;
    },
  };
}

interface Recorded {
  event?: { type: string; object: MultiKeyListener };
}

/** As kubernetes.md shows them, for where the recordings are not at hand. */
const WRITTEN_ANEW: Record<'error' | 'configured' | 'ready', Status> = {
  error: status('Error', 'No active site in namespace', [
    ['Configured', 'False', 'Error', 'No active site in namespace'],
  ]),
  configured: status('Pending', 'Not Operational', [['Configured', 'True', 'Ready', 'OK']]),
  ready: {
    ...status('Ready', 'OK', [
      ['Configured', 'True', 'Ready', 'OK'],
      ['Operational', 'True', 'Ready', 'OK'],
    ]),
    hasDestination: true,
  },
};

function status(state: string, message: string, conditions: [string, string, string, string][]): Status {
  return {
    status: state,
    message,
    conditions: conditions.map(([type, value, reason, words]) => ({
      type,
      status: value as 'True',
      reason,
      message: words,
      observedGeneration: 1,
      lastTransitionTime: '2026-07-23T10:00:00Z',
    })),
  };
}

/** The recorded status of that sort; the keys it calls reachable are those of the recorded resource, a and b. */
function sample(sort: keyof typeof WRITTEN_ANEW): Status {
  const lines = (recordedLines('weighted-life.ndjson') ?? []) as Recorded[];
  const wanted = WRITTEN_ANEW[sort];
  const found = lines.flatMap(({ event }) => event?.object.status ?? []);
  const same = (each: Status): boolean =>
    each.status === wanted.status &&
    each.message === wanted.message &&
    each.conditions?.length === wanted.conditions?.length;
  return found.find(same) ?? wanted;
}

/** The status of that sort as the controller would write it for this resource now. */
export function statusOf(
  sort: keyof typeof WRITTEN_ANEW,
  resource: MultiKeyListener,
  generation = resource.metadata.generation,
): Status {
  const { strategy, ...rest } = sample(sort);
  const conditions = rest.conditions?.map((each) => ({ ...each, observedGeneration: generation }));
  return {
    ...rest,
    conditions,
    ...(sort === 'ready' ? { strategy: reachable(resource) } : strategy ? { strategy: {} } : {}),
  };
}

function reachable({ spec }: MultiKeyListener): Status['strategy'] {
  const { priority, weighted } = spec.strategy;
  if (priority) return { priority: { routingKeysReachable: priority.routingKeys } };
  return { weighted: { routingKeysReachable: weighted?.routingKeys ?? {} } };
}
