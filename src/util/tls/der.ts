/** One element of DER: its tag, and the bytes of its value. */
export interface Element {
  tag: number;
  value: Buffer;
}

/** An extension of a certificate. */
export interface Extension {
  critical: boolean;
  /** DER. */
  value: Buffer;
}

const SEQUENCE = 0x30;
const EXTENSIONS = 0xa3;
const TRUE = 0x01;

/** The longest length that is read has so many bytes. A length of 128 bytes or more starts with their number, and DER has no 0 there. */
const LENGTH_BYTES = 4;

/**
 * Reads consecutive elements. The bytes must be part of a certificate that OpenSSL has parsed already.
 *
 * @throws a RangeError for what is not DER, such as an element of indefinite length, which OpenSSL accepts
 */
export function elements(bytes: Buffer): Element[] {
  const all: Element[] = [];
  for (let at = 0; at + 1 < bytes.length;) {
    const tag = bytes.readUInt8(at);
    const first = bytes.readUInt8(at + 1);
    const more = first < 0x80 ? 0 : first & 0x7f;
    if (first >= 0x80 && (more === 0 || more > LENGTH_BYTES)) throw new RangeError('the certificate is not DER');
    const length = more === 0 ? first : bytes.readUIntBE(at + 2, more);
    const start = at + 2 + more;
    all.push({ tag, value: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return all;
}

const NOTHING = Buffer.alloc(0);

/** The fields of a certificate's TBSCertificate (RFC 5280, section 4.1). */
function fieldsOf(certificate: Buffer): Element[] {
  const [whole] = elements(certificate);
  const [toBeSigned] = elements(whole?.value ?? NOTHING);
  return elements(toBeSigned?.value ?? NOTHING);
}

/** The name of a certificate's issuer: the DER without tag and length. */
export function issuerNameOf(certificate: Buffer): Buffer {
  const sequences = fieldsOf(certificate).filter(({ tag }) => tag === SEQUENCE);
  // The first sequence is the signature algorithm.
  return sequences[1]?.value ?? NOTHING;
}

/**
 * The extensions of a certificate (RFC 5280, section 4.1). Node shows most of them as text or not at all.
 *
 * @param certificate DER
 * @returns the extensions, by the hexadecimal digits of the object identifier
 */
export function extensionsOf(certificate: Buffer): Map<string, Extension> {
  const field = fieldsOf(certificate).find(({ tag }) => tag === EXTENSIONS);
  const [list] = field === undefined ? [] : elements(field.value);
  const all = elements(list?.value ?? NOTHING).filter(({ tag }) => tag === SEQUENCE);
  return new Map(
    all.map(({ value: extension }) => {
      const [id, ...rest] = elements(extension);
      const critical = rest.some(({ tag, value }) => tag === TRUE && value[0] !== 0);
      return [id?.value.toString('hex') ?? '', { critical, value: rest.at(-1)?.value ?? NOTHING }];
    }),
  );
}
