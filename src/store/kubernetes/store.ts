import { Failure } from '../../model/failure.js';
import { FIELD_MANAGER } from '../../model/ownership.js';
import { namespaceProblem } from './http/namespace-problem.js';
import type { Facts } from '../../model/facts.js';
import type { RouterFact, RouterState } from '../../model/router.js';
import { API_VERSION, KIND, PLURAL, type MultiKeyListener } from '../../model/resource.js';
import type {
  Deleted,
  DeleteOptions,
  ListQuery,
  MergePatch,
  PatchOptions,
  ReadOptions,
  Routers,
  Store,
  StoreEvent,
  StoreOptions,
  WatchQuery,
  Where,
  WriteOptions,
} from '../store.js';
import { Api, type Doing } from './http/api.js';
import { connect } from './kubeconfig/config.js';
import { askAhead, gatherFacts, type Ahead } from './facts.js';
import { gatherFactsOfAll } from './facts-of-all.js';
import { asMultiKeyListener } from './http/items.js';
import { listAll, listPages, type Collection, type Item } from './http/lists.js';
import { listWatch, TUNING, type Tuning } from './watch/list-watch.js';
import { isPathName, skupperPath } from './http/paths.js';
import type { KubernetesRouters } from './router.js';
import { waitReleased } from './watch/released.js';
import type { Call } from './http/transport.js';

/**
 * Opens the store for one namespace of the cluster in the kubeconfig's context. Sends no request.
 *
 * @param tuning times of the watch, which tests shorten
 * @throws Failure kubeconfig-missing, kubeconfig-invalid, context-unknown
 */
export async function openKubernetesStore(options: StoreOptions, tuning: Partial<Tuning> = {}): Promise<Store> {
  const connection = await connect(options);
  const where: Where = {
    platform: options.platform,
    namespace: connection.namespace,
    context: connection.context,
    server: connection.address,
  };
  const initialMs = options.requestTimeoutMs;
  return new KubernetesStore(where, new Api(connection, options.requestTimeoutMs), { ...TUNING, initialMs, ...tuning });
}

class KubernetesStore implements Store {
  private ahead: { name: string; asked: Ahead } | undefined;
  private closing = new AbortController();
  /** Always empty: a list from a server is never incomplete without an error. */
  readonly warnings = [];
  /** The routers that have been queried, by namespace. */
  private readonly opened = new Map<string, Promise<KubernetesRouters>>();

  constructor(
    readonly where: Where,
    private readonly api: Api,
    private readonly tuning: Tuning,
  ) {}

  async get(name: string, { signal }: ReadOptions = {}): Promise<MultiKeyListener> {
    return this.one({ verb: 'get', resource: PLURAL, name }, { method: 'GET', path: this.path(name) }, signal);
  }

  async list(query: ListQuery = {}): Promise<MultiKeyListener[]> {
    const { api, doing, path, query: selectors, signal } = this.collection(query);
    const { items } = await listAll<MultiKeyListener>(api, doing, path, selectors, signal);
    return items.map(asMultiKeyListener).sort(byNamespaceAndName);
  }

  async *pages<T>(query: ListQuery, keep: (resource: MultiKeyListener) => T): AsyncGenerator<T[]> {
    const collection: Collection = { ...this.collection(query), terse: true };
    const own = (item: Item): MultiKeyListener => {
      const resource = asMultiKeyListener(item as MultiKeyListener);
      delete resource.metadata.managedFields;
      return resource;
    };
    if (!query.allNamespaces) return yield* listPages(collection, (item) => keep(own(item)));
    // The server sorts by `namespace/name`, where "a-b/x" comes before "a/x".
    const all: Sorted<T>[] = [];
    const pages = listPages(collection, (item) => ({ metadata: keyOf(item), kept: keep(own(item)) }));
    for await (const page of pages) for (const each of page) all.push(each);
    yield all.sort(byNamespaceAndName).map(({ kept }) => kept);
  }

  async create(resource: MultiKeyListener, { signal, dryRun }: WriteOptions = {}): Promise<MultiKeyListener> {
    const { name, labels, annotations, finalizers, ownerReferences } = resource.metadata;
    // Fields that only the server sets (uid, resourceVersion, status, …) are not sent.
    const metadata = { name, namespace: this.where.namespace, labels, annotations, finalizers, ownerReferences };
    const body = { ...resource, apiVersion: API_VERSION, kind: KIND, metadata, status: undefined };
    const call: Call = { method: 'POST', path: this.path(), query: writeQuery(dryRun), body };
    return this.one({ verb: 'create', resource: PLURAL, name }, call, signal);
  }

  async patch(
    name: string,
    patch: MergePatch,
    { signal, dryRun, resourceVersion, uid }: PatchOptions,
  ): Promise<MultiKeyListener> {
    // In a merge patch resourceVersion and uid are preconditions: the server answers Conflict if they differ.
    const metadata = {
      ...(patch.metadata as MergePatch | undefined),
      resourceVersion,
      ...(uid !== undefined && { uid }),
    };
    const call: Call = {
      method: 'PATCH',
      path: this.path(name),
      query: writeQuery(dryRun),
      body: { ...patch, metadata },
      contentType: 'application/merge-patch+json',
    };
    return this.one({ verb: 'patch', resource: PLURAL, name }, call, signal);
  }

  async delete(name: string, { signal, dryRun, uid, resourceVersion }: DeleteOptions = {}): Promise<Deleted> {
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: 'Background',
      ...((uid !== undefined || resourceVersion !== undefined) && { preconditions: { uid, resourceVersion } }),
      ...(dryRun && { dryRun: ['All'] }),
    };
    const doing: Doing = { verb: 'delete', resource: PLURAL, name };
    const answer = await this.api.json(doing, { method: 'DELETE', path: this.path(name), body }, signal);
    // The server answers with a Status if the object is gone, and with the object while it has finalizers.
    const { kind, details, metadata } = answer as {
      kind?: string;
      details?: { uid?: string };
      metadata?: { uid?: string };
    };
    return kind === 'Status' ? { uid: details?.uid, gone: true } : { uid: metadata?.uid, gone: false };
  }

  watch(query: WatchQuery, signal: AbortSignal): AsyncIterable<StoreEvent> {
    return listWatch(this.api, query, signal, this.tuning);
  }

  /** Assumes that spec.host is the resource's name, as it is by default. */
  anticipate(name: string): void {
    this.ahead = { name, asked: askAhead(this.api, name, this.closing.signal) };
  }

  async facts(resource: MultiKeyListener, options: ReadOptions = {}): Promise<Facts> {
    const { namespace } = this.where;
    const { ahead } = this;
    // Answers to anticipated requests are used only once, because they get old.
    this.ahead = undefined;
    const asked = ahead?.name === resource.metadata.name ? ahead.asked : undefined;
    const [facts, routers] = await Promise.all([
      gatherFacts(this.api, resource, options.signal, asked),
      this.routerFacts([namespace], options),
    ]);
    return { ...facts, ...routerIn(routers, namespace) };
  }

  async factsOfAll(
    resources: readonly MultiKeyListener[],
    options: ReadOptions & { allNamespaces?: boolean } = {},
  ): Promise<Facts[]> {
    const { namespace } = this.where;
    const places = resources.map(({ metadata }) => metadata.namespace ?? namespace);
    const [facts, routers] = await Promise.all([
      gatherFactsOfAll(this.api, resources, options.allNamespaces ? undefined : namespace, options.signal),
      this.routerFacts(places, options),
    ]);
    return facts.map((each, index) => ({ ...each, ...routerIn(routers, places[index] ?? namespace) }));
  }

  placeProblem({ signal }: ReadOptions = {}): Promise<Failure | undefined> {
    return namespaceProblem(this.api, signal);
  }

  released(name: string, signal: AbortSignal): Promise<void> {
    return waitReleased(this.api, name, signal, this.tuning);
  }

  routers(namespace = this.where.namespace): Routers {
    return {
      state: async (options) => (await this.openRouters(namespace)).state(options),
      dial: async (listener, signal) => (await this.openRouters(namespace)).dial(listener, signal),
    };
  }

  /** Closes connections to routers. Idle sockets to the API server do not keep the process alive. */
  close(): void {
    // If the resource could not be read, the process would otherwise wait for the answers to the anticipated requests.
    this.closing.abort();
    this.closing = new AbortController();
    for (const opened of this.opened.values()) void opened.then((routers) => routers.close());
    this.opened.clear();
  }

  private openRouters(namespace: string): Promise<KubernetesRouters> {
    const routers =
      this.opened.get(namespace) ??
      import('./router.js').then(({ KubernetesRouters: Class }) => new Class(this.api, namespace));
    this.opened.set(namespace, routers);
    return routers;
  }

  /** The states of the routers by namespace, read in parallel; empty without the option `router`. */
  private async routerFacts(
    namespaces: readonly string[],
    { router, signal = new AbortController().signal }: ReadOptions,
  ): Promise<Map<string, RouterFact<RouterState>>> {
    const ask = async (namespace: string): Promise<[string, RouterFact<RouterState>]> => [
      namespace,
      await this.routers(namespace).state({ network: true, signal }),
    ];
    return new Map(await Promise.all(router ? [...new Set(namespaces)].map(ask) : []));
  }

  private collection({ selector, allNamespaces, signal }: ListQuery): Collection {
    const path = skupperPath(PLURAL, allNamespaces ? undefined : this.where.namespace);
    const doing: Doing = { verb: 'list', resource: PLURAL, allNamespaces };
    return { api: this.api, doing, path, query: { labelSelector: selector }, signal };
  }

  private async one(doing: Doing, call: Call, signal?: AbortSignal): Promise<MultiKeyListener> {
    return asMultiKeyListener((await this.api.json(doing, call, signal)) as MultiKeyListener);
  }

  private path(name?: string): string {
    if (name !== undefined && !isPathName(name)) {
      throw new Failure('not-found', `"${name}" cannot be the name of a resource`, {
        hint: 'Use lower-case letters, digits and "-".',
      });
    }
    return skupperPath(PLURAL, this.where.namespace, name);
  }
}

function routerIn(routers: ReadonlyMap<string, RouterFact<RouterState>>, namespace: string): Pick<Facts, 'router'> {
  const router = routers.get(namespace);
  return router ? { router } : {};
}

function writeQuery(dryRun?: boolean): Record<string, string | undefined> {
  return { fieldManager: FIELD_MANAGER, fieldValidation: 'Strict', dryRun: dryRun ? 'All' : undefined };
}

type Named = Pick<Item, 'metadata'>;

/** The value that `keep` made of a resource, with the metadata to sort it by. */
interface Sorted<T> extends Named {
  kept: T;
}

const keyOf = ({ metadata: { name, namespace } }: Named): Named['metadata'] => ({ name, namespace });

/** Compares by code unit, so that the order does not depend on the locale. */
function byNamespaceAndName(one: Named, other: Named): number {
  const compare = (a = '', b = ''): number => (a < b ? -1 : a > b ? 1 : 0);
  return compare(one.metadata.namespace, other.metadata.namespace) || compare(one.metadata.name, other.metadata.name);
}
