import { isIPv4 } from 'node:net';
import { boolean, objectId, octets, sequence, small, tlv, utf8 } from './der.js';
import { extension } from './x509.js';

/** The extensions of RFC 5280, section 4.2, as the tests of TLS need them. */

/** Whether a certificate may issue others, and how many may come between. */
export const basicConstraints = (ca: boolean, pathLength?: number): Buffer =>
  extension(
    '2.5.29.19',
    sequence(...(ca ? [boolean(true)] : []), ...(pathLength === undefined ? [] : [small(pathLength)])),
    true,
  );

export const KEY_USAGE = { digitalSignature: 0x80, keyEncipherment: 0x20, certificateSigning: 0x04, listSigning: 0x02 };
export const keyUsage = (usages: number): Buffer =>
  extension('2.5.29.15', tlv(0x03, Buffer.from([0]), Buffer.from([usages])), true);

export const PURPOSE = {
  server: '1.3.6.1.5.5.7.3.1',
  client: '1.3.6.1.5.5.7.3.2',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  any: '2.5.29.37.0',
  netscapeGatedCrypto: '2.16.840.1.113730.4.1',
};
export const purposes = (...names: readonly (keyof typeof PURPOSE)[]): Buffer =>
  extension('2.5.29.37', sequence(...names.map((name) => objectId(PURPOSE[name]))));

const addressBytes = (address: string): Buffer => {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail = ''] = address.split('::').map((part) => part);
  const groups = (part: string): number[] => (part === '' ? [] : part.split(':').map((group) => parseInt(group, 16)));
  const [front, back] = [groups(head), groups(tail)];
  const all = [...front, ...Array<number>(8 - front.length - back.length).fill(0), ...back];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
};
const dns = (name: string): Buffer => tlv(0x82, Buffer.from(name, 'latin1'));

/** `DNS:NAME`, `IP:ADDRESS` or `URI:TEXT`. */
export const alternativeNames = (...names: readonly string[]): Buffer =>
  extension('2.5.29.17', sequence(...names.map(generalName)));

function generalName(name: string): Buffer {
  const [, kind, value = ''] = /^(\w+):(.*)$/s.exec(name) ?? [];
  if (kind === 'IP') return tlv(0x87, addressBytes(value));
  return kind === 'URI' ? tlv(0x86, Buffer.from(value)) : dns(value);
}

/** `permitted` and `excluded` as `DNS:NAME`, `IP:ADDRESS/MASK` (both addresses) or `CN:NAME` (a subject). */
export function nameConstraints(permitted: readonly string[], excluded: readonly string[] = []): Buffer {
  const trees = (tag: number, names: readonly string[]): Buffer[] =>
    names.length === 0 ? [] : [tlv(tag, ...names.map((name) => sequence(constraint(name))))];
  return extension('2.5.29.30', sequence(...trees(0xa0, permitted), ...trees(0xa1, excluded)), true);
}

function constraint(name: string): Buffer {
  const [, kind, value = ''] = /^(\w+):(.*)$/s.exec(name) ?? [];
  if (kind === 'IP') return tlv(0x87, ...value.split('/').map(addressBytes));
  if (kind === 'CN') return tlv(0xa4, sequence(tlv(0x31, sequence(objectId('2.5.4.3'), utf8(value)))));
  return dns(value);
}

/** Explicit policies from the first certificate on: an extension that OpenSSL knows. */
export const policyConstraints = extension('2.5.29.36', sequence(tlv(0x81, Buffer.from([0]))), true);
/** A critical extension that nobody knows. */
export const unknownCritical = extension('1.3.6.1.4.1.55555.1', utf8('?'), true);
export const unknownOptional = extension('1.3.6.1.4.1.55555.1', utf8('?'));

/** Which key a certificate has, and which its issuer has. Any text names a key. */
export const keyIdentifier = (key: string): Buffer => extension('2.5.29.14', octets(Buffer.from(key)));
export const issuerKeyIdentifier = (key: string): Buffer =>
  extension('2.5.29.35', sequence(tlv(0x80, Buffer.from(key))));
