import { isIP } from 'node:net';

const IPV4_DIGITS = 8;
const MAPPED = '00000000000000000000ffff';

/** Turns the hex digits of an IPv4-mapped IPv6 address (`::ffff:10.0.0.1`) into those of the IPv4 address. */
export function unmapped(hex: string): string {
  return hex.startsWith(MAPPED) ? hex.slice(MAPPED.length) : hex;
}

/**
 * The bytes of an IP address as lower-case hex digits in network order: 8 digits for IPv4, 32 for IPv6.
 *
 * @returns undefined if the text is not an IP address
 */
export function addressBytes(address: string): string | undefined {
  return isIP(address) === 0 ? undefined : unmapped(toHex(address));
}

/** True for the bytes of 0.0.0.0 or `::`; a socket on one of them accepts connections to every address. */
export function isWildcard(bytes: string | undefined): boolean {
  return bytes !== undefined && /^0+$/.test(bytes);
}

export const isIPv4 = (bytes: string): boolean => bytes.length === IPV4_DIGITS;

function toHex(address: string): string {
  if (isIP(address) === 4)
    return address
      .split('.')
      .map((byte) => hex(Number(byte), 2))
      .join('');
  const dotted = /[0-9]+\.[0-9.]+$/.exec(address)?.[0];
  const plain = dotted === undefined ? address : address.replace(dotted, toHex(dotted).replace(/^(....)/, '$1:'));
  const [head = [], tail = []] = plain.split('::').map((half) => half.split(':').filter((group) => group !== ''));
  const zeros = Array<string>(8 - head.length - tail.length).fill('0');
  return [...head, ...zeros, ...tail].map((group) => hex(parseInt(group, 16), 4)).join('');
}

function hex(number: number, digits: number): string {
  return number.toString(16).padStart(digits, '0');
}
