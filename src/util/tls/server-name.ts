import { isIP, isIPv4 } from 'node:net';
import { elements, extensionsOf } from './der.js';

const SUBJECT_ALT_NAME = '551d11';
const DNS_NAME = 0x82;
const IP_ADDRESS = 0x87;
/** The number of names in a message; a certificate may have hundreds. */
const NAMES_SHOWN = 5;

/** A certificate that does not have the server's name, with Node's code for it. */
export interface NameFault {
  code: 'ERR_TLS_CERT_ALTNAME_INVALID';
  /** A clause for messages. */
  why: string;
}

/** A host without the brackets of an IPv6 address. */
const withoutBrackets = (name: string): string => name.replace(/^\[(.*)\]$/, '$1');

/** The server name that is sent in the handshake (SNI); empty for an IP address, which must not be sent (RFC 6066). */
export function indicatedName(name: string): string {
  return isIP(withoutBrackets(name).replace(/%.*/, '')) ? '' : name.replace(/\.+$/, '');
}

/**
 * Compares the names of a certificate with the name of a server, by Go's rules (crypto/x509, VerifyHostname): a wildcard is the whole
 * first label, the common name is ignored, and an IP address is compared with IP addresses only. Node accepts `a*.example.com` too.
 *
 * @param certificate DER
 * @returns undefined if the certificate has the name
 * @throws a RangeError if the certificate is not DER
 */
export function nameFault(certificate: Buffer, name: string): NameFault | undefined {
  const names = alternativeNames(certificate);
  const address = bytesOf(withoutBrackets(name));
  const fits = names.some(({ tag, value }) =>
    address
      ? tag === IP_ADDRESS && plain(value).equals(address)
      : tag === DNS_NAME && isNameFor(value.toString('latin1'), name),
  );
  if (fits) return undefined;
  const shown = names.map(textOf).slice(0, NAMES_SHOWN).join(', ');
  const more = names.length > NAMES_SHOWN ? ', …' : '';
  const why = `the certificate of the server is valid for ${shown === '' ? 'no name' : shown + more}, not for ${name}`;
  return { code: 'ERR_TLS_CERT_ALTNAME_INVALID', why };
}

function alternativeNames(certificate: Buffer): ReturnType<typeof elements> {
  const extension = extensionsOf(certificate).get(SUBJECT_ALT_NAME);
  const [list] = extension ? elements(extension.value) : [];
  return list ? elements(list.value).filter(({ tag }) => tag === DNS_NAME || tag === IP_ADDRESS) : [];
}

/** An IPv4 address in 4 bytes, also if it is given as an IPv6 address (::ffff:0:0/96). */
function plain(address: Buffer): Buffer {
  const mapped = address.length === 16 && address.subarray(0, 12).equals(MAPPED);
  return mapped ? address.subarray(12) : address;
}
const MAPPED = Buffer.from('00000000000000000000ffff', 'hex');

function bytesOf(name: string): Buffer | undefined {
  if (isIPv4(name)) return Buffer.from(name.split('.').map(Number));
  return isIP(name) === 6 && !name.includes('%') ? plain(sixteenBytes(name)) : undefined;
}

function sixteenBytes(address: string): Buffer {
  // URL normalizes the many ways to write an address.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const groups = (part = ''): number[] =>
    part
      .split(':')
      .filter(Boolean)
      .map((group) => parseInt(group, 16));
  const [front, back] = [groups(head), groups(tail)];
  const all = [...front, ...Array<number>(8 - front.length - back.length).fill(0), ...back];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}

function textOf({ tag, value }: { tag: number; value: Buffer }): string {
  if (tag === DNS_NAME) return value.toString('latin1');
  if (value.length === 4) return value.join('.');
  return (value.toString('hex').match(/.{4}/g) ?? []).map((group) => group.replace(/^0{1,3}/, '')).join(':');
}

function isNameFor(pattern: string, host: string): boolean {
  const [wanted, found] = [host.toLowerCase(), pattern.toLowerCase()];
  if (!isHostname(wanted.replace(/\.$/, '')) || !isHostname(found, true))
    return found === wanted && found !== '' && found !== '.';
  const [have, want] = [found.split('.'), wanted.replace(/\.$/, '').split('.')];
  return have.length === want.length && have.every((label, at) => label === want[at] || (at === 0 && label === '*'));
}

/** True for a host name as Go defines it: labels of letters, digits, `_` and `-`, which must not be first. */
function isHostname(name: string, isPattern = false): boolean {
  const labels = name.split('.');
  if (name === '*') return false;
  return labels.every((label, at) => (isPattern && at === 0 && label === '*') || /^[a-z0-9_][a-z0-9_-]*$/.test(label));
}
