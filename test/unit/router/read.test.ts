import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { RouterConnection } from '../../../src/router/connection.js';
import { readRouter } from '../../../src/router/read.js';
import { RouterLink } from '../../../src/router/link.js';
import { RouterTrouble } from '../../../src/router/trouble.js';
import { keysReachedBy, routerListener, servedBy } from '../../../src/model/router.js';
import { RouterDouble, type Fault } from '../../support/router/router-double.js';

const LONG_MS = 20_000;
let router: RouterDouble;
let port: number;
const never = new AbortController().signal;

beforeEach(async () => {
  router = new RouterDouble();
  port = await router.listen();
});
afterEach(() => router.close());

function socket(to = port): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const stream = connect(to, '127.0.0.1', () => resolve(stream));
    stream.on('error', reject);
  });
}

const link = (timeoutMs: number): RouterLink =>
  new RouterLink(async () => ({ socket: await socket(), external: false }), timeoutMs);

async function trouble(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (error) {
    return error instanceof RouterTrouble ? error.trouble : String(error);
  }
}

describe('what the recorded network of three answers', () => {
  it('is read over one connection', async () => {
    const asking = link(LONG_MS);
    const state = await asking.read(true, never);
    asking.close();
    expect(state.routers).toEqual(['west-skupper-router-7d9f']);
    expect(state.startedAt).toBe(1795763573000);
    expect(routerListener(state, 'web')).toEqual({
      name: 'web',
      host: '127.0.0.1',
      port: 29201,
      strategy: 'weighted',
      up: true,
      message: '',
      opened: 200,
      open: 0,
      keys: [
        { key: 'east', value: 3, given: 154 },
        { key: 'north', value: 1, given: 46 },
        { key: 'spare', value: 1, given: 0 },
      ],
    });
    expect(routerListener(state, 'twin')).toMatchObject({
      up: false,
      message: 'Address already in use - listen on 127.0.0.1:29201',
    });
    const spec = { host: 'web', port: 1, strategy: { weighted: { routingKeys: { east: 3, north: 1, spare: 1 } } } };
    expect(keysReachedBy(state, spec)).toEqual(['east', 'north']);
    expect(servedBy(state, 'east', new Map([['id-east', 'east']]))).toEqual([{ site: 'east', connectors: 2 }]);
    expect(servedBy(state, 'north', new Map())).toEqual([{ site: 'north-skupper-router-1a2b', connectors: 1 }]);
    expect(servedBy(state, 'spare', new Map())).toEqual([]);
    expect(router.connections).toBe(1);
  });

  it('asks for no more than the status needs', async () => {
    const asking = link(LONG_MS);
    await asking.read(false, never);
    asking.close();
    expect(router.asked.sort()).toEqual(['listenerAddress', 'router', 'router.address', 'tcpListener']);
  });

  it('keeps the connection from one reading to the next, and opens it anew once it was lost', async () => {
    const asking = link(LONG_MS);
    await asking.read(false, never);
    await asking.read(false, never);
    expect(router.connections).toBe(1);
    await router.close();
    port = await router.listen();
    const again = await asking.read(false, never).catch(() => asking.read(false, never));
    expect(again.listeners).toHaveLength(4);
    asking.close();
  });

  it('names the router through which a key is reached where it does not answer, or has none itself', async () => {
    delete router.nodes['amqp:/_topo/0/east-skupper-router-5c4b/$management'];
    const lost = link(LONG_MS);
    const state = await lost.read(true, never);
    lost.close();
    expect(servedBy(state, 'east', new Map())).toEqual([{ site: 'east-skupper-router-5c4b' }]);
    router.nodes['amqp:/_topo/0/east-skupper-router-5c4b/$management'] = { tcpConnector: [] };
    const edge = link(LONG_MS);
    const behind = await edge.read(true, never);
    edge.close();
    expect(servedBy(behind, 'east', new Map())).toEqual([{ site: 'edge of east-skupper-router-5c4b' }]);
  });
});

describe('a router that misbehaves', () => {
  const cases: [Fault, string, number][] = [
    ['hang', 'timeout', 200],
    ['half', 'query-failed', LONG_MS],
    ['error-400', 'unknown-type', LONG_MS],
    ['error-500', 'query-failed', LONG_MS],
    ['close', 'lost', LONG_MS],
    ['huge', 'too-large', LONG_MS],
  ];
  it.each(cases)('%s: %s', async (fault, expected, timeoutMs) => {
    router.fault = fault;
    const asking = link(timeoutMs);
    expect(await trouble(asking.read(true, never))).toBe(expected);
    asking.close();
  });

  it('is too old where it has no routing keys', async () => {
    delete router.own['listenerAddress'];
    const asking = link(LONG_MS);
    await expect(asking.read(false, never)).rejects.toThrow('older than Skupper 2.2');
    asking.close();
  });

  it('ends a query to a router that does not exist at once', async () => {
    const connection = await RouterConnection.open(await socket(), false, never);
    const to = 'amqp:/_topo/0/nobody/$management';
    expect(await trouble(connection.query({ entityType: 'router', to }, never))).toBe('no-such-router');
    expect(connection.alive).toBe(true);
    connection.close();
  });

  it('says within its time that a router does not answer, however many it passes through', async () => {
    const connection = await RouterConnection.open(await socket(), false, never);
    router.fault = 'hang';
    const reading = readRouter(connection, { network: true, timeoutMs: 100, signal: AbortSignal.timeout(100) });
    expect(await trouble(reading)).toBe('timeout');
    connection.close();
  });
});

describe('a port that is no router', () => {
  it.each([
    ['HTTP/1.1 400 Bad Request\r\n\r\n', 'protocol'],
    ['', 'lost'],
  ])('%j', async (says, expected) => {
    const { createServer } = await import('node:net');
    const server = createServer((stream) => {
      stream.on('error', () => undefined);
      stream.end(says);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as { port: number }).port;
    expect(await trouble(link(LONG_MS).read(false, never))).toBe(expected);
    server.close();
  });
});
