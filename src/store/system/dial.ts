import { addressOf } from '../../model/names.js';
import { connect, type Socket } from 'node:net';
import { Failure } from '../../model/failure.js';
import type { RouterListener } from '../../model/router.js';
import { errorCode } from './errors.js';

/** For each wildcard address the loopback address at which a client of this machine reaches the listener. */
const LOOPBACK_FOR: Readonly<Record<string, string>> = { '': '127.0.0.1', '0.0.0.0': '127.0.0.1', '::': '::1' };
const WORDS: Readonly<Record<string, string>> = { ECONNREFUSED: 'connection refused', ETIMEDOUT: 'timed out' };

/** Connects to a listener of this machine's router; see Routers.dial. */
export function dial({ host, port }: Pick<RouterListener, 'host' | 'port'>, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: LOOPBACK_FOR[host] ?? host, port });
    const stop = (failure: Failure): void => {
      signal.removeEventListener('abort', late);
      socket.destroy();
      reject(failure);
    };
    const late = (): void =>
      stop(
        new Failure(
          'request-timeout',
          `the listener on ${addressOf({ host, port })} did not accept the connection in time`,
        ),
      );
    socket.once('error', (error) => {
      const code = errorCode(error) ?? '';
      const why = WORDS[code] ?? (code || error.message);
      stop(
        new Failure('unreachable', `cannot connect to the listener on ${addressOf({ host, port })}: ${why}`, {
          cause: error,
        }),
      );
    });
    socket.once('connect', () => {
      signal.removeEventListener('abort', late);
      socket.removeAllListeners('error');
      // An error before the caller listens must not become an uncaught error. The caller still sees that the socket is closed.
      socket.on('error', () => undefined);
      resolve(socket);
    });
    if (signal.aborted) late();
    else signal.addEventListener('abort', late, { once: true });
  });
}
