import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { systemSite, type SystemSite } from '../support/system/system-site.js';

const signal = new AbortController().signal;
let site: SystemSite;
let server: Server | undefined;

beforeEach(async () => {
  site = await systemSite();
});
afterEach(async () => {
  server?.close();
  await site.remove();
});

async function listening(): Promise<number> {
  server = createServer((socket) => socket.on('error', () => undefined).end('hello'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const listener = (host: string, port: number) => ({
  name: 'backend',
  host,
  port,
  strategy: undefined,
  up: true,
  message: '',
  opened: 0,
  open: 0,
  keys: [],
});

describe('a connection to a listener of a system site', () => {
  it.each(['127.0.0.1', '0.0.0.0', ''])('is made to the host %p and the port of the listener', async (host) => {
    const port = await listening();
    const socket = await (await site.open()).routers().dial(listener(host, port), signal);
    expect(String((await once(socket, 'data'))[0])).toBe('hello');
    socket.destroy();
  });

  it('is unreachable where nothing listens', async () => {
    const port = await listening();
    server?.close();
    await expect((await site.open()).routers().dial(listener('0.0.0.0', port), signal)).rejects.toMatchObject({
      code: 'unreachable',
      message: `cannot connect to the listener on 0.0.0.0:${port}: connection refused`,
    });
  });

  it('ends with the signal', async () => {
    const port = await listening();
    const over = AbortSignal.abort();
    await expect((await site.open()).routers().dial(listener('127.0.0.1', port), over)).rejects.toMatchObject({
      code: 'request-timeout',
    });
  });
});
