import { createPrivateKey, X509Certificate } from 'node:crypto';

/** Whether a client certificate and a key, both PEM, belong together. Throws an Error that names the one that cannot be read. */
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

/** `2026-01-31`, of a time in milliseconds since the epoch. */
export function isoDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** The day on which a certificate (PEM) expired by this machine's clock; undefined while it is valid, or where it is none. */
export function expiredOn(certificate: string | Buffer): string | undefined {
  try {
    const until = Date.parse(new X509Certificate(certificate).validTo);
    return until < Date.now() ? isoDay(until) : undefined;
  } catch {
    // Who uses it says that it is no certificate.
    return undefined;
  }
}
