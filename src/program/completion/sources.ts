import { networkOf, serversOf, servedKeys } from '../../model/network.js';
import { API_VERSION, KIND, type MultiKeyListener } from '../../model/resource.js';
import { keysOf } from '../../model/strategy.js';
import { findPlatform, type Platform } from '../../store/platforms.js';
import type { Store, StoreOptions } from '../../store/store.js';
import { summarise } from '../../model/summary.js';
import { searchedFolders } from '../../cli/handover/find.js';
import type { Environment } from '../../cli/terminal/io.js';
import { counted } from '../../model/text.js';

/** One candidate for the word at the cursor. */
export interface Candidate {
  value: string;
  description?: string;
}

export type Add = (candidate: Candidate) => void;

/**
 * Reads candidates from the cluster or site that the line's flags choose. Every method passes its candidates to `add` and may
 * throw; the caller ignores errors.
 */
export class Sources {
  private opened: Promise<Store> | undefined;
  private listed: Promise<MultiKeyListener[]> | undefined;

  constructor(
    private readonly flags: ReadonlyMap<string, readonly string[]>,
    private readonly env: Environment,
    private readonly signal: AbortSignal,
    private readonly timeoutMs: number,
  ) {}

  async names(add: Add): Promise<void> {
    for (const resource of await this.resources())
      add({ value: resource.metadata.name, description: summarise(resource).state });
  }

  /** The labels of the resources as terms of a selector: `app=shop`. */
  async labels(add: Add): Promise<void> {
    for (const { metadata } of await this.resources())
      for (const [key, value] of Object.entries(metadata.labels ?? {})) add({ value: `${key}=${value}` });
  }

  /** The routing keys that connectors in the network serve, and those of existing resources. */
  async routingKeys(add: Add): Promise<void> {
    await Promise.allSettled([this.served(add), this.used(add)]);
  }

  /** The routing keys of one resource. */
  async keysOfResource(name: string, add: Add): Promise<void> {
    const store = await this.store();
    const { spec } = await store.get(name, { signal: this.signal });
    for (const value of keysOf(spec.strategy)) add({ value });
  }

  async contexts(add: Add): Promise<void> {
    for (const value of (await this.places()).contexts) add({ value });
  }

  async namespaces(add: Add): Promise<void> {
    for (const value of await (await this.places()).namespaces(this.signal)) add({ value });
  }

  private async served(add: Add): Promise<void> {
    const store = await this.store();
    const network = networkOf(await store.facts(NOBODY, { signal: this.signal })) ?? [];
    for (const value of servedKeys(network)) {
      const sites = serversOf(network, value).length;
      add({ value, description: `served by ${counted(sites, 'site')}` });
    }
  }

  private async used(add: Add): Promise<void> {
    for (const { metadata, spec } of await this.resources())
      for (const value of keysOf(spec.strategy)) add({ value, description: `in ${metadata.name}` });
  }

  private resources(): Promise<MultiKeyListener[]> {
    const allNamespaces = this.flags.has('all-namespaces');
    this.listed ??= this.store().then((store) => store.list({ allNamespaces, signal: this.signal }));
    return this.listed;
  }

  private store(): Promise<Store> {
    this.opened ??= this.platform().open(this.options());
    return this.opened;
  }

  private places(): ReturnType<Platform['places']> {
    return this.platform().places(this.options());
  }

  private platform(): Platform {
    const platform = findPlatform(this.last('platform') ?? (this.env['SKUPPER_PLATFORM'] || 'kubernetes'));
    if (!platform) throw new Error('no such platform');
    return platform;
  }

  private options(): StoreOptions {
    return {
      platform: this.platform().name,
      namespace: this.last('namespace'),
      // With several clusters, candidates come from the first one.
      context: this.last('context') ?? this.flags.get('contexts')?.[0]?.split(',')[0],
      kubeconfig: this.last('kubeconfig'),
      as: this.last('as'),
      asGroups: this.flags.get('as-group'),
      dataHome: this.last('data-home'),
      requestTimeoutMs: this.timeoutMs,
      // A credential plugin is searched on the PATH without the current folder, because completion runs in any folder.
      env: { ...this.env, PATH: searchedFolders(this.env).join(process.platform === 'win32' ? ';' : ':') },
    };
  }

  private last(flag: string): string | undefined {
    return this.flags.get(flag)?.at(-1);
  }
}

/** A resource for `store.facts`: the facts about the network are the same for all, and this one needs no Service or Secret. */
const NOBODY: MultiKeyListener = {
  apiVersion: API_VERSION,
  kind: KIND,
  metadata: { name: '' },
  spec: { host: '', port: 0, strategy: {} },
};
