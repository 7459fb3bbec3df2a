import type { Facts } from '../../model/facts.js';
import { Failure } from '../../model/failure.js';
import { isNamespaceName } from '../../model/names.js';
import type { MultiKeyListener } from '../../model/resource.js';
import { parseSelector } from '../../model/selector.js';
import type {
  DeleteOptions,
  Deleted,
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
import { createResource, deleteResource, exists, missing, patchResource } from './files/edit.js';
import { gatherFacts, gatherFactsOfAll, type RouterPlace } from './facts.js';
import { duplicates, find, findAll, readNamespace, type Contents } from './files/namespace-contents.js';
import {
  CONTAINER_HOME,
  DEFAULT_NAMESPACE,
  dataHome,
  namespacePaths,
  namespacesFolder,
  type Paths,
} from './files/paths.js';
import { folderNames, type LastGood } from './files/read-resources.js';
import { thisMachine, type Machine } from './machine.js';
import { distrust } from './files/trust.js';
import { routerStatus } from '../../model/router.js';
import type { SystemRouters } from './router.js';
import { watchFiles } from './watch.js';

/**
 * Opens the store of a podman, docker or linux site, which is a set of files under the data home. Reads and writes no files.
 *
 * @param machine the machine on which the router runs
 * @throws Failure `usage` for an invalid namespace, `file-system` if the user has no home folder
 */
export async function openSystemStore(options: StoreOptions, machine = thisMachine): Promise<SystemStore> {
  return new SystemStore(options.platform, dataHome(options), options.namespace || DEFAULT_NAMESPACE, machine);
}

export class SystemStore implements Store {
  readonly where: Where;
  readonly changesKind = true;
  /** Problems of all reads so far, each once: damaged files, resources defined twice, folders that cannot be trusted. */
  readonly warnings: Failure[] = [];
  private readonly paths: Paths;
  private readonly site: RouterPlace;
  /** The routers that have been queried, by the folder of their namespace. */
  private readonly opened = new Map<string, Promise<SystemRouters>>();

  constructor(
    platform: string,
    private readonly home: string,
    namespace: string,
    machine: Machine,
  ) {
    this.site = { machine, platform, elsewhere: home === CONTAINER_HOME };
    this.paths = namespacePaths(this.home, namespace);
    this.where = { platform, namespace, folder: this.paths.folder };
  }

  async get(name: string, options: ReadOptions = {}): Promise<MultiKeyListener> {
    const contents = await this.read(this.paths, options.signal);
    const { resource, failure } = find(contents, name, this.paths.namespace);
    if (resource === undefined) throw failure ?? missing(this.paths, contents, name);
    return options.router ? this.withRouter(this.paths, options.signal)(resource) : resource;
  }

  list(query: ListQuery = {}): Promise<MultiKeyListener[]> {
    return this.select(query);
  }

  async *pages<T>(query: ListQuery, keep: (resource: MultiKeyListener) => T): AsyncGenerator<T[]> {
    yield (await this.select(query)).map(keep);
  }

  async create(resource: MultiKeyListener, options: WriteOptions = {}): Promise<MultiKeyListener> {
    stopIfAborted(options.signal);
    return createResource(this.paths, resource, options);
  }

  async patch(name: string, patch: MergePatch, options: PatchOptions): Promise<MultiKeyListener> {
    stopIfAborted(options.signal);
    return patchResource(this.paths, name, patch, options);
  }

  async delete(name: string, options: DeleteOptions = {}): Promise<Deleted> {
    stopIfAborted(options.signal);
    return deleteResource(this.paths, name, options);
  }

  async makesNamespace(): Promise<boolean> {
    return !(await exists(this.paths.folder));
  }

  /** Always undefined: the first write creates a namespace, so one that does not exist is not a problem. */
  async placeProblem(): Promise<Failure | undefined> {
    return undefined;
  }

  watch(query: WatchQuery, signal: AbortSignal): AsyncIterable<StoreEvent> {
    const lastGood: LastGood = new Map();
    const list = async (): Promise<MultiKeyListener[]> => {
      const all = await this.select({ ...query, signal, router: true }, lastGood);
      return query.name === undefined ? all : all.filter((resource) => resource.metadata.name === query.name);
    };
    const folders = async (): Promise<string[]> => {
      const all = await this.namespaces(query.allNamespaces);
      const watched = all.flatMap((paths) => [paths.resources, paths.runtime, paths.snapshot]);
      return query.allNamespaces ? [namespacesFolder(this.home), ...watched] : watched;
    };
    return watchFiles({ list, folders, since: query.name === undefined ? undefined : query.since, signal });
  }

  async facts(resource: MultiKeyListener, options: ReadOptions = {}): Promise<Facts> {
    const [facts, router] = await Promise.all([
      gatherFacts(this.paths, resource, this.site),
      this.routerFact([resource], options),
    ]);
    return { ...facts, ...router };
  }

  async factsOfAll(resources: readonly MultiKeyListener[], options: ReadOptions = {}): Promise<Facts[]> {
    const namespaces = [...new Set(resources.map(({ metadata }) => metadata.namespace ?? this.where.namespace))];
    const facts = new Map<MultiKeyListener, Facts>();
    for (const namespace of namespaces) {
      const own = resources.filter(({ metadata }) => (metadata.namespace ?? this.where.namespace) === namespace);
      const [gathered, router] = await Promise.all([
        gatherFactsOfAll(namespacePaths(this.home, namespace), own, this.site),
        this.routerFact(own, options),
      ]);
      gathered.forEach((each, index) => facts.set(own[index] as MultiKeyListener, { ...each, ...router }));
    }
    return resources.map((resource) => facts.get(resource) as Facts);
  }

  /** Resolves at once: only a reload changes the router, and it builds the whole site again from the files. */
  async released(): Promise<void> {}

  routers(namespace = this.where.namespace): Routers {
    return {
      state: async (options) => (await this.openRouters(namespacePaths(this.home, namespace))).state(options),
      dial: async (listener, signal) => (await import('./dial.js')).dial(listener, signal),
    };
  }

  close(): void {
    for (const opened of this.opened.values()) void opened.then((routers) => routers.close());
    this.opened.clear();
  }

  /**
   * The state of the router in the namespace of these resources. Empty without the option `router`, and if the site has applied
   * none of them, because then the router does not have them.
   */
  private async routerFact(
    resources: readonly MultiKeyListener[],
    { router, signal = new AbortController().signal }: ReadOptions,
  ): Promise<Pick<Facts, 'router'>> {
    const [first] = resources;
    const applied = resources.some(({ status }) => status?.local && status.local.applied !== 'NotApplied');
    if (!router || !applied) return {};
    return { router: await this.routers(first?.metadata.namespace).state({ network: true, signal }) };
  }

  private openRouters(paths: Paths): Promise<SystemRouters> {
    const routers =
      this.opened.get(paths.folder) ?? import('./router.js').then(({ SystemRouters: Class }) => new Class(paths));
    this.opened.set(paths.folder, routers);
    return routers;
  }

  /**
   * Returns a function that adds `status.local.router` to resources of one namespace, if the site has applied them. The router is
   * queried once, and only if there is such a resource.
   */
  private withRouter(
    paths: Paths,
    signal = new AbortController().signal,
  ): (resource: MultiKeyListener) => Promise<MultiKeyListener> {
    let state: ReturnType<Routers['state']> | undefined;
    return async (resource) => {
      const local = resource.status?.local;
      if (!local || local.applied === 'NotApplied') return resource;
      state ??= this.openRouters(paths).then((routers) => routers.state({ network: false, signal }));
      const fact = await state;
      const { metadata, spec } = resource;
      const router = fact.known ? { ...fact, value: routerStatus(fact.value, metadata.name, spec) } : fact;
      return { ...resource, status: { ...resource.status, local: { ...local, router } } };
    };
  }

  private async select(query: ListQuery, lastGood?: LastGood): Promise<MultiKeyListener[]> {
    const matches = parseSelector(query.selector ?? '');
    const lists: Promise<MultiKeyListener>[] = [];
    for (const paths of await this.namespaces(query.allNamespaces)) {
      const complete = query.router ? this.withRouter(paths, query.signal) : undefined;
      const contents = await this.read(paths, query.signal, lastGood);
      for (const { resource, failure } of findAll(contents, paths.namespace)) {
        if (failure !== undefined) this.warn(failure);
        if (resource === undefined || !matches(resource.metadata.labels)) continue;
        lists.push(complete ? complete(resource) : Promise.resolve(resource));
      }
    }
    return Promise.all(lists);
  }

  private async namespaces(all: boolean | undefined): Promise<Paths[]> {
    if (!all) return [this.paths];
    const names = await folderNames(namespacesFolder(this.home));
    return names
      .filter(isNamespaceName)
      .sort()
      .map((name) => namespacePaths(this.home, name));
  }

  private async read(paths: Paths, signal?: AbortSignal, lastGood?: LastGood): Promise<Contents> {
    stopIfAborted(signal);
    const contents = await readNamespace(paths, lastGood);
    const untrusted = await distrust(paths).catch(() => undefined);
    if (untrusted) this.warn(untrusted);
    for (const failure of [...contents.damaged.map((file) => file.failure), ...duplicates(contents)])
      this.warn(failure);
    return contents;
  }

  private warn(failure: Failure): void {
    if (!this.warnings.some((earlier) => earlier.message === failure.message)) this.warnings.push(failure);
  }
}

function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new Failure('interrupted', 'interrupted');
}
