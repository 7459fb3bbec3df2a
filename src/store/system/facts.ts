import { stat } from '../../util/files.js';
import { join } from 'node:path';

import type { Endpoint, Fact, Facts, NetworkSite, SiteFact } from '../../model/facts.js';
import { Failure } from '../../model/failure.js';
import { KIND, type MultiKeyListener, type Spec, type StrategyKind } from '../../model/resource.js';
import { kindOf } from '../../model/strategy.js';
import { loadYaml } from '../../yaml/load.js';
import { isData, member, type Data } from './files/documents.js';
import { errorCode, fileSystemFailure } from './errors.js';
import { isListening, readSockets } from './listening.js';
import { named, readNamespace, type Contents, type Entry } from './files/namespace-contents.js';
import { readNetwork } from './network.js';
import type { Paths } from './files/paths.js';
import { readText } from './files/read-resources.js';

/**
 * See Store.facts: what the files of a namespace tell about the surroundings of one resource.
 * @param procNet where the kernel lists its sockets
 */
export async function gatherFacts(paths: Paths, resource: MultiKeyListener, procNet: string): Promise<Facts> {
  return factsIn(paths, await readSurroundings(paths), resource, procNet);
}

/** See Store.factsOfAll, for resources of one namespace. */
export async function gatherFactsOfAll(
  paths: Paths,
  resources: readonly MultiKeyListener[],
  procNet: string,
): Promise<Facts[]> {
  const surroundings = await readSurroundings(paths);
  return Promise.all(resources.map((resource) => factsIn(paths, surroundings, resource, procNet)));
}

interface Surroundings {
  contents: Fact<Contents>;
  sitePlatform: string | null | undefined;
  network: NetworkSite[] | undefined;
}

/** What all resources of a namespace have in common. */
async function readSurroundings(paths: Paths): Promise<Surroundings> {
  const [contents, sitePlatform, network] = await Promise.all([
    known(() => readNamespace(paths)),
    readPlatform(paths).catch(() => undefined),
    // Without it no check is made that rests on it, as where none is published.
    readNetwork(paths).catch(() => undefined),
  ]);
  return { contents, sitePlatform, network };
}

async function factsIn(
  paths: Paths,
  { contents, sitePlatform, network }: Surroundings,
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
  };
}

async function listens(procNet: string, { host, port }: Spec): Promise<boolean> {
  const sockets = await readSockets(procNet);
  if (sockets === undefined) throw new Failure('file-system', 'this machine does not list its sockets');
  const value = isListening(sockets, host, port);
  if (value === undefined) throw new Failure('file-system', `"${host}" is no IP address, and names are not looked up`);
  return value;
}

async function known<T>(work: () => Promise<T>): Promise<Fact<T>> {
  try {
    return { known: true, value: await work() };
  } catch (error) {
    return { known: false, why: error instanceof Failure ? error.message : String(error) };
  }
}

/** Desired and running listeners both count: what runs holds its port until the next reload. */
function endpoints(contents: Contents, self: string): Endpoint[] {
  return (['input', 'runtime'] as const).flatMap((source) =>
    contents[source].flatMap(({ kind, name, value }): Endpoint[] => {
      if ((kind !== 'Listener' && kind !== KIND) || (kind === KIND && name === self)) return [];
      const endpoint = endpointOf({ value });
      return endpoint ? [{ kind: kind === KIND ? 'MultiKeyListener' : 'Listener', name, ...endpoint, source }] : [];
    }),
  );
}

/** The host and port of a document; null where there is none, or they are not shaped as such. */
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

/** Nothing of the document's shape is assumed: a strategy of both kinds or of none counts as none. */
function appliedKind(entry: Entry | undefined): StrategyKind | null {
  const strategy = member(entry?.value['spec'], 'strategy');
  return isData(strategy) ? (kindOf(strategy) ?? null) : null;
}

async function hasCertificates(paths: Paths, credentials: string | undefined): Promise<boolean> {
  // Anything with a separator is no folder name, and no path to look at.
  if (!credentials || /[/\\\0]/.test(credentials) || credentials === '.' || credentials === '..') return false;
  const path = join(paths.certificates, credentials);
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return false;
    throw fileSystemFailure(error, 'read', path);
  }
}

/** The platform of the last apply, or null where nothing was applied or the file does not say. */
async function readPlatform(paths: Paths): Promise<string | null> {
  const text = await readText(paths.platform);
  if (text === undefined) return null;
  const platform = member(loadYaml(text, { what: paths.platform })[0], 'platform');
  return typeof platform === 'string' ? platform : null;
}
