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
   * Ask the site's router too. Facts tell all that it says, on any platform; `status.local.router` of a resource of a system
   * site tells what it says of the resource, as in a watch.
   */
  router?: boolean;
}

export interface ListQuery extends ReadOptions {
  /** A label selector in kubectl's syntax, already checked. */
  selector?: string;
  allNamespaces?: boolean;
}

export interface WriteOptions extends ReadOptions {
  /** Everything but the write itself: the server (or the disk's state) is asked and answers. */
  dryRun?: boolean;
}

/** A patch is refused with `conflict` unless the stored resource still is the one it was made from. */
export interface PatchOptions extends WriteOptions {
  resourceVersion: string;
  uid?: string;
}

export interface DeleteOptions extends WriteOptions {
  /** With it, another resource that took the name meanwhile is left alone (`conflict`). */
  uid?: string;
  resourceVersion?: string;
}

export interface Deleted {
  uid?: string;
  /** False while finalizers still hold it. */
  gone: boolean;
}

export interface WatchQuery {
  /** Only this resource. */
  name?: string;
  selector?: string;
  allNamespaces?: boolean;
  /**
   * Start after this resourceVersion (the one our own write returned) instead
   * of with a list. A store that cannot start there lists.
   */
  since?: string;
}

/**
 * What a watch yields. After a lost connection it lists again and reports what
 * changed meanwhile as ordinary events, judged by uid and resourceVersion.
 */
export type StoreEvent =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: MultiKeyListener }
  /** All that exists has been reported; from here on events are live. */
  | { type: 'SYNCED' }
  /** Not live any more; the watch tries again by itself. */
  | { type: 'LOST'; failure: Failure; retryInMs: number };

/** A JSON merge patch (RFC 7386): null removes. */
export type MergePatch = { [key: string]: unknown };

/**
 * One namespace of one platform. All methods throw `Failure` and nothing else:
 * `not-found`, `already-exists`, `conflict`, `forbidden`, `unreachable`, …
 */
export interface Store {
  readonly where: Where;

  /** True if the strategy's kind can be changed in place (system sites: it is a file). */
  readonly changesKind?: boolean;

  /** True where the namespace is not there yet and comes into being with the first write. */
  makesNamespace?(): Promise<boolean>;

  /** What was passed over while reading (a damaged file among good ones), for stderr; grows, each once. */
  readonly warnings: readonly Failure[];

  /** The resource with its status; `not-found` when there is none of that name. */
  get(name: string, options?: ReadOptions): Promise<MultiKeyListener>;

  /** All that match, sorted by namespace and name. An empty namespace is an empty list. */
  list(query?: ListQuery): Promise<MultiKeyListener[]>;

  /**
   * The same, in the same order, in parts as they arrive: of a long list the first rows can be shown long before the last are there.
   * Without their managedFields. A failure may come after some parts.
   *
   * @param keep what is kept of each resource, without effects of its own; the rest is forgotten at once
   */
  pages<T>(query: ListQuery, keep: (resource: MultiKeyListener) => T): AsyncIterable<T[]>;

  /** Exclusive: `already-exists` when the name is taken. Returns what is stored now. */
  create(resource: MultiKeyListener, options?: WriteOptions): Promise<MultiKeyListener>;

  /** Applies the patch to exactly the version named; returns what is stored now. */
  patch(name: string, patch: MergePatch, options: PatchOptions): Promise<MultiKeyListener>;

  delete(name: string, options?: DeleteOptions): Promise<Deleted>;

  /**
   * List, then watch, until the signal aborts (the iteration then just ends).
   * Throws only where trying again cannot help: forbidden, no such API, at the first attempt.
   */
  watch(query: WatchQuery, signal: AbortSignal): AsyncIterable<StoreEvent>;

  /**
   * The resource of this name is read next, and then what surrounds it: `facts` takes what is asked for here, in the round
   * trip of the resource itself. Absent where nothing is gained.
   */
  anticipate?(name: string): void;

  /** What surrounds this resource, asked for side by side. Never throws for a single missing fact. */
  facts(resource: MultiKeyListener, options?: ReadOptions): Promise<Facts>;

  /**
   * The same for many resources of this namespace, or with `allNamespaces` of any, in their order. What surrounds them is read
   * once, so that the number of requests does not grow with the number of resources.
   */
  factsOfAll(
    resources: readonly MultiKeyListener[],
    options?: ReadOptions & { allNamespaces?: boolean },
  ): Promise<Facts[]>;

  /**
   * Why this namespace can hold nothing (it does not exist, it is being deleted); undefined where it is
   * fine or nobody may know. Asked where an empty list would mislead.
   */
  placeProblem(options?: ReadOptions): Promise<Failure | undefined>;

  /**
   * Resolves when the router of this site no longer holds the listener of a
   * deleted resource (`multiAddress/<name>`), as far as that can be seen, or
   * when the signal aborts: a delete and a create that coalesce would leave the old strategy in place.
   */
  released(name: string, signal: AbortSignal): Promise<void>;

  /** The routers of the store's namespace, or of another one. Nothing is opened before they are asked. */
  routers(namespace?: string): Routers;

  /** Ends what is kept open between calls, so that the process can end. The store can still be used. */
  close(): void;
}

/** The routers of one namespace. They are asked over connections that are kept from one reading to the next. */
export interface Routers {
  /**
   * What the routers say now, as one; within two seconds. Never throws for a router that cannot be asked: that is a fact
   * with its reason.
   *
   * @param options.network also who serves each routing key
   */
  state(options: { network: boolean; signal: AbortSignal }): Promise<RouterFact<RouterState>>;

  /**
   * Opens a plain connection to the port on which the router listens for clients of a MultiKeyListener, as one of them would.
   * The router gives it to a routing key and counts it. The caller must destroy it.
   *
   * @param listener as `state` told it
   * @throws Failure `unreachable`, `request-timeout` when the signal aborts, and on Kubernetes what a request throws
   */
  dial(listener: RouterListener, signal: AbortSignal): Promise<Duplex>;
}

export interface StoreOptions {
  platform: string;
  namespace?: string;
  context?: string;
  kubeconfig?: string;
  /** Kubernetes: whom to act as, in place of what the kubeconfig says (`as`, `as-groups`). */
  as?: string;
  asGroups?: readonly string[];
  /** Upper bound for one request, in milliseconds. */
  requestTimeoutMs: number;
  /** System sites: the data home in place of the platform's own. */
  dataHome?: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Takes a warning of the server (header `Warning`, code 299), for stderr. */
  warn?: (text: string) => void;
  /**
   * Runs work that may talk to the person at the terminal, as a credential plugin that asks for a password; undefined where there
   * is nobody to talk to. The signal aborts when the program is about to end.
   */
  talk?: <T>(work: (over: AbortSignal) => Promise<T>) => Promise<T>;
}

/** Where one may work on a platform, for completion and for commands that read several clusters. */
export interface Places {
  contexts: string[];
  namespaces(signal: AbortSignal): Promise<string[]>;
}
