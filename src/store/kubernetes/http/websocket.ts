import type { Agent, ClientRequest } from 'node:http';
import { WebSocket, type ClientOptions } from 'ws';
import type { Connection } from '../kubeconfig/config.js';
import { beginning, Exchange, TransportError } from './exchange.js';
import { target, USER_AGENT, withTimeForAddresses, type Reply, type UpgradeCall } from './transport.js';

/** The largest frame that is taken; what a kubelet sends is 32 KiB at most. */
const MOST_FRAME_BYTES = 1024 * 1024;

/**
 * Asks the API server for a WebSocket, over the sockets and with the headers of every other request.
 *
 * @param protocol the subprotocol that the server must speak
 * @param options.timeoutMs until it is open
 * @returns the open socket, paused, or what the server answered instead
 * @throws TransportError, or Failure when there are no usable credentials
 */
export async function openWebSocket(
  connection: Pick<Connection, 'server' | 'access'>,
  call: UpgradeCall,
  protocol: string,
  { signal, timeoutMs }: { signal: AbortSignal; timeoutMs: number },
): Promise<{ socket: WebSocket } | { reply: Reply }> {
  const { agent, headers } = await connection.access();
  if (signal.aborted) throw new TransportError('aborted', false);
  const url = new URL(target(connection.server, call), connection.server);
  const deadline = Date.now() + timeoutMs;
  return withTimeForAddresses(deadline, (addressMs) => {
    const options = {
      agent: agent as Agent,
      headers: { 'User-Agent': USER_AGENT, ...headers } as Record<string, string>,
      autoSelectFamilyAttemptTimeout: addressMs,
      perMessageDeflate: false,
      maxPayload: MOST_FRAME_BYTES,
    };
    return open(url, protocol, options, (request) => new Exchange(request, Math.max(1, deadline - Date.now()), signal));
  });
}

function open(
  url: URL,
  protocol: string,
  options: ClientOptions,
  watched: (request: ClientRequest) => Exchange,
): Promise<{ socket: WebSocket } | { reply: Reply }> {
  return new Promise((resolve, reject) => {
    const finishRequest = (request: ClientRequest): void => {
      const exchange = watched(request);
      exchange
        .headers()
        .then(async (response) => {
          const text = await beginning(exchange.body(response, () => undefined));
          const contentType = response.headers['content-type'] ?? '';
          resolve({ reply: { status: response.statusCode ?? 0, contentType, text } });
        })
        .catch(reject);
      request.once('upgrade', () => exchange.release());
      request.end();
    };
    try {
      const socket = new WebSocket(url, [protocol], { ...options, finishRequest });
      socket.once('open', () => {
        // Nothing that comes before somebody listens may be lost.
        socket.pause();
        resolve({ socket });
      });
      // A refusal is read above.
      socket.on('unexpected-response', () => undefined);
      // The exchange knows more of an error, and hears of it just after.
      socket.on('error', (error) => setImmediate(() => reject(new TransportError('network', true, error))));
    } catch (error) {
      // Thrown at once: a certificate that is no PEM, a token that no header may hold.
      reject(new TransportError('network', false, error));
    }
  });
}
