import { stat } from '../../util/files.js';
import { join } from 'node:path';

import type { Endpoint, Fact, Facts, MachineFact, NetworkSite, SiteFact } from '../../model/facts.js';
import { Failure } from '../../model/failure.js';
import { KIND, type MultiKeyListener, type Spec, type StrategyKind } from '../../model/resource.js';
import { kindOf } from '../../model/strategy.js';
import { loadYaml } from '../../yaml/load.js';
import { isData, member, type Data } from './files/documents.js';
import { errorCode, fileSystemFailure } from './errors.js';
import { isListening, readSockets } from './listening.js';
import { machineFact, type Machine } from './machine.js';
import { named, readNamespace, type Contents, type Entry } from './files/namespace-contents.js';
import { readNetwork } from './network.js';
import type { Paths } from './files/paths.js';
import { readText } from './files/read-resources.js';

const ROUTER_ACCESS = 'RouterAccess';
const INTER_ROUTER_PORT = 55_671;
const EDGE_PORT = 45_671;
/** The endpoint of a router that was never started: it will use this port, or the next free one. */
const MANAGEMENT: Endpoint = {
  kind: ROUTER_ACCESS,
  name: 'skupper-local',
  host: '127.0.0.1',
  port: 5671,
  source: 'runtime',
};

/**
 * See Store.facts: the facts about the surroundings of one resource, from the files of its namespace.
 *
 * @param where the place where the router runs
 */
export async function gatherFacts(paths: Paths, resource: MultiKeyListener, where: RouterPlace): Promise<Facts> {
  return factsIn(paths, await readSurroundings(paths, where), resource, where.machine.procNet);
}

/** See Store.factsOfAll, for resources of one namespace. */
export async function gatherFactsOfAll(
  paths: Paths,
  resources: readonly MultiKeyListener[],
  where: RouterPlace,
): Promise<Facts[]> {
  const surroundings = await readSurroundings(paths, where);
  return Promise.all(resources.map((resource) => factsIn(paths, surroundings, resource, where.machine.procNet)));
}

/** The place where the router of a site runs. */
export interface RouterPlace {
  machine: Machine;
  platform: string;
  /** True if this program runs in a container that only has the site's files: its addresses are not those of the router. */
  elsewhere: boolean;
}

interface Surroundings {
  machine: MachineFact | undefined;
  contents: Fact<Contents>;
  sitePlatform: string | null | undefined;
  network: NetworkSite[] | undefined;
}

/** Reads the facts that are the same for all resources of a namespace. */
async function readSurroundings(paths: Paths, where: RouterPlace): Promise<Surroundings> {
  const [contents, sitePlatform, network, machine] = await Promise.all([
    known(() => readNamespace(paths)),
    readPlatform(paths).catch(() => undefined),
    // A network that cannot be read counts as not published: the checks that need it are left out.
    readNetwork(paths).catch(() => undefined),
    where.elsewhere ? undefined : machineFact(where.machine, where.platform),
  ]);
  return { contents, sitePlatform, network, machine };
}

async function factsIn(
  paths: Paths,
  { contents, sitePlatform, network, machine }: Surroundings,
  resource: MultiKeyListener,
  procNet: string,
): Promise<Facts> {
  const [certificates, listening] = await Promise.all([
    known(() => hasCertificates(paths, resource.spec.tlsCredentials)),
    known(() => listens(procNet, resource.spec)),
  ]);
  if (!contents.known) {
    return { endpoints: contents, sites: contents, ...(sitePlatform === undefined ? {} : { sitePlatform }) };
  }
  const { name } = resource.metadata;
  const running = named(contents.value.runtime, name).at(-1);
  return {
    endpoints: { known: true, value: endpoints(contents.value, name) },
    sites: { known: true, value: sites(contents.value, network) },
    appliedKind: appliedKind(running),
    appliedEndpoint: endpointOf(running),
    ...(resource.spec.tlsCredentials ? { certificates } : {}),
    ...(sitePlatform === undefined ? {} : { sitePlatform }),
    listening,
    ...(machine === undefined ? {} : { machine }),
  };
}

async function listens(procNet: string, { host, port }: Spec): Promise<boolean> {
  const sockets = await readSockets(procNet);
  if (sockets === undefined) throw new Failure('file-system', 'this machine does not report its sockets');
  const value = isListening(sockets, host, port);
  if (value === undefined)
    throw new Failure('file-system', `"${host}" is not an IP address, and host names are not looked up`);
  return value;
}

async function known<T>(work: () => Promise<T>): Promise<Fact<T>> {
  try {
    return { known: true, value: await work() };
  } catch (error) {
    return { known: false, why: error instanceof Failure ? error.message : String(error) };
  }
}

/** The endpoints of desired and of running resources: a running listener keeps its port until the next reload. */
function endpoints(contents: Contents, self: string): Endpoint[] {
  const found = (['input', 'runtime'] as const).flatMap((source) =>
    contents[source].flatMap((entry): Endpoint[] => {
      const { kind, name } = entry;
      if (kind === ROUTER_ACCESS) return roles(entry, source);
      if ((kind !== 'Listener' && kind !== KIND) || (kind === KIND && name === self)) return [];
      const endpoint = endpointOf(entry);
      return endpoint ? [{ kind: kind === KIND ? 'MultiKeyListener' : 'Listener', name, ...endpoint, source }] : [];
    }),
  );
  const started = found.some(({ kind, name }) => kind === ROUTER_ACCESS && name === MANAGEMENT.name);
  return started ? found : [...found, MANAGEMENT];
}

/**
 * The endpoints of a RouterAccess, one for each role. A role without a port has Skupper's default (RouterAccessRole.GetPort).
 * Without a bindHost the router listens on all addresses.
 */
function roles({ name, value }: Entry, source: Endpoint['source']): Endpoint[] {
  const spec = value['spec'];
  const host = member(spec, 'bindHost');
  const list = member(spec, 'roles');
  return (Array.isArray(list) ? list : []).filter(isData).map((role): Endpoint => {
    const port = role['port'];
    const defaultPort = role['name'] === 'edge' ? EDGE_PORT : INTER_ROUTER_PORT;
    return {
      kind: ROUTER_ACCESS,
      name,
      host: typeof host === 'string' ? host : '',
      port: typeof port === 'number' && port !== 0 ? port : defaultPort,
      source,
    };
  });
}

/** The host and port of a document; null without a document, and if they have wrong types. */
function endpointOf(entry: Pick<Entry, 'value'> | undefined): Pick<Endpoint, 'host' | 'port'> | null {
  const host = member(entry?.value['spec'], 'host');
  const port = member(entry?.value['spec'], 'port');
  return typeof host === 'string' && typeof port === 'number' ? { host, port } : null;
}

function sites({ input, runtime }: Contents, network: NetworkSite[] | undefined): SiteFact[] {
  const isSite = (entry: Entry): boolean => entry.kind === 'Site';
  const names = new Set([...input, ...runtime].filter(isSite).map((entry) => entry.name));
  return [...names].sort().map((name) => {
    const applied = runtime.filter(isSite).find((entry) => entry.name === name)?.value;
    const uid = member(applied?.['metadata'], 'uid');
    return {
      name,
      ...(typeof uid === 'string' ? { uid } : {}),
      configured: isConfigured(applied),
      ...(network === undefined ? {} : { network }),
    };
  });
}

function isConfigured(site: Data | undefined): boolean {
  const conditions = member(site?.['status'], 'conditions');
  const configured = (condition: unknown): boolean =>
    member(condition, 'type') === 'Configured' && member(condition, 'status') === 'True';
  return Array.isArray(conditions) && conditions.some(configured);
}

/** The strategy kind of an applied document of any shape; null if it has none, or both kinds. */
function appliedKind(entry: Entry | undefined): StrategyKind | null {
  const strategy = member(entry?.value['spec'], 'strategy');
  return isData(strategy) ? (kindOf(strategy) ?? null) : null;
}

async function hasCertificates(paths: Paths, credentials: string | undefined): Promise<boolean> {
  // A text with a path separator is not the name of a folder, and must not be read as a path.
  if (!credentials || /[/\\\0]/.test(credentials) || credentials === '.' || credentials === '..') return false;
  const path = join(paths.certificates, credentials);
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return false;
    throw fileSystemFailure(error, 'read', path);
  }
}

/** The platform at the last apply; null if nothing has been applied or the file has no platform. */
async function readPlatform(paths: Paths): Promise<string | null> {
  const text = await readText(paths.platform);
  if (text === undefined) return null;
  const platform = member(loadYaml(text, { what: paths.platform })[0], 'platform');
  return typeof platform === 'string' ? platform : null;
}
