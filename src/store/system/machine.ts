import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { MachineFact } from '../../model/facts.js';
import { readFile } from '../../util/files.js';

/** The machine on which a site's router runs. */
export interface Machine {
  /** The folder with the kernel's tables of sockets: `/proc/net`. */
  procNet: string;
  /** The folder with the kernel's network settings: `/proc/sys/net`. */
  settings: string;
  /** The user's id; undefined on Windows. */
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

/** Platforms on which the router has only the privileges of the user who starts the site (podman: rootless). */
const OWN_USER = ['linux', 'podman'];

/** The ports and addresses on which a site's router can listen, from the kernel's settings. */
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
    // With one of these settings a program can listen on an address that the machine does not have (yet).
    ...(anyAddress.includes(1) ? {} : { addresses: machine.addresses() }),
  };
}

async function readNumber(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'latin1').catch(() => undefined);
  return text !== undefined && /^\d+\s*$/.test(text) ? Number(text) : undefined;
}
