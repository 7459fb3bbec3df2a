import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import type { Identity } from '../cluster/certificates.js';
import { extension, nameOf, objectId, pem, sequence, tlv, utcTime } from '../cluster/der.js';

export type KeyKind = 'P-256' | 'P-384' | 'RSA 1024' | 'RSA 2048' | 'Ed25519';

/** What a certificate says, where it is not what a good one of its kind says. */
export interface Saying {
  subject?: string;
  key?: KeyKind;
  /** The digest of its signature; what its issuer's key takes by default. */
  digest?: 'sha1' | 'sha256';
  from?: Date;
  to?: Date;
  /** DNS names, and addresses as four numbers; an empty list leaves the extension out. */
  names?: readonly (string | readonly number[])[];
  /** `none` leaves basicConstraints out. */
  authority?: boolean | 'none';
  pathLength?: number;
  /** Bits of keyUsage, the first in the highest (RFC 5280, 4.2.1.3). */
  usage?: number;
  /** Object identifiers of extendedKeyUsage. */
  purposes?: readonly string[];
  /** DNS names of name constraints. */
  permitted?: readonly string[];
  excluded?: readonly string[];
  /** Its bytes mean nothing to anybody. */
  unknownCritical?: true;
}

/** A certificate with its key, which can issue others whatever it says of itself. */
export interface Issuer extends Identity {
  issue(saying?: Saying): Issuer;
}

export const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
export const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
export const ANY_PURPOSE = '2.5.29.37.0';
const DAY_MS = 86_400_000;
const ALGORITHMS = {
  ec: { sha256: '1.2.840.10045.4.3.2', sha1: '1.2.840.10045.4.1' },
  rsa: { sha256: '1.2.840.113549.1.1.11', sha1: '1.2.840.113549.1.1.5' },
  ed25519: '1.3.101.112',
};

function keyPair(kind: KeyKind): { publicKey: KeyObject; privateKey: KeyObject } {
  if (kind === 'Ed25519') return generateKeyPairSync('ed25519');
  if (kind === 'P-256' || kind === 'P-384') return generateKeyPairSync('ec', { namedCurve: kind });
  return generateKeyPairSync('rsa', { modulusLength: Number(kind.slice(4)) });
}

/** A certificate of its own issuing: an authority unless it says otherwise. */
export function selfSigned(saying: Saying = {}): Issuer {
  const subject = saying.subject ?? 'root';
  const keys = keyPair(saying.key ?? 'P-256');
  return issuer({ authority: true, names: [], ...saying, subject }, keys, { name: subject, key: keys.privateKey });
}

function issuer(
  saying: Saying & { subject: string },
  keys: { publicKey: KeyObject; privateKey: KeyObject },
  by: { name: string; key: KeyObject },
): Issuer {
  return {
    certificate: certificate(saying, keys.publicKey, by),
    key: pem(keys.privateKey),
    issue(next = {}) {
      const own = keyPair(next.key ?? 'P-256');
      const subject = next.subject ?? (next.authority === true ? 'intermediate' : 'server');
      return issuer({ ...next, subject }, own, { name: saying.subject, key: keys.privateKey });
    },
  };
}

function extensionsOf(saying: Saying): Buffer[] {
  const { authority = false, pathLength, usage, purposes, permitted, excluded } = saying;
  const { names = authority === true ? [] : ['localhost', [127, 0, 0, 1]] } = saying;
  const flag = authority === true ? [tlv(0x01, Buffer.from([0xff]))] : [];
  const length = pathLength === undefined ? [] : [tlv(0x02, Buffer.from([pathLength]))];
  const subtrees = (tag: number, dns: readonly string[] | undefined): Buffer[] =>
    dns ? [tlv(tag, ...dns.map((name) => sequence(tlv(0x82, Buffer.from(name)))))] : [];
  const constraints = [...subtrees(0xa0, permitted), ...subtrees(0xa1, excluded)];
  const named = names.map((name) =>
    typeof name === 'string' ? tlv(0x82, Buffer.from(name)) : tlv(0x87, Buffer.from(name)),
  );
  return [
    ...(authority === 'none' ? [] : [extension('2.5.29.19', sequence(...flag, ...length), true)]),
    ...(named.length > 0 ? [extension('2.5.29.17', sequence(...named))] : []),
    ...(usage === undefined ? [] : [extension('2.5.29.15', tlv(0x03, Buffer.from([0, usage])), true)]),
    ...(purposes ? [extension('2.5.29.37', sequence(...purposes.map(objectId)))] : []),
    ...(constraints.length > 0 ? [extension('2.5.29.30', sequence(...constraints), true)] : []),
    ...(saying.unknownCritical ? [extension('1.3.6.1.4.1.99999.1', tlv(0x04, Buffer.from('?')), true)] : []),
  ];
}

function certificate(
  saying: Saying & { subject: string },
  publicKey: KeyObject,
  by: { name: string; key: KeyObject },
): string {
  const { from = new Date(Date.now() - DAY_MS), to = new Date(Date.now() + DAY_MS), digest = 'sha256' } = saying;
  const kind = by.key.asymmetricKeyType as 'ec' | 'rsa' | 'ed25519';
  const id = kind === 'ed25519' ? ALGORITHMS.ed25519 : ALGORITHMS[kind][digest];
  const algorithm = sequence(objectId(id), ...(kind === 'rsa' ? [tlv(0x05)] : []));
  const extensions = extensionsOf(saying);
  const toBeSigned = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    nameOf(by.name),
    sequence(utcTime(from), utcTime(to)),
    nameOf(saying.subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    ...(extensions.length > 0 ? [tlv(0xa3, sequence(...extensions))] : []),
  );
  const signature = sign(kind === 'ed25519' ? null : digest, toBeSigned, by.key);
  const der = sequence(toBeSigned, algorithm, tlv(0x03, Buffer.from([0]), signature));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
