import type { Duplex } from 'node:stream';
import { Failure, isFailure } from '../../model/failure.js';
import type { RouterFact, RouterListener, RouterState } from '../../model/router.js';
import { RouterLink, routerTimeoutMs, type Way } from '../../router/link.js';
import { mergeStates } from '../../router/merge.js';
import { PausingReader, type UnknownRouter } from '../../router/pausing.js';
import { boundedBy } from '../../util/bounded.js';
import { codeOf, RouterTrouble } from '../../router/trouble.js';
import type { Routers } from '../store.js';
import type { Api } from './http/api.js';
import { listAll, type Item } from './http/lists.js';
import { corePath } from './http/paths.js';
import { portForward } from './port-forward.js';

/** The labels of Skupper's router pods. A Site with high availability has two. */
const LABELS = 'application=skupper-router,skupper.io/component=router';
/** The port for AMQP clients in the router's own pod, without TLS. */
const PORT = 5672;

interface Pod extends Item {
  metadata: Item['metadata'] & { deletionTimestamp?: string };
  status?: { conditions?: { type?: string; status?: string; message?: string }[] };
}

/** No router pod can be queried. */
class NoPod extends Error {
  constructor(
    message: string,
    /** True if the namespace has no router pod at all, Ready or not. */
    readonly none = false,
  ) {
    super(message);
  }
}

/** The routers of a namespace. Every Ready router pod is queried, over a port-forward that stays open. */
export class KubernetesRouters implements Routers {
  private readonly links = new Map<string, RouterLink>();
  private dials = 0;
  private readonly reader = new PausingReader((network, signal) => this.readAll(network, signal), unknownBecause);

  constructor(
    private readonly api: Api,
    private readonly namespace: string,
  ) {}

  state({ network, signal }: { network: boolean; signal: AbortSignal }): Promise<RouterFact<RouterState>> {
    return this.reader.state(network, signal);
  }

  /** Connects to the Ready routers in turn, as the Service of a Site with high availability does. */
  async dial({ port }: RouterListener, signal: AbortSignal): Promise<Duplex> {
    try {
      const pods = await this.readyPods(signal);
      const pod = pods[this.dials % pods.length] ?? '';
      this.dials += 1;
      return await this.forward(pod, port, signal);
    } catch (error) {
      if (error instanceof NoPod) throw new Failure('unreachable', error.message);
      throw error;
    }
  }

  close(): void {
    for (const link of this.links.values()) link.close();
    this.links.clear();
  }

  /**
   * The merged state of all Ready routers. It fails if one of them cannot be read, because their counters add up.
   *
   * @throws NoPod, RouterTrouble, Failure
   */
  private async readAll(network: boolean, signal: AbortSignal): Promise<RouterState> {
    const bound = boundedBy(signal, routerTimeoutMs());
    try {
      const pods = await this.readyPods(bound.signal);
      const states = await Promise.all(pods.map((pod) => this.read(pod, network, bound.signal)));
      const found = states.filter((state) => state !== undefined);
      if (found.length > 0) return mergeStates(found);
      throw new NoPod(`router pod ${pods.join(', ')} no longer exists`);
    } catch (error) {
      if (bound.signal.aborted) throw new RouterTrouble('timeout', 'the router did not answer in time', error);
      throw error;
    } finally {
      bound.clear();
    }
  }

  /**
   * The names of the router pods that are Ready, sorted.
   *
   * @throws NoPod, Failure
   */
  private async readyPods(signal: AbortSignal): Promise<string[]> {
    const doing = { verb: 'list', resource: 'pods' } as const;
    const path = corePath('pods', this.namespace);
    const { items } = await needing(
      'list on pods',
      listAll<Pod>(this.api, doing, path, { labelSelector: LABELS }, signal),
    );
    const present = items.filter(({ metadata }) => !metadata.deletionTimestamp);
    const [first] = present;
    if (!first) throw new NoPod(`namespace ${this.namespace} has no router pod`, true);
    const ready = present.filter((pod) => readiness(pod)?.status === 'True');
    if (ready.length > 0) return ready.map(({ metadata }) => metadata.name).sort();
    const message = readiness(first)?.message;
    throw new NoPod(`router pod ${first.metadata.name} is not Ready${message ? ` (${message})` : ''}`);
  }

  /** The state of the router in one pod; undefined if the pod was deleted after it was listed. */
  private async read(pod: string, network: boolean, signal: AbortSignal): Promise<RouterState | undefined> {
    const link = this.links.get(pod) ?? new RouterLink((within) => this.reach(pod, within));
    this.links.set(pod, link);
    try {
      return await link.read(network, signal);
    } catch (error) {
      this.links.delete(pod);
      if (isFailure(error, 'not-found')) return undefined;
      throw error;
    }
  }

  /** Uses SASL ANONYMOUS: the permission to forward a port of the pod is enough for the router. */
  private async reach(pod: string, signal: AbortSignal): Promise<Way> {
    return { socket: await this.forward(pod, PORT, signal), external: false };
  }

  private forward(pod: string, port: number, signal: AbortSignal): Promise<Duplex> {
    // A WebSocket is opened with GET (verb get); newer API servers also check the verb create, which kubectl uses.
    return needing(
      'get and create on pods/portforward',
      portForward(this.api, { namespace: this.namespace, pod, port }, signal),
    );
  }
}

const readiness = ({ status }: Pod): { status?: string; message?: string } | undefined =>
  status?.conditions?.find(({ type }) => type === 'Ready');

/** Adds the missing permission, such as `list on pods`, to a failure `forbidden`. */
async function needing<T>(permission: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!isFailure(error, 'forbidden')) throw error;
    const { message, hint } = error;
    throw new Failure('forbidden', message, { brief: `permission denied: needs ${permission}`, hint, cause: error });
  }
}

function unknownBecause(error: unknown): UnknownRouter {
  if (error instanceof NoPod)
    return { known: false, why: error.message, ...(error.none && { running: false }), code: 'unreachable' };
  if (!(error instanceof RouterTrouble || error instanceof Failure)) throw error;
  const why = error instanceof Failure ? error.brief : error.message;
  return { known: false, why: `the router cannot be queried: ${why}`, code: codeOf(error) };
}
