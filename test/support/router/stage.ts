import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { applied } from '../system/system-site.js';
import type { Held, Neighbour, PlayedRouter, Player } from './played-router.js';
import { freePort, NOBODY, Service } from './services.js';

export type Strategy = { weighted: Record<string, number> } | { priority: readonly string[] };

/** A system site whose router is played, with services behind routing keys and MultiKeyListeners that are applied. */
export class RouterStage {
  /** What the router holds, by name. */
  readonly held = new Map<string, Held>();
  private readonly services = new Map<string, Service>();

  private constructor(
    private readonly home: string,
    readonly router: PlayedRouter,
  ) {}

  /** @param home a data home, in which namespace `default` is the site */
  static async start(player: Player, home: string): Promise<RouterStage> {
    return new RouterStage(home, await player.play(home));
  }

  /** Applies a MultiKeyListener as `skupper system reload` does: its files, and what the router holds. Returns its port. */
  async apply(name: string, strategy: Strategy, at?: number): Promise<number> {
    const port = at ?? this.held.get(name)?.port ?? (await freePort());
    const held = heldOf(name, port, strategy);
    this.write(name, port, strategy);
    this.held.set(name, held);
    await this.router.hold(held);
    return port;
  }

  /** The files alone, as if the router had not heard of them. */
  write(name: string, port: number, strategy: Strategy): void {
    const text = manifest(name, port, strategy);
    this.put(text, 'input', 'resources', name);
    this.put(text, 'internal', 'snapshot', name);
    this.put(applied(text), 'runtime', 'resources', name);
  }

  /** Serves a key with so many connectors of a router to a service that greets with the key. */
  async serve(key: string, connectors = 1, by: Pick<Neighbour, 'serve'> = this.router): Promise<void> {
    const service = this.services.get(key) ?? (await Service.listen(key));
    this.services.set(key, service);
    await by.serve(key, Array<number>(connectors).fill(service.port));
  }

  /** A connector whose backend refuses every connection. */
  async refuse(key: string): Promise<void> {
    await this.router.serve(key, [NOBODY]);
  }

  async close(): Promise<void> {
    await this.router.close();
    for (const service of this.services.values()) await service.close();
  }

  private put(text: string, folder: string, part: string, name: string): void {
    const file = path.join(this.home, 'namespaces', 'default', folder, part, `MultiKeyListener-${name}.yaml`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** What Skupper makes of it: a weight is the value, and of keys in an order the first has the largest. */
function heldOf(name: string, port: number, strategy: Strategy): Held {
  const host = '127.0.0.1';
  if ('weighted' in strategy) return { name, host, port, strategy: 'weighted', values: strategy.weighted };
  const values = strategy.priority.map((key, at) => [key, strategy.priority.length - 1 - at] as const);
  return { name, host, port, strategy: 'priority', values: Object.fromEntries(values) };
}

function manifest(name: string, port: number, strategy: Strategy): string {
  const [kind, keys] =
    'weighted' in strategy
      ? ['weighted', Object.entries(strategy.weighted).map(([key, weight]) => `        ${key}: ${weight}\n`)]
      : ['priority', strategy.priority.map((key) => `      - ${key}\n`)];
  return `apiVersion: skupper.io/v2alpha1
kind: MultiKeyListener
metadata:
  name: ${name}
  namespace: default
spec:
  host: 127.0.0.1
  port: ${port}
  strategy:
    ${kind}:
      routingKeys:
${keys.join('')}`;
}
