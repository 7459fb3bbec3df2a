import { readFile } from '../../util/files.js';
import { endianness } from 'node:os';
import { join } from 'node:path';
import { addressBytes, isIPv4, isWildcard, unmapped } from '../../util/addresses.js';

/** The addresses in state LISTEN by port, each as the hex digits of its bytes in network order. */
export type Sockets = ReadonlyMap<number, ReadonlySet<string>>;

const LISTEN = '0A';
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
  const wanted = addressBytes(host);
  if (wanted === undefined) return undefined;
  if (isWildcard(wanted)) return addresses.size > 0;
  const every = isIPv4(wanted) ? [ANY_IPV4, ANY_IPV6] : [ANY_IPV6];
  return [wanted, ...every].some((address) => addresses.has(address));
}
