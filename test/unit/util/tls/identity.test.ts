import { X509Certificate } from 'node:crypto';
import type { PeerCertificate } from 'node:tls';
import fc from 'fast-check';
import { verification } from '../../../../src/util/tls/verification.js';
import { elements } from '../../../../src/util/tls/der.js';
import { certificateAuthority } from '../../../support/cluster/certificates.js';

/** Certificates beside kubectl are in test/reliability/tls-matrix.test.ts. Here are those that no server of a test can send. */
describe('a certificate that is not DER', () => {
  const authority = certificateAuthority('ca');
  const { raw } = new X509Certificate(authority.issue('server').certificate);
  const issuer = { raw: new X509Certificate(authority.certificate).raw };
  const errorFor = (certificate: Buffer): (Error & { code?: string }) | undefined =>
    verification({}, '127.0.0.1', authority.certificate, false).checkServerIdentity?.('', {
      raw: certificate,
      issuerCertificate: issuer,
    } as unknown as PeerCertificate);

  test.each([
    ['an element of indefinite length', Buffer.from([0x30, 0x80, 0x00, 0x00])],
    ['a length of five bytes', Buffer.from([0x30, 0x85, 0, 0, 0, 0, 0])],
    ['a length that is cut off', Buffer.from([0x30, 0x84, 0, 0])],
  ])('%s is refused', (_, bytes) => {
    expect(() => elements(bytes)).toThrow(expect.objectContaining({ name: 'RangeError' }));
    expect(errorFor(bytes)?.code).toBe('CERT_REJECTED');
  });

  test('nothing but the certificate itself is accepted, and nothing is thrown', () => {
    expect(errorFor(raw)).toBeUndefined();
    fc.assert(
      fc.property(fc.nat(raw.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), (at, change, cut) => {
        const bytes = Buffer.from(cut ? raw.subarray(0, at) : raw);
        if (!cut) bytes[at] = bytes.readUInt8(at) ^ change;
        expect(errorFor(bytes)?.code).toMatch(/^[A-Z_]+$/);
      }),
      { numRuns: 500 },
    );
  });
});
