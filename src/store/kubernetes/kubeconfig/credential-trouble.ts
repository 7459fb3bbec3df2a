import type tls from 'node:tls';
import { expiredOn, isoDay } from '../../../util/certificates.js';

/** A known problem of our credentials that explains why a server refuses them. */
export interface CredentialTrouble {
  of: 'certificate' | 'token' | 'plain http';
  /** A clause for messages. */
  why: string;
}

/**
 * The expired credential by this machine's clock, if any. It only explains a refusal; the server decides by its own clock.
 *
 * @param certificate the client certificate, PEM
 * @param expires when the token expires, in milliseconds since the epoch
 */
export function expiry(
  certificate: tls.SecureContextOptions['cert'],
  expires = Infinity,
): CredentialTrouble | undefined {
  if (typeof certificate === 'string' || Buffer.isBuffer(certificate)) {
    const day = expiredOn(certificate);
    if (day !== undefined) return { of: 'certificate', why: `the client certificate expired on ${day}` };
  }
  if (expires >= Date.now()) return undefined;
  return { of: 'token', why: `the credential plugin's token expired on ${isoDay(expires)}` };
}
