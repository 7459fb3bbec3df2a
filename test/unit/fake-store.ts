import { Failure } from '../../src/model/failure.js';
import type { Facts } from '../../src/model/facts.js';
import { applyMergePatch } from '../../src/model/change/merge-patch.js';
import type { MultiKeyListener } from '../../src/model/resource.js';
import { PassThrough, type Duplex } from 'node:stream';
import type { RouterFact, RouterListener, RouterState } from '../../src/model/router.js';
import type {
  DeleteOptions,
  Deleted,
  MergePatch,
  PatchOptions,
  Routers,
  Store,
  StoreEvent,
  WatchQuery,
  WriteOptions,
} from '../../src/store/store.js';

export type Step = 'get' | 'list' | 'create' | 'patch' | 'delete' | 'watch' | 'released' | 'facts' | 'routers' | 'dial';

const NO_FACTS: Facts = { endpoints: { known: true, value: [] }, sites: { known: true, value: [] } };

/**
 * A store in memory with one version counter. `before` runs ahead of each step
 * (to let somebody else in, or to fail), `watched` is what a watch yields.
 */
export class FakeStore implements Store {
  readonly warnings = [];
  placeProblem = async (): Promise<undefined> => undefined;
  readonly where = { platform: 'kubernetes', namespace: 'west', context: 'test', server: 'https://test' };
  readonly objects = new Map<string, MultiKeyListener>();
  readonly steps: string[] = [];
  facts_: Facts = NO_FACTS;
  before: (step: Step, name: string) => void | Promise<void> = () => undefined;
  watched: (signal: AbortSignal) => AsyncIterable<StoreEvent> = () => events([]);
  /** A delete leaves the object in place, as with a finalizer. */
  held = false;
  /** What the last watch was asked for. */
  query: WatchQuery | undefined;
  private version = 100;

  constructor(...resources: MultiKeyListener[]) {
    for (const resource of resources) this.put(resource);
  }

  /** Stores it as somebody else would: a new version, and a uid when it has none. */
  put(resource: MultiKeyListener): MultiKeyListener {
    this.version += 1;
    const version = String(this.version);
    const metadata = { ...resource.metadata, uid: resource.metadata.uid ?? `u${version}`, resourceVersion: version };
    const stored = { ...resource, metadata };
    this.objects.set(metadata.name, stored);
    return stored;
  }

  async get(name: string): Promise<MultiKeyListener> {
    await this.step('get', name);
    return this.must(name);
  }

  async list(): Promise<MultiKeyListener[]> {
    await this.step('list', '');
    return [...this.objects.values()];
  }

  async *pages<T>(_: unknown, keep: (resource: MultiKeyListener) => T): AsyncGenerator<T[]> {
    yield (await this.list()).map(keep);
  }

  async create(resource: MultiKeyListener, options: WriteOptions = {}): Promise<MultiKeyListener> {
    await this.step('create', resource.metadata.name);
    if (this.objects.has(resource.metadata.name)) throw new Failure('already-exists', 'it exists already');
    return options.dryRun ? resource : this.put(resource);
  }

  async patch(
    name: string,
    patch: MergePatch,
    { resourceVersion, uid, dryRun }: PatchOptions,
  ): Promise<MultiKeyListener> {
    await this.step('patch', name);
    const now = this.must(name);
    this.refuseOther(now, { uid, resourceVersion });
    const after = applyMergePatch(now, patch);
    return dryRun ? after : this.put(after);
  }

  async delete(name: string, { uid, resourceVersion, dryRun }: DeleteOptions = {}): Promise<Deleted> {
    await this.step('delete', name);
    const now = this.must(name);
    this.refuseOther(now, { uid, resourceVersion });
    if (!dryRun && !this.held) this.objects.delete(name);
    return { uid: now.metadata.uid, gone: !this.held };
  }

  async *watch(query: WatchQuery, signal: AbortSignal): AsyncGenerator<StoreEvent> {
    this.query = query;
    await this.step('watch', query.name ?? '');
    yield* this.watched(signal);
  }

  async facts(): Promise<Facts> {
    await this.step('facts', '');
    return this.facts_;
  }

  async factsOfAll(resources: readonly MultiKeyListener[]): Promise<Facts[]> {
    await this.step('facts', '');
    return resources.map(() => this.facts_);
  }

  async released(name: string): Promise<void> {
    await this.step('released', name);
  }

  /** What the routers say, reading by reading; the last one stays. */
  routers_: RouterFact<RouterState>[] = [{ known: false, why: 'nobody asks here' }];

  routers(): Routers {
    return {
      state: async () => {
        await this.step('routers', '');
        const [first, ...rest] = this.routers_;
        if (rest.length > 0) this.routers_ = rest;
        return first as RouterFact<RouterState>;
      },
      dial: async (listener) => {
        await this.step('dial', listener.name);
        return this.dial_(listener);
      },
    };
  }

  /** What a connection to a listener is. */
  dial_: (listener: RouterListener) => Duplex = () => new PassThrough();

  close(): void {
    // Nothing is open.
  }

  private async step(step: Step, name: string): Promise<void> {
    this.steps.push(step);
    await this.before(step, name);
  }

  private must(name: string): MultiKeyListener {
    const found = this.objects.get(name);
    if (!found) throw new Failure('not-found', `${name} does not exist`);
    return found;
  }

  private refuseOther({ metadata }: MultiKeyListener, known: { uid?: string; resourceVersion?: string }): void {
    const otherUid = known.uid !== undefined && known.uid !== metadata.uid;
    const otherVersion = known.resourceVersion !== undefined && known.resourceVersion !== metadata.resourceVersion;
    if (otherUid || otherVersion) throw new Failure('conflict', 'it was changed meanwhile');
  }
}

/** These events, then silence until the signal aborts; without a signal the stream ends. */
export async function* events(
  list: readonly (StoreEvent | (() => void))[],
  signal?: AbortSignal,
): AsyncGenerator<StoreEvent> {
  for (const event of list) {
    if (typeof event === 'function') event();
    else yield event;
  }
  if (signal && !signal.aborted)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

/** The failure a promise is rejected with. */
export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('it did not fail');
}
