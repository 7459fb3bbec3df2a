import type { Duplex } from 'node:stream';
import type { Facts } from '../model/facts.js';
import type { Failure } from '../model/failure.js';
import type { MultiKeyListener } from '../model/resource.js';
import type { RouterFact, RouterListener, RouterState } from '../model/router.js';

/** Where a store reads and writes, for headers and error messages. */
export interface Where {
  platform: string;
  namespace: string;
  /** Kubernetes: the kubeconfig context and the server's URL. */
  context?: string;
  server?: string;
  /** System sites: the namespace's folder. */
  folder?: string;
}

export interface ReadOptions {
  signal?: AbortSignal;
  /**
   * Query the site's router too. Facts then have its whole state, on every platform. A resource of a system site then has
   * `status.local.router`, which a watch always has.
   */
  router?: boolean;
}

export interface ListQuery extends ReadOptions {
  /** A valid label selector in kubectl's syntax. */
  selector?: string;
  allNamespaces?: boolean;
}

export interface WriteOptions extends ReadOptions {
  /** Make all checks of the write, on the server or in the site's files, but do not write. */
  dryRun?: boolean;
}

/** The version (and the object, by uid) for which a patch was made. A stored resource that differs from it is a `conflict`. */
export interface PatchOptions extends WriteOptions {
  resourceVersion: string;
  uid?: string;
}

export interface DeleteOptions extends WriteOptions {
  /** Delete only the resource with this uid; another resource of the same name is a `conflict`. */
  uid?: string;
  resourceVersion?: string;
}

export interface Deleted {
  uid?: string;
  /** False if the resource still exists because it has finalizers. */
  gone: boolean;
}

export interface WatchQuery {
  /** Only this resource. */
  name?: string;
  selector?: string;
  allNamespaces?: boolean;
  /**
   * Start after this resourceVersion, which our own write returned, instead of with a list. A store that cannot do that
   * lists first.
   */
  since?: string;
}

/**
 * The events of a watch. After a lost connection the watch lists again, compares by uid and resourceVersion, and reports the
 * changes in between as ordinary events.
 */
export type StoreEvent =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: MultiKeyListener }
  /** All existing resources have been reported. The events that follow are live. */
  | { type: 'SYNCED' }
  /** The connection is lost. The watch retries by itself and then yields SYNCED again. */
  | { type: 'LOST'; failure: Failure; retryInMs: number };

/** A JSON merge patch (RFC 7386): null removes a member. */
export type MergePatch = { [key: string]: unknown };

/**
 * Access to one namespace on one platform. Methods throw only `Failure`, with codes such as `not-found`, `already-exists`,
 * `conflict`, `forbidden` and `unreachable`.
 */
export interface Store {
  readonly where: Where;

  /** True if the strategy's kind can be changed in place, as in the files of a system site. */
  readonly changesKind?: boolean;

  /** True if the namespace does not exist yet and the first write creates it. */
  makesNamespace?(): Promise<boolean>;

  /** Warnings of all reads so far, each once, for stderr: for example a damaged file that was skipped. */
  readonly warnings: readonly Failure[];

  /** The resource with its status. Throws `not-found` if no resource has that name. */
  get(name: string, options?: ReadOptions): Promise<MultiKeyListener>;

  /** The matching resources, sorted by namespace and name. An empty namespace gives an empty list. */
  list(query?: ListQuery): Promise<MultiKeyListener[]>;

  /**
   * Lists like `list`, in the same order, but yields parts as they arrive, so that the first rows of a long list can be shown
   * early. The resources have no managedFields. A failure may be thrown after some parts.
   *
   * @param keep turns a resource into the value that is yielded, so that the resource itself can be freed at once; it must not
   *   have side effects, as it may be called again for the same resource
   */
  pages<T>(query: ListQuery, keep: (resource: MultiKeyListener) => T): AsyncIterable<T[]>;

  /** Creates a resource and returns it as stored. Throws `already-exists` if the name is taken. */
  create(resource: MultiKeyListener, options?: WriteOptions): Promise<MultiKeyListener>;

  /** Applies the patch to exactly the given version and returns the resource as stored. Throws `conflict` for another version. */
  patch(name: string, patch: MergePatch, options: PatchOptions): Promise<MultiKeyListener>;

  delete(name: string, options?: DeleteOptions): Promise<Deleted>;

  /**
   * Lists, then watches, until the signal aborts; the iteration then ends without an error. Throws only at the first attempt,
   * for failures that a retry cannot cure, such as a missing permission or API.
   */
  watch(query: WatchQuery, signal: AbortSignal): AsyncIterable<StoreEvent>;

  /**
   * Announces that the resource with this name is read next and then its facts: their requests start at once, parallel to
   * that for the resource, and `facts` uses the answers. Absent if a platform would not be faster with it.
   */
  anticipate?(name: string): void;

  /** The facts about the surroundings of a resource, read in parallel. A fact that cannot be read is in the result as unknown. */
  facts(resource: MultiKeyListener, options?: ReadOptions): Promise<Facts>;

  /**
   * The facts of many resources of this namespace, or with `allNamespaces` of several, in the order of the resources. The
   * surroundings are read once for all of them, so that the number of requests does not grow with the number of resources.
   */
  factsOfAll(
    resources: readonly MultiKeyListener[],
    options?: ReadOptions & { allNamespaces?: boolean },
  ): Promise<Facts[]>;

  /**
   * Explains why nothing can exist in this namespace: it does not exist, or it is being deleted. Undefined if the namespace is
   * usable or cannot be read. Commands call it when they found nothing.
   */
  placeProblem(options?: ReadOptions): Promise<Failure | undefined>;

  /**
   * Resolves when the router of this site no longer has the listener (`multiAddress/<name>`) of a deleted resource, if that
   * can be observed, or when the signal aborts. `--recreate` waits for this: if the controller saw the delete and the create as
   * one change, the old strategy would stay in the router.
   */
  released(name: string, signal: AbortSignal): Promise<void>;

  /** The routers of a namespace; the default is the store's own. A connection is opened when they are first queried. */
  routers(namespace?: string): Routers;

  /** Closes connections that are kept between calls and would keep the process alive. The store can still be used. */
  close(): void;
}

/** The routers of one namespace. They are queried over connections that stay open between readings. */
export interface Routers {
  /**
   * The present state of the routers, merged into one, within `routerTimeoutMs` (by default 2 s). If a router cannot be queried,
   * the result is an unknown fact with the reason, not an error.
   *
   * @param options.network read also the connectors of the network
   */
  state(options: { network: boolean; signal: AbortSignal }): Promise<RouterFact<RouterState>>;

  /**
   * Connects, without TLS, to the port on which the router listens for clients of a MultiKeyListener. The router treats the
   * connection like that of any client: it gives it to a routing key and counts it. The caller must destroy the connection.
   *
   * @param listener from `state`
   * @throws Failure `unreachable`, `request-timeout` if the signal aborts, and on Kubernetes the failures of any request
   */
  dial(listener: RouterListener, signal: AbortSignal): Promise<Duplex>;
}

export interface StoreOptions {
  platform: string;
  namespace?: string;
  context?: string;
  kubeconfig?: string;
  /** Kubernetes: user and groups to impersonate instead of those in the kubeconfig (`as`, `as-groups`). */
  as?: string;
  asGroups?: readonly string[];
  /** Timeout of one request, in milliseconds. */
  requestTimeoutMs: number;
  /** System sites: the data home. Default: that of the platform. */
  dataHome?: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Receives warnings of the server (header `Warning`, code 299), for stderr. */
  warn?: (text: string) => void;
  /**
   * Runs work that may use the terminal for a dialogue, such as a credential plugin that asks for a password; undefined without
   * a terminal. The signal passed to the work aborts when the program is about to end.
   */
  talk?: <T>(work: (over: AbortSignal) => Promise<T>) => Promise<T>;
}

/** The contexts and namespaces of a platform, for completion and for commands that read several clusters. */
export interface Places {
  contexts: string[];
  namespaces(signal: AbortSignal): Promise<string[]>;
}
