import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/** A certificate with its key, both PEM. */
export interface Identity {
  certificate: string;
  key: string;
}

interface Authority extends Identity {
  /** Issues a certificate for `127.0.0.1` and `localhost`, good for server and client. */
  issue(subject: string, validity?: Validity, names?: Names): Identity;
}

/** What a certificate says of the server beside its subject: nothing at all, or what its key may be used for (RFC 5280, 4.2.1.3). */
export interface Names {
  none?: true;
  keyUsage?: number;
}

export interface Validity {
  from: Date;
  to: Date;
}

const DAY_MS = 86_400_000;
const ECDSA_SHA256 = '1.2.840.10045.4.3.2';
const COMMON_NAME = '2.5.4.3';
const BASIC_CONSTRAINTS = '2.5.29.19';
const KEY_USAGE = '2.5.29.15';
const SUBJECT_ALT_NAME = '2.5.29.17';

/** A certificate authority of a test's own. Node can read X.509 and not write it, hence these lines (RFC 5280, DER). */
export function certificateAuthority(subject: string): Authority {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ca = extension(BASIC_CONSTRAINTS, sequence(tlv(0x01, Buffer.from([0xff]))), true);
  return {
    certificate: certificate({ subject, issuer: subject, publicKey, signer: privateKey, extensions: [ca] }),
    key: pem(privateKey),
    issue(name, validity, { none, keyUsage } = {}) {
      const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const basic = extension(BASIC_CONSTRAINTS, sequence());
      const loopback = extension(
        SUBJECT_ALT_NAME,
        sequence(tlv(0x82, Buffer.from('localhost')), tlv(0x87, Buffer.from([127, 0, 0, 1]))),
      );
      const parts = { subject: name, issuer: subject, publicKey: own.publicKey, signer: privateKey, validity };
      const usage = keyUsage === undefined ? [] : [extension(KEY_USAGE, tlv(0x03, Buffer.from([0, keyUsage])), true)];
      const extensions = [...(none ? [basic] : [loopback]), ...usage];
      return { certificate: certificate({ ...parts, extensions }), key: pem(own.privateKey) };
    },
  };
}

interface Parts {
  subject: string;
  issuer: string;
  publicKey: KeyObject;
  signer: KeyObject;
  validity?: Validity;
  extensions: readonly Buffer[];
}

function certificate({ subject, issuer, publicKey, signer, validity, extensions }: Parts): string {
  const { from, to } = validity ?? { from: new Date(Date.now() - DAY_MS), to: new Date(Date.now() + DAY_MS) };
  const algorithm = sequence(objectId(ECDSA_SHA256));
  const toBeSigned = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    nameOf(issuer),
    sequence(utcTime(from), utcTime(to)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(...extensions)),
  );
  const signature = tlv(0x03, Buffer.from([0]), sign('sha256', toBeSigned, signer));
  const base64 = sequence(toBeSigned, algorithm, signature).toString('base64');
  const lines = base64.match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

const pem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }) as string;

/** Tag, length, value. */
function tlv(tag: number, ...values: readonly Buffer[]): Buffer {
  const value = Buffer.concat(values);
  const { length } = value;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), value]);
}

const sequence = (...values: readonly Buffer[]): Buffer => tlv(0x30, ...values);

function objectId(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = rest.flatMap((part) => {
    const digits = [part & 0x7f];
    for (let left = part >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
    return digits;
  });
  return tlv(0x06, Buffer.from([first * 40 + second, ...bytes]));
}

const nameOf = (text: string): Buffer =>
  sequence(tlv(0x31, sequence(objectId(COMMON_NAME), tlv(0x0c, Buffer.from(text)))));

const utcTime = (date: Date): Buffer =>
  tlv(
    0x17,
    Buffer.from(
      date
        .toISOString()
        .replace(/\.\d+Z$/, 'Z')
        .replace(/[-:T]/g, '')
        .slice(2),
    ),
  );

function extension(id: string, value: Buffer, critical = false): Buffer {
  const flag = critical ? [tlv(0x01, Buffer.from([0xff]))] : [];
  return sequence(objectId(id), ...flag, tlv(0x04, value));
}
