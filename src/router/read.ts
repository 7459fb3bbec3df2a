import type { RouterState } from '../model/router.js';
import { boundedBy } from '../util/bounded.js';
import { edgesOf, passedThrough, siteOf, stateOf } from './answers.js';
import type { Entity, RouterConnection } from './connection.js';
import { RouterTrouble } from './trouble.js';

const interior = (id: string): string => `amqp:/_topo/0/${id}/$management`;
const edge = (id: string): string => `amqp:/_edge/${id}/$management`;

const CONNECTOR = ['name', 'address', 'host', 'port', 'siteId'];

/** Fraction of the timeout for the answers of other routers, so that a slow one does not cost the answers of this router. */
const OTHERS_SHARE = 0.5;

/**
 * Queries a router for its MultiKeyListeners, their connection counters, and the addresses it can reach.
 *
 * @param options.network query also the connectors, of this router, of its edge routers and of the interior routers through
 *   which the keys are reached. A router that does not answer in time has `answered: false` and no connectors
 * @param options.timeoutMs the time limit of the whole reading, in milliseconds; `signal` enforces it
 * @throws RouterTrouble; `unknown-type` for a router older than Skupper 2.2
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
    // Without a list of attributes each address would also bring an array of 128 numbers.
    ask('router.address', ['name', 'subscriberCount', 'remoteCount', 'remoteHostRouters']),
    network ? ask('router.node', ['id', 'instance']).catch(emptyIfUnknownType) : undefined,
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
        await connection
          .query({ entityType: 'tcpConnector', attributes: CONNECTOR, to }, bound.signal)
          .catch(undefinedIfTrouble),
      ),
    );
    return { ...state, network: [siteOf(own, connectors), ...(await Promise.all(sites))] };
  } finally {
    bound.clear();
  }
}

/** An edge router does not have the entity type `router.node`. */
function emptyIfUnknownType(error: unknown): Entity[] {
  if (error instanceof RouterTrouble && error.trouble === 'unknown-type') return [];
  throw error;
}

function undefinedIfTrouble(error: unknown): undefined {
  if (error instanceof RouterTrouble) return undefined;
  throw error;
}

function tooOld(error: unknown): never {
  if (error instanceof RouterTrouble && error.trouble === 'unknown-type')
    throw new RouterTrouble('unknown-type', 'this router is older than Skupper 2.2 and knows no routing keys', error);
  throw error;
}
