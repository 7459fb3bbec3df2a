import { Duplex, PassThrough } from 'node:stream';
import { isFailure } from '../../model/failure.js';
import { isIPAddress } from '../../model/names.js';
import type { ProbeOutcome } from '../../model/traffic/probe.js';

/** A backend that refuses is noticed within milliseconds; a connection that lasts longer than this is served. */
const LISTEN_MS = 300;
/** Longest time for a TLS handshake. */
const HANDSHAKE_MS = 2000;

/**
 * Opens one connection, sends nothing, and tells what becomes of it within 300 ms.
 *
 * @param tlsHost make the TLS handshake first, for that server name; certificates are not verified, for what is asked is whether
 *   the backend answers
 * @throws what `dial` throws, unless it is that nobody accepts the connection
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
    return tlsHost === undefined ? await fate(stream) : await fateOverTls(stream, tlsHost);
  } finally {
    stream.on('error', () => undefined);
    stream.destroy();
  }
}

/** What comes first: bytes, the end, or the time. */
function fate(stream: Duplex): Promise<ProbeOutcome> {
  return new Promise((resolve) => {
    // Of a program that got no time for so long, what happened meanwhile is told first.
    const timer = setTimeout(() => setImmediate(() => setImmediate(() => resolve('open'))), LISTEN_MS);
    const done = (outcome: ProbeOutcome): void => {
      clearTimeout(timer);
      resolve(outcome);
    };
    stream.once('data', () => done('answered'));
    stream.once('end', () => done('empty'));
    stream.once('close', () => done('empty'));
    // A port-forward says only now that nobody listens; a reset is a connection that was closed.
    stream.once('error', (error) => done(isFailure(error) ? 'refused' : 'empty'));
  });
}

async function fateOverTls(stream: Duplex, host: string): Promise<ProbeOutcome> {
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
  const outcome = end === 'session' ? await fate(secure) : undefined;
  secure.destroy();
  if (outcome !== undefined) return outcome;
  if (refused) return 'refused';
  // A router that reaches no backend closes the connection, perhaps before the first byte of a handshake.
  return end === 'closed' && raw.bytes() === 0 ? 'empty' : 'no-tls';
}

/** A stream with the number of bytes that came through it. */
function counted(stream: Duplex): { stream: Duplex; bytes(): number } {
  let bytes = 0;
  const readable = new PassThrough();
  readable.on('data', (chunk: Buffer) => (bytes += chunk.length)).pause();
  stream.once('close', () => readable.end());
  const both = Duplex.from({ readable: stream.pipe(readable), writable: stream });
  both.on('error', () => undefined);
  return { stream: both, bytes: () => bytes };
}
