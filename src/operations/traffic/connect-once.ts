import { Duplex, PassThrough } from 'node:stream';
import { isFailure } from '../../model/failure.js';
import { isIPAddress } from '../../model/names.js';
import type { ProbeOutcome } from '../../model/traffic/probe.js';

/** A router that reaches no backend closes the connection within milliseconds; one that lasts longer than this is served. */
const LISTEN_MS = 300;
/** Longest time for a TLS handshake. */
const HANDSHAKE_MS = 2000;

/**
 * Opens one connection, sends no data, and observes it for 300 ms.
 *
 * @param tlsHost the server name of a TLS handshake to make first; undefined without TLS. Certificates are not verified,
 *   because the probe only finds out whether the backend answers
 * @throws what `dial` throws, except `unreachable` and `request-timeout`, which are the outcome `refused`
 */
export async function connectOnce(dial: () => Promise<Duplex>, tlsHost: string | undefined): Promise<ProbeOutcome> {
  let stream: Duplex;
  try {
    stream = await dial();
  } catch (error) {
    if (isFailure(error, 'unreachable', 'request-timeout')) return 'refused';
    throw error;
  }
  try {
    return tlsHost === undefined ? await outcomeOf(stream) : await outcomeOverTls(stream, tlsHost);
  } finally {
    stream.on('error', () => undefined);
    stream.destroy();
  }
}

/** Resolves with the first event of the connection: data, its end, or no event within LISTEN_MS. */
function outcomeOf(stream: Duplex): Promise<ProbeOutcome> {
  return new Promise((resolve) => {
    // If the event loop was blocked for this long, events that are already queued are delivered before `open`.
    const timer = setTimeout(() => setImmediate(() => setImmediate(() => resolve('open'))), LISTEN_MS);
    const done = (outcome: ProbeOutcome): void => {
      clearTimeout(timer);
      resolve(outcome);
    };
    stream.once('data', () => done('answered'));
    stream.once('end', () => done('empty'));
    stream.once('close', () => done('empty'));
    // A port-forward reports a refused connection only here, as a Failure; any other error is a reset by the other side.
    stream.once('error', (error) => done(isFailure(error) ? 'refused' : 'empty'));
  });
}

async function outcomeOverTls(stream: Duplex, host: string): Promise<ProbeOutcome> {
  const { connect } = await import('node:tls');
  let refused = false;
  stream.on('error', (error) => (refused = isFailure(error)));
  const raw = counted(stream);
  const name = isIPAddress(host) ? {} : { servername: host };
  const secure = connect({ socket: raw.stream, rejectUnauthorized: false, ...name });
  const end = await new Promise<'session' | 'closed' | 'late'>((resolve) => {
    const timer = setTimeout(() => resolve('late'), HANDSHAKE_MS);
    const done = (how: 'session' | 'closed') => (): void => {
      clearTimeout(timer);
      resolve(how);
    };
    secure.once('secureConnect', done('session'));
    for (const event of ['error', 'close', 'end']) secure.once(event, done('closed'));
  });
  secure.on('error', () => undefined);
  const outcome = end === 'session' ? await outcomeOf(secure) : undefined;
  secure.destroy();
  if (outcome !== undefined) return outcome;
  if (refused) return 'refused';
  // Closed without a byte: the router reached no backend. Closed after some bytes: the backend does not speak TLS.
  return end === 'closed' && raw.bytes() === 0 ? 'empty' : 'no-tls';
}

/** Wraps a stream and counts the bytes that are read from it. */
function counted(stream: Duplex): { stream: Duplex; bytes(): number } {
  let bytes = 0;
  const readable = new PassThrough();
  readable.on('data', (chunk: Buffer) => (bytes += chunk.length)).pause();
  stream.once('close', () => readable.end());
  const both = Duplex.from({ readable: stream.pipe(readable), writable: stream });
  both.on('error', () => undefined);
  return { stream: both, bytes: () => bytes };
}
