import { X509Certificate } from 'node:crypto';

/** A block as Go's encoding/pem reads it: nothing else is on its first and last line, and it has no headers. */
const BLOCK =
  /(?<![^\n])-----BEGIN CERTIFICATE-----[ \t\r]*\n([A-Za-z0-9+/=\s]*)\n-----END CERTIFICATE-----[ \t\r]*(?![^\n])/g;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * The certificates in PEM, each as the base64 of its DER. As Go does (crypto/x509, AppendCertsFromPEM), it skips blocks that cannot be
 * read; OpenSSL would stop at the first one, and also accepts `TRUSTED CERTIFICATE`.
 */
export function certificatesIn(pem: string): string[] {
  const blocks = [...pem.matchAll(BLOCK)].map(([, body = '']) => body.replace(/\s/g, ''));
  return blocks.filter((body) => BASE64.test(body));
}

/** A PEM block from the base64 of a certificate. */
export const pemOf = (base64: string): string =>
  `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`;

/** Parses a certificate in DER; undefined if it is not one. */
export function certificateOf(der: Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(der);
  } catch {
    return undefined;
  }
}
