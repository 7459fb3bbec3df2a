import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { MachineFact } from '../../model/facts.js';
import { readFile } from '../../util/files.js';

/** The machine that a site's router runs on. */
export interface Machine {
  /** Where the kernel lists its sockets: `/proc/net`. */
  procNet: string;
  /** Where the kernel shows its settings of the network: `/proc/sys/net`. */
  settings: string;
  /** The user; undefined where there are none. */
  uid: number | undefined;
  /** The IP addresses of all interfaces. */
  addresses(): string[];
}

export const thisMachine: Machine = {
  procNet: '/proc/net',
  settings: '/proc/sys/net',
  uid: process.getuid?.(),
  addresses: () =>
    Object.values(networkInterfaces()).flatMap((each) => (each ?? []).map(({ address }) => address.replace(/%.*/, ''))),
};

/** On these the router runs as the user that starts the site: rootless podman cannot give it more than that user may. */
const OWN_USER = ['linux', 'podman'];

/** What the machine lets the router of a site listen on. */
export async function machineFact(machine: Machine, platform: string): Promise<MachineFact> {
  const setting = (...path: string[]): Promise<number | undefined> => readNumber(join(machine.settings, ...path));
  const [first, ...anyAddress] = await Promise.all([
    setting('ipv4', 'ip_unprivileged_port_start'),
    setting('ipv4', 'ip_nonlocal_bind'),
    setting('ipv6', 'ip_nonlocal_bind'),
  ]);
  const restricted = OWN_USER.includes(platform) && machine.uid !== 0 && first !== undefined && first > 0;
  return {
    ...(restricted ? { privilegedBelow: first } : {}),
    // With either setting an address may be listened on before the machine has it, as for one that moves between machines.
    ...(anyAddress.includes(1) ? {} : { addresses: machine.addresses() }),
  };
}

async function readNumber(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'latin1').catch(() => undefined);
  return text !== undefined && /^\d+\s*$/.test(text) ? Number(text) : undefined;
}
