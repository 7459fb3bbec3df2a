import type { RouterState } from '../model/router.js';
import { boundedBy } from '../util/bounded.js';
import { edgesOf, passedThrough, siteOf, stateOf } from './answers.js';
import type { Entity, RouterConnection } from './connection.js';
import { RouterTrouble } from './trouble.js';

const interior = (id: string): string => `amqp:/_topo/0/${id}/$management`;
const edge = (id: string): string => `amqp:/_edge/${id}/$management`;

const CONNECTOR = ['name', 'address', 'host', 'port', 'siteId'];

/** The time that the other routers of the network get, as a part of the whole: what they say is the lesser part. */
const OTHERS_SHARE = 0.5;

/**
 * Asks a router about its MultiKeyListeners: which it holds, what they were given, which keys are reachable.
 *
 * @param options.network ask also for the connectors, of this router and of those through which the keys are reached. One that
 *   does not answer is left without connectors
 * @param options.timeoutMs for all of it
 * @throws RouterTrouble
 */
export async function readRouter(
  connection: RouterConnection,
  { network, timeoutMs, signal }: { network: boolean; timeoutMs: number; signal: AbortSignal },
): Promise<RouterState> {
  const ask = (entityType: string, attributes: readonly string[], to?: string): Promise<Entity[]> =>
    connection.query({ entityType, attributes, to }, signal);
  const [router, tcpListener, listenerAddress, address, node, connectors, connections] = await Promise.all([
    ask('router', ['id']),
    ask('tcpListener', [
      'name',
      'host',
      'port',
      'multiAddressStrategy',
      'operStatus',
      'connectionMsg',
      'connectionsOpened',
      'connectionsClosed',
    ]),
    ask('listenerAddress', ['name', 'listener', 'address', 'value', 'connectionsOpened']).catch(tooOld),
    // The whole of an address holds a list of 128 numbers.
    ask('router.address', ['name', 'subscriberCount', 'remoteCount', 'remoteHostRouters']),
    network ? ask('router.node', ['id', 'instance']).catch(noneOfThatType) : undefined,
    network ? ask('tcpConnector', CONNECTOR) : undefined,
    network ? ask('connection', ['role', 'container']) : undefined,
  ]);
  const state = stateOf({ router, tcpListener, listenerAddress, address, node });
  if (!network) return state;
  const [own = ''] = state.routers;
  const others = [
    ...passedThrough(state).map((id) => ({ id, to: interior(id) })),
    ...edgesOf(connections ?? []).map((id) => ({ id, to: edge(id) })),
  ];
  const bound = boundedBy(signal, timeoutMs * OTHERS_SHARE);
  try {
    const sites = others.map(async ({ id, to }) =>
      siteOf(
        id,
        await connection.query({ entityType: 'tcpConnector', attributes: CONNECTOR, to }, bound.signal).catch(silent),
      ),
    );
    return { ...state, network: [siteOf(own, connectors), ...(await Promise.all(sites))] };
  } finally {
    bound.clear();
  }
}

/** An edge router knows no other routers. */
function noneOfThatType(error: unknown): Entity[] {
  if (error instanceof RouterTrouble && error.trouble === 'unknown-type') return [];
  throw error;
}

function silent(error: unknown): undefined {
  if (error instanceof RouterTrouble) return undefined;
  throw error;
}

function tooOld(error: unknown): never {
  if (error instanceof RouterTrouble && error.trouble === 'unknown-type')
    throw new RouterTrouble('unknown-type', 'this router is older than Skupper 2.2 and knows no routing keys', error);
  throw error;
}
