import { createServer, connect, type Server, type Socket } from 'node:net';
import type { Held, Neighbour, PlayedRouter, Player } from './played-router.js';
import type { Attributes, RouterDouble } from './router-double.js';
import { emptyRouter, SystemRouter } from './system-router.js';

/** Who serves a key: the ports of this router's connectors and of those of others. */
type Backends = Map<string, readonly number[]>;

/** The double of a router's management node, with sockets behind it that behave as the router's own. */
class PlayedDouble implements PlayedRouter {
  private readonly listeners = new Map<string, ListeningDouble>();
  private readonly own: Backends = new Map();
  /** Each other router is reached through an interior one, unless it is an edge router that is attached here. */
  private readonly others: { through: string | undefined; backends: Backends }[] = [];

  constructor(private readonly router: SystemRouter) {}

  get id(): string {
    return String(this.double.own['router']?.[0]?.['id']);
  }

  private get double(): RouterDouble {
    return this.router.double;
  }

  async hold(held: Held): Promise<void> {
    await this.drop(held.name);
    this.double.hold(held.name, held.host, held.port, held.strategy, held.values);
    this.listeners.set(held.name, new ListeningDouble(this.double, held, (key) => this.portsOf(key)));
    await this.settle();
  }

  async drop(name: string): Promise<void> {
    await this.listeners.get(name)?.close();
    this.listeners.delete(name);
    this.double.drop(name);
  }

  async revalue(name: string, key: string, value: number): Promise<void> {
    Object.assign(this.double.entity('listenerAddress', `${name}/${key}`), { value, connectionsOpened: 0 });
    await this.settle();
  }

  async serve(key: string, ports: readonly number[]): Promise<void> {
    this.own.set(key, ports);
    this.double.serve(key, ports.length, `${this.id}-site`);
    this.relate(key);
    await this.settle();
  }

  join(id: string, mode: 'interior' | 'edge', to?: Neighbour): Promise<Neighbour> {
    const backends: Backends = new Map();
    this.others.push({ through: mode === 'interior' ? id : to?.id, backends });
    const node = emptyRouter(id)['$management'] ?? {};
    const { own, nodes } = this.double;
    if (mode === 'interior') {
      nodes[`amqp:/_topo/0/${id}/$management`] = node;
      own['router.node'] = [...(own['router.node'] ?? []), { id, instance: 1 }];
    } else if (!to) {
      nodes[`amqp:/_edge/${id}/$management`] = node;
      own['connection'] = [...(own['connection'] ?? []), { role: 'edge', container: id }];
    }
    return Promise.resolve({
      id,
      serve: async (key, ports) => {
        backends.set(key, ports);
        node['tcpConnector'] = [...backends].flatMap(([address, all]) =>
          all.map((_, at) => ({ name: `${address}-${at}`, address, siteId: `${id}-site` })),
        );
        this.relate(key);
        await this.settle();
      },
    });
  }

  async stop(): Promise<void> {
    for (const listener of this.listeners.values()) await listener.close();
    await this.router.stop();
  }

  async start(): Promise<void> {
    await this.settle();
    await this.router.restart();
  }

  async close(): Promise<void> {
    await this.stop();
  }

  /** Writes who reaches a key into the address that the router has of it. */
  private relate(key: string): void {
    const serving = this.others.filter(({ backends }) => (backends.get(key) ?? []).length > 0);
    const through = [...new Set(serving.flatMap((each) => each.through ?? []))];
    const edges = serving.filter((each) => each.through === undefined).length;
    const subscriberCount = (this.own.get(key) ?? []).length + edges;
    const rest = (this.double.own['router.address'] ?? []).filter((each) => each['name'] !== `M${key}`);
    const address = { name: `M${key}`, subscriberCount, remoteCount: through.length, remoteHostRouters: through };
    this.double.own['router.address'] = [...rest, address];
  }

  private portsOf(key: string): readonly number[] {
    return [this.own, ...this.others.map(({ backends }) => backends)].flatMap((backends) => backends.get(key) ?? []);
  }

  private async settle(): Promise<void> {
    for (const listener of this.listeners.values()) await listener.settle();
  }
}

/** The socket of one listener: open while a key is reachable. Each client is given to a key, and counted. */
class ListeningDouble {
  private server: Server | undefined;
  private failed = false;
  private readonly clients = new Map<Socket, string>();

  constructor(
    private readonly double: RouterDouble,
    private readonly held: Held,
    private readonly portsOf: (key: string) => readonly number[],
  ) {}

  /** Opens or closes the socket, as the keys have come and gone. A port that was taken is tried again when a first key comes. */
  async settle(): Promise<void> {
    for (const [socket, key] of this.clients) if (!this.reachable(key)) socket.destroy();
    const entity = this.double.entity('tcpListener', `multiAddress/${this.held.name}`);
    if (!Object.keys(this.held.values).some((key) => this.reachable(key))) {
      this.failed = false;
      entity['operStatus'] = 'down';
      if (this.server) entity['connectionMsg'] = '';
      return this.unbind();
    }
    if (this.server || this.failed) return;
    const server = createServer((socket) => this.take(socket));
    const { host, port } = this.held;
    try {
      await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
    } catch {
      this.failed = true;
      const connectionMsg = `Address already in use - listen on ${host}:${port}`;
      return void Object.assign(entity, { operStatus: 'down', connectionMsg });
    }
    this.server = server;
    Object.assign(entity, { operStatus: 'up', connectionMsg: '' });
  }

  /** As when the router ends. */
  async close(): Promise<void> {
    this.failed = false;
    await this.unbind();
  }

  private async unbind(): Promise<void> {
    for (const socket of this.clients.keys()) socket.destroy();
    const { server } = this;
    this.server = undefined;
    if (server) await new Promise((resolve) => server.close(resolve));
  }

  private reachable(key: string): boolean {
    return this.portsOf(key).length > 0;
  }

  private take(socket: Socket): void {
    const { name } = this.held;
    const key = this.chosen();
    const listener = this.double.entity('tcpListener', `multiAddress/${name}`);
    add(listener, 'connectionsOpened');
    add(this.double.entity('listenerAddress', `${name}/${key}`), 'connectionsOpened');
    this.clients.set(socket, key);
    const [port] = this.portsOf(key);
    const backend = port === undefined ? undefined : connect(port, '127.0.0.1');
    backend?.on('error', () => socket.end()).on('close', () => socket.end());
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.clients.delete(socket);
      backend?.destroy();
      add(listener, 'connectionsClosed');
    });
    if (backend) socket.pipe(backend).pipe(socket);
    else socket.end();
  }

  /** By the values that the router has. Where no reachable key has a weight, it is the one with the largest value. */
  private chosen(): string {
    const keys = (this.double.own['listenerAddress'] ?? [])
      .filter((each) => each['listener'] === `multiAddress/${this.held.name}`)
      .map((each) => ({ key: String(each['address']), value: Number(each['value']) }))
      .sort((a, b) => b.value - a.value);
    const reachable = keys.filter(({ key }) => this.reachable(key));
    const [first] = keys;
    if (this.held.strategy === 'priority') return (reachable[0] ?? first)?.key ?? '';
    let left = Math.random() * reachable.reduce((sum, { value }) => sum + value, 0);
    return (reachable.find(({ value }) => (left -= value) < 0) ?? first)?.key ?? '';
  }
}

function add(entity: Attributes, counter: string): void {
  entity[counter] = Number(entity[counter] ?? 0) + 1;
}

/** The double, which every machine has. */
export const doublePlayer: Player = {
  title: 'the double',
  play: async (home) => new PlayedDouble(await SystemRouter.start(home)),
};
