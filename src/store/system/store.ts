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
  Store,
  StoreEvent,
  StoreOptions,
  WatchQuery,
  Where,
  WriteOptions,
} from '../store.js';
import { createResource, deleteResource, missing, patchResource } from './files/edit.js';
import { gatherFacts, gatherFactsOfAll } from './facts.js';
import { duplicates, find, findAll, readNamespace, type Contents } from './files/namespace-contents.js';
import { DEFAULT_NAMESPACE, dataHome, namespacePaths, namespacesFolder, type Paths } from './files/paths.js';
import { folderNames, type LastGood } from './files/read-resources.js';
import { distrust } from './files/trust.js';
import { watchFiles } from './watch.js';

/**
 * The store of podman, docker and linux sites: files under the data home.
 * Opening one reads and writes nothing.
 * @param procNet where the kernel lists its sockets
 * @throws Failure `usage` for an impossible namespace
 */
export async function openSystemStore(options: StoreOptions, procNet = '/proc/net'): Promise<SystemStore> {
  return new SystemStore(options.platform, dataHome(options), options.namespace || DEFAULT_NAMESPACE, procNet);
}

export class SystemStore implements Store {
  readonly where: Where;
  readonly changesKind = true;
  /** What reading had to leave out so far: damaged files and names described twice, each once. */
  readonly warnings: Failure[] = [];
  private readonly paths: Paths;

  constructor(
    platform: string,
    private readonly home: string,
    namespace: string,
    private readonly procNet: string,
  ) {
    this.paths = namespacePaths(this.home, namespace);
    this.where = { platform, namespace, folder: this.paths.folder };
  }

  async get(name: string, options: ReadOptions = {}): Promise<MultiKeyListener> {
    const contents = await this.read(this.paths, options.signal);
    const { resource, failure } = find(contents, name, this.paths.namespace);
    if (resource === undefined) throw failure ?? missing(this.paths, contents, name);
    return resource;
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

  /** A namespace of a site comes into being with its first file: an empty one is no problem. */
  async placeProblem(): Promise<Failure | undefined> {
    return undefined;
  }

  watch(query: WatchQuery, signal: AbortSignal): AsyncIterable<StoreEvent> {
    const lastGood: LastGood = new Map();
    const list = async (): Promise<MultiKeyListener[]> => {
      const all = await this.select({ ...query, signal }, lastGood);
      return query.name === undefined ? all : all.filter((resource) => resource.metadata.name === query.name);
    };
    const folders = async (): Promise<string[]> => {
      const all = await this.namespaces(query.allNamespaces);
      const watched = all.flatMap((paths) => [paths.resources, paths.runtime, paths.snapshot]);
      return query.allNamespaces ? [namespacesFolder(this.home), ...watched] : watched;
    };
    return watchFiles({ list, folders, since: query.name === undefined ? undefined : query.since, signal });
  }

  facts(resource: MultiKeyListener): Promise<Facts> {
    return gatherFacts(this.paths, resource, this.procNet);
  }

  async factsOfAll(resources: readonly MultiKeyListener[]): Promise<Facts[]> {
    const namespaces = [...new Set(resources.map(({ metadata }) => metadata.namespace ?? this.where.namespace))];
    const facts = new Map<MultiKeyListener, Facts>();
    for (const namespace of namespaces) {
      const own = resources.filter(({ metadata }) => (metadata.namespace ?? this.where.namespace) === namespace);
      const gathered = await gatherFactsOfAll(namespacePaths(this.home, namespace), own, this.procNet);
      gathered.forEach((each, index) => facts.set(own[index] as MultiKeyListener, each));
    }
    return resources.map((resource) => facts.get(resource) as Facts);
  }

  /** A reload renders the whole site anew: nothing can coalesce. */
  async released(): Promise<void> {
    // Nothing to wait for.
  }

  private async select(query: ListQuery, lastGood?: LastGood): Promise<MultiKeyListener[]> {
    const matches = parseSelector(query.selector ?? '');
    const lists = [];
    for (const paths of await this.namespaces(query.allNamespaces)) {
      const contents = await this.read(paths, query.signal, lastGood);
      for (const { resource, failure } of findAll(contents, paths.namespace)) {
        if (failure !== undefined) this.warn(failure);
        if (resource !== undefined && matches(resource.metadata.labels)) lists.push(resource);
      }
    }
    return lists;
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
    const doubt = await distrust(paths).catch(() => undefined);
    if (doubt) this.warn(doubt);
    for (const failure of [...contents.damaged.map((file) => file.failure), ...duplicates(contents)])
      this.warn(failure);
    return contents;
  }

  private warn(failure: Failure): void {
    if (!this.warnings.some((known) => known.message === failure.message)) this.warnings.push(failure);
  }
}

function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new Failure('interrupted', 'interrupted');
}
