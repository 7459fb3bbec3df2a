import { readFile } from '../../util/files.js';
import { endianness } from 'node:os';
import { join } from 'node:path';
import { addressBytes, isIPv4, isWildcard, unmapped } from '../../util/addresses.js';

/** For each port the addresses of sockets in state LISTEN, as hex digits in network order (see `addressBytes`). */
export type Sockets = ReadonlyMap<number, ReadonlySet<string>>;

const LISTEN = '0A';
const ANY_IPV4 = '0'.repeat(8);
const ANY_IPV6 = '0'.repeat(32);
const LOOPBACK = ['127.0.0.1', '::1'];

/**
 * Reads the listening sockets of this machine from the kernel's tables. Opens no connection.
 *
 * @param folder `/proc/net`
 * @returns undefined if the tables do not exist (not Linux, or no /proc)
 */
export async function readSockets(folder: string): Promise<Sockets | undefined> {
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(join(folder, name), 'latin1').catch(() => undefined)),
  );
  // A kernel without IPv6 has only the first table.
  return tables[0] === undefined ? undefined : parseSockets(tables.join('\n'));
}

/** Parses lines such as `0: 0100007F:1F90 00000000:0000 0A …` (proc(5)): local address and port in hex, then the state. */
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

/** The kernel prints each 32-bit word of an address in the byte order of this machine. */
function networkOrder(words: string, littleEndian: boolean): string {
  if (!littleEndian) return words;
  return words.replace(/(..)(..)(..)(..)/g, '$4$3$2$1');
}

/**
 * True if any program listens on the host and port. A wildcard host matches sockets on every address, and a socket on a wildcard
 * address matches every host. A socket on `::` is assumed to accept IPv4 too, which is the default.
 *
 * @returns undefined if the sockets are not known, and for names other than `localhost`, because no name is looked up
 */
export function isListening(sockets: Sockets | undefined, host: string, port: number): boolean | undefined {
  if (sockets === undefined) return undefined;
  const addresses = sockets.get(port) ?? new Set<string>();
  if (host.toLowerCase() === 'localhost') return LOOPBACK.some((address) => isListening(sockets, address, port));
  const wanted = addressBytes(host);
  if (wanted === undefined) return undefined;
  if (isWildcard(wanted)) return addresses.size > 0;
  const every = isIPv4(wanted) ? [ANY_IPV4, ANY_IPV6] : [ANY_IPV6];
  return [wanted, ...every].some((address) => addresses.has(address));
}
