import { createPublicKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { armour, bits, boolean, objectId, octets, sequence, small, tlv, utcTime, utf8 } from './der.js';

/** A certificate with its key, both PEM. */
export interface Identity {
  certificate: string;
  key: string;
}

export interface Validity {
  from: Date;
  to: Date;
}

/** A certificate that others can be issued by. */
export interface Issued extends Identity {
  subject: string;
  privateKey: KeyObject;
}

export type KeyKind = 'P-256' | 'P-384' | 'Ed25519' | 'RSA 1024' | 'RSA 2048' | 'RSA 3072';

/** What a certificate is to say. Nothing is checked: most of what tests need is wrong. */
export interface Certificate {
  subject: string;
  /** Itself where nobody is named. */
  issuer?: Issued;
  key?: KeyKind;
  /** The key itself, where several certificates are of one. */
  privateKey?: KeyObject;
  /** Of the signature; Ed25519 has its own. */
  digest?: 'sha1' | 'sha256';
  /** A day around now unless given. */
  validity?: Validity;
  version?: 1 | 3;
  extensions?: readonly Buffer[];
}

const DAY_MS = 86_400_000;
const ED25519 = '1.3.101.112';
const SIGNATURES = {
  ec: { sha1: '1.2.840.10045.4.1', sha256: '1.2.840.10045.4.3.2' },
  rsa: { sha1: '1.2.840.113549.1.1.5', sha256: '1.2.840.113549.1.1.11' },
};
const COMMON_NAME = '2.5.4.3';

/** A private key of this kind. */
export function newKey(kind: KeyKind = 'P-256'): KeyObject {
  if (kind === 'Ed25519') return generateKeyPairSync('ed25519').privateKey;
  if (kind === 'P-256' || kind === 'P-384') return generateKeyPairSync('ec', { namedCurve: kind }).privateKey;
  return generateKeyPairSync('rsa', { modulusLength: Number(kind.slice(4)) }).privateKey;
}

/** Signs a certificate (RFC 5280). */
export function issue(parts: Certificate): Issued {
  const { subject, issuer, digest = 'sha256', version = 3, extensions = [] } = parts;
  const privateKey = parts.privateKey ?? newKey(parts.key);
  const { from, to } = parts.validity ?? { from: new Date(Date.now() - DAY_MS), to: new Date(Date.now() + DAY_MS) };
  const signer = issuer?.privateKey ?? privateKey;
  const algorithm = signatureOf(signer, digest);
  const toBeSigned = sequence(
    ...(version === 3 ? [tlv(0xa0, small(2))] : []),
    tlv(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    nameOf(issuer?.subject ?? subject),
    sequence(utcTime(from), utcTime(to)),
    nameOf(subject),
    publicKeyOf(privateKey),
    ...(version === 3 && extensions.length > 0 ? [tlv(0xa3, sequence(...extensions))] : []),
  );
  const signed = sign(signer.asymmetricKeyType === 'ed25519' ? null : digest, toBeSigned, signer);
  const certificate = armour('CERTIFICATE', sequence(toBeSigned, algorithm, bits(signed)));
  return { subject, privateKey, certificate, key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string };
}

function publicKeyOf(privateKey: KeyObject): Buffer {
  return createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
}

function signatureOf(signer: KeyObject, digest: 'sha1' | 'sha256'): Buffer {
  if (signer.asymmetricKeyType === 'ed25519') return sequence(objectId(ED25519));
  if (signer.asymmetricKeyType === 'ec') return sequence(objectId(SIGNATURES.ec[digest]));
  return sequence(objectId(SIGNATURES.rsa[digest]), tlv(0x05));
}

export const nameOf = (text: string): Buffer => sequence(tlv(0x31, sequence(objectId(COMMON_NAME), utf8(text))));

export function extension(id: string, value: Buffer, critical = false): Buffer {
  return sequence(objectId(id), ...(critical ? [boolean(true)] : []), octets(value));
}
