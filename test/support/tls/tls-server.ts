import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import tls from 'node:tls';
import type { Cell } from './cell.js';

/** What came to a server, by who asked. */
export interface Asked {
  requests: number;
  tokens: number;
}

export interface Listening {
  port: number;
  asked: Record<'kubectl' | 'ours', Asked>;
  close(): void;
}

const LIST = JSON.stringify({ kind: 'MultiKeyListenerList', metadata: { resourceVersion: '1' }, items: [] });

/** A server that answers every request with an empty list, and counts what it is sent. */
export async function listen({ chain, key, server = {}, speaks }: Cell): Promise<Listening> {
  const asked = { kubectl: { requests: 0, tokens: 0 }, ours: { requests: 0, tokens: 0 } };
  const options = { ...server, cert: chain, key };
  const answer = (request: http.IncomingMessage | http2.Http2ServerRequest, response: http.ServerResponse): void => {
    const who = asked[/^kubectl/.test(request.headers['user-agent'] ?? '') ? 'kubectl' : 'ours'];
    who.requests += 1;
    if (request.headers.authorization !== undefined) who.tokens += 1;
    response.setHeader('Content-Type', 'application/json');
    response.end(LIST);
  };
  const listening = serverFor(speaks, options, answer);
  const sockets = new Set<net.Socket>();
  listening.on('connection', (socket: net.Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  // Who is not trusted is hung up on in the middle of the handshake.
  listening.on('tlsClientError', () => undefined);
  // Both families: a name of loopback may be either's.
  await new Promise<void>((resolve) => listening.listen(0, '::', resolve));
  return {
    port: (listening.address() as AddressInfo).port,
    asked,
    close: () => {
      listening.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

type Answer = (request: http.IncomingMessage, response: http.ServerResponse) => void;

function serverFor(speaks: Cell['speaks'], options: https.ServerOptions, answer: Answer): net.Server {
  if (speaks === 'plain') return http.createServer(answer);
  if (speaks === 'h2') return http2.createSecureServer(options, answer as never);
  if (speaks === undefined) return https.createServer(options, answer);
  // A fatal alert in the place of the server's first message (RFC 8446, section 6).
  const alert = Buffer.from([21, 3, 3, 0, 2, 2, speaks.alert]);
  return net.createServer((socket) => socket.once('data', () => socket.end(alert)));
}

/** A proxy that leads everything to one port of this machine, whatever name it is asked for. */
export async function proxyTo({ proxy, proxyIdentity }: Cell, port: number): Promise<{ url: string; close(): void }> {
  const sockets = new Set<net.Socket>();
  const serve = (socket: net.Socket): void => {
    sockets.add(socket.on('error', () => undefined));
    const connect = (answer: Buffer | string): void => {
      const out = net.connect(port, '127.0.0.1', () => {
        socket.write(answer);
        out.pipe(socket).pipe(out);
      });
      sockets.add(out.on('error', () => undefined));
    };
    if (proxy !== 'socks5') socket.once('data', () => connect('HTTP/1.1 200 Connection established\r\n\r\n'));
    else
      socket.once('data', () => {
        socket.write(Buffer.from([5, 0]));
        socket.once('data', () => connect(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 1])));
      });
  };
  const { certificate: cert, key } = proxyIdentity ?? {};
  const server = proxy === 'https' ? tls.createServer({ cert, key }, serve) : net.createServer(serve);
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `${proxy}://localhost:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
