import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type { Held, Neighbour, PlayedRouter, Player } from './played-router.js';
import { RouterProcess, type Entity } from './real-process.js';
import { freePort } from './services.js';
import { siteAccess, siteCertificates, type SiteCertificates } from './site-files.js';

const PROGRAM = 'skrouterd';

/** Where the PATH has a router; undefined where it has none. */
function programOnPath(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => path.join(folder, PROGRAM)).find((file) => isProgram(file));
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The real router, where the PATH has it. */
export function realPlayer(): Player | undefined {
  const program = programOnPath();
  if (program === undefined) return undefined;
  const version = spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout.trim();
  return { title: `${PROGRAM} ${version}`, play: (home) => RealRouter.start(program, home) };
}

interface Ports {
  management: number;
  interior: number;
  edge: number;
}

/** skrouterd with the configuration that Skupper gives to the router of a system site, as far as it matters here. */
class RealRouter implements PlayedRouter {
  readonly id = 'site-router-0';
  private readonly others: RouterProcess[] = [];
  /** The ports at which interior routers take edge routers, by id. */
  private readonly edgePorts = new Map<string, number>();

  private constructor(
    private readonly own: RouterProcess,
    private readonly program: string,
    private readonly folder: string,
    private readonly ports: Ports,
  ) {}

  static async start(program: string, home: string): Promise<RealRouter> {
    const certificates = siteCertificates(home);
    const folder = mkdtempSync(path.join(tmpdir(), 'mkl-skrouterd-'));
    const ports = { management: await freePort(), interior: await freePort(), edge: await freePort() };
    const base = siteConfiguration('site-router-0', folder, ports, certificates);
    const own = new RouterProcess({
      program,
      folder,
      id: 'site-router-0',
      base,
      management: ports.management,
      certificates,
    });
    const router = new RealRouter(own, program, folder, ports);
    try {
      await own.start();
    } catch (error) {
      await router.close();
      throw error;
    }
    siteAccess(home, ports.management);
    return router;
  }

  async hold({ name, host, port, strategy, values }: Held): Promise<void> {
    await this.drop(name);
    const listener = `multiAddress/${name}`;
    await this.own.create('tcpListener', listener, { host, port: String(port), multiAddressStrategy: strategy });
    for (const [address, value] of Object.entries(values))
      await this.own.create('listenerAddress', `${name}/${address}`, { listener, address, value });
  }

  async drop(name: string): Promise<void> {
    const listener = `multiAddress/${name}`;
    const addresses = this.own.of('listenerAddress').filter((each) => each['listener'] === listener);
    for (const each of addresses) await this.own.delete('listenerAddress', String(each.name));
    if (this.own.of('tcpListener').some((each) => each.name === listener))
      await this.own.delete('tcpListener', listener);
  }

  async revalue(name: string, key: string, value: number): Promise<void> {
    await this.own.delete('listenerAddress', `${name}/${key}`);
    const attributes = { listener: `multiAddress/${name}`, address: key, value };
    await this.own.create('listenerAddress', `${name}/${key}`, attributes);
  }

  serve(key: string, ports: readonly number[]): Promise<void> {
    return connectors(this.own, this.id, key, ports);
  }

  async join(id: string, mode: 'interior' | 'edge', to?: Neighbour): Promise<Neighbour> {
    const [management, edge] = [await freePort(), await freePort()];
    const role = mode === 'edge' ? 'edge' : 'inter-router';
    const port = mode === 'interior' ? this.ports.interior : (this.edgePorts.get(to?.id ?? '') ?? this.ports.edge);
    const base: Entity[] = [
      ['router', { id, mode }],
      anonymous('normal', management),
      ['connector', { name: 'link', role, host: '127.0.0.1', port: String(port) }],
    ];
    if (mode === 'interior') {
      base.push(anonymous('edge', edge));
      this.edgePorts.set(id, edge);
    }
    const other = new RouterProcess({ program: this.program, folder: this.folder, id, base, management });
    this.others.push(other);
    await other.start();
    return { id, serve: (key, ports) => connectors(other, id, key, ports) };
  }

  stop(): Promise<void> {
    return this.own.stop();
  }

  start(): Promise<void> {
    return this.own.start();
  }

  async close(): Promise<void> {
    await Promise.all([this.own, ...this.others].map((each) => each.stop()));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function siteConfiguration(id: string, folder: string, ports: Ports, certificates: SiteCertificates): Entity[] {
  const file = (name: string, text: string): string => {
    const where = path.join(folder, name);
    writeFileSync(where, text, { mode: 0o600 });
    return where;
  };
  const profile = {
    name: 'skupper-local-server',
    caCertFile: file('ca.crt', certificates.authority),
    certFile: file('tls.crt', certificates.server.certificate),
    privateKeyFile: file('tls.key', certificates.server.key),
  };
  return [
    ['router', { id, mode: 'interior' }],
    ['sslProfile', profile],
    [
      'listener',
      {
        name: 'skupper-local-normal',
        role: 'normal',
        host: '127.0.0.1',
        port: String(ports.management),
        sslProfile: profile.name,
        saslMechanisms: 'EXTERNAL',
        authenticatePeer: true,
        requireSsl: true,
      },
    ],
    anonymous('inter-router', ports.interior),
    anonymous('edge', ports.edge),
  ];
}

function anonymous(role: string, port: number): Entity {
  return ['listener', { name: role, role, host: '127.0.0.1', port: String(port), saslMechanisms: 'ANONYMOUS' }];
}

/** Lets a router have these connectors for a key and no others. Those that are there already stay. */
async function connectors(router: RouterProcess, site: string, key: string, ports: readonly number[]): Promise<void> {
  const wanted = new Map(ports.map((port, at) => [`${key}-${at}`, String(port)]));
  const there = router.of('tcpConnector').filter((each) => each['address'] === key);
  for (const { name = '', port } of there)
    if (wanted.get(name) === port) wanted.delete(name);
    else await router.delete('tcpConnector', name);
  for (const [name, port] of wanted) {
    const attributes = { address: key, host: '127.0.0.1', port, siteId: `${site}-site` };
    await router.create('tcpConnector', name, attributes);
  }
}
