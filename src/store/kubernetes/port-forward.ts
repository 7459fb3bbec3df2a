import { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { Failure } from '../../model/failure.js';
import { shortened } from '../../model/text.js';
import type { Api } from './http/api.js';
import { corePath } from './http/paths.js';

/** The kubelet's protocol: the first byte of a message is its channel; the first message of a channel has the port (two bytes). */
const PROTOCOL = 'v4.channel.k8s.io';
const DATA = 0;
const ERROR = 1;
const PORT_BYTES = 2;

/**
 * Opens a connection to a port of a pod through the API server and the pod's kubelet.
 *
 * @returns the stream, before the kubelet has connected to the port. If the kubelet cannot connect, the stream fails with a
 *   Failure `unreachable`
 * @throws Failure as for any other request
 */
export async function portForward(
  api: Api,
  { namespace, pod, port }: { namespace: string; pod: string; port: number },
  signal: AbortSignal,
): Promise<Duplex> {
  const path = `${corePath('pods', namespace, pod)}/portforward`;
  const doing = { verb: 'get', resource: 'pods/portforward', name: pod } as const;
  return new PodStream(await api.webSocket(doing, { path, query: { ports: String(port) } }, PROTOCOL, signal));
}

class PodStream extends Duplex {
  /** Channels whose first message, which has the port, has been received. */
  private readonly startedChannels = new Set<number>();

  constructor(private readonly socket: WebSocket) {
    super({ allowHalfOpen: false });
    socket.on('message', (message: Buffer) => this.receive(message));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.push(null));
  }

  override _read(): void {
    this.socket.resume();
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    this.socket.send(Buffer.concat([Buffer.of(DATA), chunk]), done);
  }

  override _final(done: () => void): void {
    this.socket.close();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.socket.terminate();
    done(error);
  }

  private receive(message: Buffer): void {
    const channel = message[0] ?? DATA;
    const content = message.subarray(this.startedChannels.has(channel) ? 1 : 1 + PORT_BYTES);
    this.startedChannels.add(channel);
    if (content.length === 0) return;
    if (channel === ERROR) this.destroy(refusal(content));
    else if (channel === DATA && !this.push(content)) this.socket.pause();
  }
}

function refusal(message: Buffer): Failure {
  return new Failure('unreachable', `the kubelet cannot reach the port: ${shortened(message.toString('utf8').trim())}`);
}
