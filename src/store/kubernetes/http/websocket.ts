import type { Agent, ClientRequest } from 'node:http';
import { WebSocket, type ClientOptions } from 'ws';
import type { Connection } from '../kubeconfig/config.js';
import { beginning, Exchange, TransportError } from './exchange.js';
import { target, USER_AGENT, withTimeForAddresses, type Reply, type UpgradeCall } from './transport.js';

/** Limit for a frame, in bytes. A kubelet sends at most 32 KiB. */
const MOST_FRAME_BYTES = 1024 * 1024;

/**
 * Opens a WebSocket at the API server, with the sockets and headers of other requests.
 *
 * @param protocol the subprotocol that the server must speak
 * @param options.timeoutMs time limit until the WebSocket is open, in milliseconds
 * @returns the open WebSocket, paused, or the answer with which the server refused it
 * @throws TransportError, or Failure if there are no usable credentials
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
        // Messages that arrive before the caller listens would be lost.
        socket.pause();
        resolve({ socket });
      });
      // The answer is read above, from the exchange; without this listener ws would abort the request.
      socket.on('unexpected-response', () => undefined);
      // The exchange receives the same error just after this and rejects with more details.
      socket.on('error', (error) => setImmediate(() => reject(new TransportError('network', true, error))));
    } catch (error) {
      // Thrown at once for a certificate that is not PEM, and for a token with characters that a header cannot have.
      reject(new TransportError('network', false, error));
    }
  });
}
