import type { IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { certificateAuthority } from '../cluster/certificates.js';

/** A port of a pod. */
export interface PodPort {
  namespace: string;
  pod: string;
  port: number;
}

const DATA = 0;
const ERROR = 1;
const keyOf = ({ namespace, pod, port }: PodPort): string => `${namespace}/${pod}:${port}`;

/**
 * The part of a kubelet that forwards ports of pods (`/portForward/NAMESPACE/POD?port=PORT`), over WebSockets as
 * `v4.channel.k8s.io` has it: each pod's port is a port of this machine.
 */
export class KubeletDouble {
  /** Pods that the kubelet does not have (any more), as `namespace/pod`. */
  readonly gone = new Set<string>();
  /** Every port-forward, as `namespace/pod:port`. */
  readonly forwarded: string[] = [];
  /** PEM of the authority that issued its certificate, once it listens. */
  authority = '';
  private readonly ports = new Map<string, number>();
  private readonly sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'v4.channel.k8s.io' });
  private server: Server | undefined;

  /** What listens on a port of a pod: a port of 127.0.0.1. */
  expose(place: PodPort, to: number): void {
    this.ports.set(keyOf(place), to);
  }

  /** Listens on a free port of 127.0.0.1, with a certificate of its own. */
  async listen(): Promise<number> {
    const authority = certificateAuthority('kubelet-ca');
    const { certificate, key } = authority.issue('kubelet');
    this.authority = authority.certificate;
    const server = createServer({ cert: certificate, key });
    server.on('upgrade', (request, socket, head) => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'https://kubelet');
      const [, , namespace = '', pod = ''] = pathname.split('/');
      this.upgrade({ namespace, pod, port: Number(searchParams.get('port')) }, request, socket, head);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.server = server;
    return (server.address() as AddressInfo).port;
  }

  /** Takes over a request for a port-forward. */
  upgrade(place: PodPort, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.forwarded.push(keyOf(place));
    if (this.gone.has(`${place.namespace}/${place.pod}`))
      return refuseUpgrade(socket, 404, 'pod does not exist\n', 'text/plain; charset=utf-8');
    this.sockets.handleUpgrade(request, socket, head, (client) => this.forward(place, client));
  }

  async close(): Promise<void> {
    for (const client of this.sockets.clients) client.terminate();
    const { server } = this;
    server?.closeAllConnections();
    if (server) await new Promise((resolve) => server.close(resolve));
    this.server = undefined;
  }

  private forward(place: PodPort, client: WebSocket): void {
    const send = (channel: number, content: Buffer): void => client.send(Buffer.concat([Buffer.of(channel), content]));
    const port = Buffer.alloc(2);
    port.writeUInt16LE(place.port);
    send(DATA, port);
    send(ERROR, port);
    const socket = connect(this.ports.get(keyOf(place)) ?? 1, '127.0.0.1');
    socket.on('data', (chunk) => send(DATA, chunk));
    socket.on('error', ({ message }) => {
      const words = `error forwarding port ${place.port} to pod 0123456789ab, uid : failed to connect to localhost:${place.port}: ${message}`;
      send(ERROR, Buffer.from(words));
    });
    socket.on('close', () => client.close());
    client.on('message', (message: Buffer) => {
      if (message[0] === DATA) socket.write(message.subarray(1));
    });
    client.on('close', () => socket.destroy());
    client.on('error', () => undefined);
  }
}

/** Answers a request for another protocol as any other. */
export function refuseUpgrade(socket: Duplex, code: number, body: string, type: string): void {
  const head = `HTTP/1.1 ${code} Refused\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`;
  socket.end(`${head}Connection: close\r\n\r\n${body}`);
}
