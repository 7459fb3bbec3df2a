import { writeFile } from 'node:fs/promises';
import { PLURAL, type MultiKeyListener } from '../../../src/model/resource.js';
import { ApiDouble } from './api-double.js';

/** Several API servers, and one kubeconfig with a context for each; its current context does not exist. */
export class Fleet {
  private constructor(
    private readonly doubles: ReadonlyMap<string, ApiDouble>,
    /** The path of the kubeconfig. */
    readonly kubeconfig: string,
  ) {}

  /**
   * @param contexts the names of the contexts; the namespace of each is `default`
   * @param users user entries of contexts that need another one than the double's token
   */
  static async start(contexts: readonly string[], users: Record<string, object> = {}): Promise<Fleet> {
    const doubles = new Map<string, ApiDouble>();
    for (const context of contexts) doubles.set(context, await ApiDouble.start());
    const [first] = doubles.values();
    if (!first) throw new Error('a fleet has at least one cluster');
    const file = await first.kubeconfig();
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'none of them',
      contexts: contexts.map((name) => ({ name, context: { cluster: name, user: name } })),
      clusters: [...doubles].map(([name, { url: server }]) => ({ name, cluster: { server } })),
      users: contexts.map((name) => ({ name, user: users[name] ?? { token: 'admin-token' } })),
    };
    await writeFile(file, JSON.stringify(config));
    return new Fleet(doubles, file);
  }

  at(context: string): ApiDouble {
    const double = this.doubles.get(context);
    if (!double) throw new Error(`no such context: ${context}`);
    return double;
  }

  /** Stores a resource in one of the clusters, or changes it, with its status. */
  put(context: string, resource: MultiKeyListener): void {
    const { storage } = this.at(context);
    const { name, namespace = 'default' } = resource.metadata;
    storage.namespaces.add(namespace);
    const there = storage.list(PLURAL, namespace).find(({ metadata }) => metadata.name === name);
    const stored = there
      ? storage.update(PLURAL, resource as never, there)
      : storage.create(PLURAL, namespace, resource as never);
    storage.update(PLURAL, { ...stored, status: resource.status }, stored, { status: true });
  }

  async stop(): Promise<void> {
    await Promise.all([...this.doubles.values()].map((double) => double.stop()));
  }
}
