import { readFile } from '../../util/files.js';
import { isIP } from 'node:net';
import { endianness } from 'node:os';
import { join } from 'node:path';

/** The addresses in state LISTEN by port, each as the hex digits of its bytes in network order. */
export type Sockets = ReadonlyMap<number, ReadonlySet<string>>;

const LISTEN = '0A';
const MAPPED = '00000000000000000000ffff';
const ANY_IPV4 = '0'.repeat(8);
const ANY_IPV6 = '0'.repeat(32);
const LOOPBACK = ['127.0.0.1', '::1'];

/**
 * What this machine listens on, from the kernel's tables; no connection is made.
 * @param folder `/proc/net`
 * @returns undefined where there are no such tables (not Linux, or no /proc)
 */
export async function readSockets(folder: string): Promise<Sockets | undefined> {
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(join(folder, name), 'latin1').catch(() => undefined)),
  );
  // A kernel without IPv6 has the first only.
  return tables[0] === undefined ? undefined : parseSockets(tables.join('\n'));
}

/** Lines such as `0: 0100007F:1F90 00000000:0000 0A …` (proc(5)): address and port in hex, then the state. */
export function parseSockets(text: string, littleEndian = endianness() === 'LE'): Sockets {
  const sockets = new Map<number, Set<string>>();
  for (const [, words = '', port = '', state] of text.matchAll(
    /^ *\d+: ([0-9A-F]+):([0-9A-F]{4}) \S+ ([0-9A-F]{2}) /gm,
  )) {
    if (state !== LISTEN) continue;
    const number = parseInt(port, 16);
    const addresses = sockets.get(number) ?? new Set();
    sockets.set(number, addresses.add(unmapped(networkOrder(words.toLowerCase(), littleEndian))));
  }
  return sockets;
}

/** The kernel prints each 32-bit word of an address as a number of this machine. */
function networkOrder(words: string, littleEndian: boolean): string {
  if (!littleEndian) return words;
  return words.replace(/(..)(..)(..)(..)/g, '$4$3$2$1');
}

/** An IPv4 address that a dual-stack socket holds is that IPv4 address. */
function unmapped(hex: string): string {
  return hex.startsWith(MAPPED) ? hex.slice(MAPPED.length) : hex;
}

/**
 * Whether something, of whatever program, listens on that host and port. A wildcard host matches any
 * address, and what listens on all addresses listens on this one; `::` takes IPv4 as well unless its
 * program asked otherwise. Of names only `localhost` is known, since others would have to be looked up.
 * @returns undefined where that can't be told
 */
export function isListening(sockets: Sockets | undefined, host: string, port: number): boolean | undefined {
  if (sockets === undefined) return undefined;
  const addresses = sockets.get(port) ?? new Set<string>();
  if (host.toLowerCase() === 'localhost') return LOOPBACK.some((address) => isListening(sockets, address, port));
  if (isIP(host) === 0) return undefined;
  const wanted = unmapped(toHex(host));
  if (/^0+$/.test(wanted)) return addresses.size > 0;
  const every = wanted.length === ANY_IPV4.length ? [ANY_IPV4, ANY_IPV6] : [ANY_IPV6];
  return [wanted, ...every].some((address) => addresses.has(address));
}

/** The bytes of an IP address as hex digits. */
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
