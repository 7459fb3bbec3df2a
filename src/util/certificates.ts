import { createPrivateKey, X509Certificate } from 'node:crypto';

/**
 * True if the private key belongs to the client certificate. Both are PEM.
 *
 * @throws Error that names the certificate or the key, whichever cannot be read
 */
export function belongTogether(certificate: string | Buffer, key: string | Buffer): boolean {
  const read = <T>(what: string, reader: () => T): T => {
    try {
      return reader();
    } catch (cause) {
      throw new Error(`the ${what} is not readable PEM`, { cause });
    }
  };
  const privateKey = read('client key (which must not be encrypted)', () => createPrivateKey(key));
  return read('client certificate', () => new X509Certificate(certificate)).checkPrivateKey(privateKey);
}

/** The UTC day, as `2026-01-31`, of a time in milliseconds since the epoch. */
export function isoDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/**
 * The UTC day, as `2026-01-31`, on which a PEM certificate expired by this machine's clock. Undefined if the certificate has
 * not expired or cannot be parsed.
 */
export function expiredOn(certificate: string | Buffer): string | undefined {
  try {
    const until = Date.parse(new X509Certificate(certificate).validTo);
    return until < Date.now() ? isoDay(until) : undefined;
  } catch {
    // An unreadable certificate is reported when a connection is made with it.
    return undefined;
  }
}
