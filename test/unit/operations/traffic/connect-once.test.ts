import { once } from 'node:events';
import { createServer, connect, type AddressInfo } from 'node:net';
import { Duplex } from 'node:stream';
import { Failure } from '../../../../src/model/failure.js';
import { connectOnce } from '../../../../src/operations/traffic/connect-once.js';

/** A connection from which these bytes come, if any, before what happens to it. */
function stream(bytes: string, then: (stream: Duplex) => void): () => Promise<Duplex> {
  return async () => {
    const duplex = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
    setImmediate(() => {
      if (bytes !== '') duplex.push(bytes);
      then(duplex);
    });
    return duplex;
  };
}
const end = (duplex: Duplex): void => void duplex.push(null);
const stay = (): void => undefined;
const fail = (error: Error) => (duplex: Duplex) => void duplex.destroy(error);
const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
const nobody = new Failure('unreachable', 'nobody listens');

test.each<[string, string, (duplex: Duplex) => void, string]>([
  ['bytes come', 'hello', stay, 'answered'],
  ['bytes come, then the end', 'hello', end, 'answered'],
  ['it stays open', '', stay, 'open'],
  ['it ends at once', '', end, 'empty'],
  ['it is reset', '', fail(reset), 'empty'],
  ['a port-forward finds nobody', '', fail(nobody), 'refused'],
])('%s', async (_, bytes, then, outcome) => {
  expect(await connectOnce(stream(bytes, then), undefined)).toBe(outcome);
});

test('nobody accepts it: refused; another failure is thrown', async () => {
  const thrown = (error: unknown) => (): Promise<Duplex> => Promise.reject(error);
  expect(await connectOnce(thrown(nobody), undefined)).toBe('refused');
  expect(await connectOnce(thrown(new Failure('request-timeout', 'late')), undefined)).toBe('refused');
  const forbidden = new Failure('forbidden', 'no');
  await expect(connectOnce(thrown(forbidden), undefined)).rejects.toBe(forbidden);
});

test.each<[string, string, (duplex: Duplex) => void, string]>([
  ['closed before a byte of the handshake', '', end, 'empty'],
  ['something that is no TLS', 'HTTP/1.1 400 Bad Request\r\n\r\n', end, 'no-tls'],
  ['a port-forward finds nobody', '', fail(nobody), 'refused'],
])('with TLS: %s', async (_, bytes, then, outcome) => {
  expect(await connectOnce(stream(bytes, then), 'web')).toBe(outcome);
});

test('the connection is closed in the end, whatever became of it', async () => {
  const closed: Promise<unknown>[] = [];
  const server = createServer((socket) => {
    closed.push(once(socket.on('error', () => undefined).resume(), 'close'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const dial = async (): Promise<Duplex> => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return socket;
  };
  expect(await connectOnce(dial, undefined)).toBe('open');
  expect(await connectOnce(dial, '127.0.0.1')).toBe('no-tls');
  await Promise.all(closed);
  expect(closed).toHaveLength(2);
  server.close();
});
