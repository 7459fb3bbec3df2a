import { addressOf } from '../model/names.js';
import type { Endpoint, Facts } from '../model/facts.js';
import type { MultiKeyListener } from '../model/resource.js';
import { routerListener } from '../model/router.js';
import { addressBytes, isIPv4, isWildcard } from '../util/addresses.js';
import { surroundings, type Finding } from './findings.js';

const EVERY = ['0.0.0.0', '::'];
const LOOPBACK = ['127.0.0.1', '::1'];

/** The addresses that a listener on a host binds, as `addressBytes` writes them; empty for a name, as no name is looked up. */
function bytesOf(host: string): string[] {
  const names = host === '' ? EVERY : host.toLowerCase() === 'localhost' ? LOOPBACK : [host];
  return names.flatMap((name) => addressBytes(name) ?? []);
}

/** True if two listeners with one port cannot bind both hosts: same name, same address, or one of them binds all addresses. */
function overlaps(a: string, b: string): boolean {
  if (a.toLowerCase() === b.toLowerCase()) return true;
  const [first, second] = [bytesOf(a), bytesOf(b)];
  // A socket on `::` also accepts IPv4 connections; one on 0.0.0.0 accepts nothing else.
  const covers = (all: string, one: string): boolean => isWildcard(all) && (!isIPv4(all) || isIPv4(one));
  // A name stands for an unknown address, which only a wildcard overlaps for certain.
  if (first.length === 0 || second.length === 0) return [...first, ...second].some(isWildcard);
  return first.some((x) => second.some((y) => x === y || covers(x, y) || covers(y, x)));
}

const shown = ({ host, port }: Pick<Endpoint, 'host' | 'port'>): string => addressOf({ host: host || '0.0.0.0', port });

/**
 * Findings about other listeners that have, or overlap, the host and port of a resource. On Kubernetes both get the condition
 * Ready and one of them gets no traffic; a system site fails to reload.
 *
 * @param others the other listeners, and the ports of the site's own router
 * @param owner name of the MultiKeyListener to which the Service sends the port (see `portOwner`); undefined if not known
 */
export function endpointFindings(
  resource: MultiKeyListener,
  others: readonly Endpoint[],
  owner: string | undefined,
): Finding[] {
  const { host, port } = resource.spec;
  const seen = new Set<string>();
  return others.flatMap((other) => {
    const id = `${other.kind} ${other.name}`;
    if (other.port !== port || seen.has(id)) return [];
    if (other.kind !== 'RouterAccess' && other.host === host) {
      seen.add(id);
      const message = `${id} has the same host and port, ${addressOf({ host, port })}.`;
      const hint = 'Use another --host or port, or delete the other one first.';
      return other.source === 'cluster'
        ? [twinFinding(resource, other, owner, hint)]
        : [surroundings('error', 'host-port-taken', message, hint)];
    }
    if (other.source === 'cluster' || !overlaps(host, other.host)) return [];
    seen.add(id);
    if (other.kind === 'RouterAccess') {
      const message = `The site's own router listens on ${shown(other)} (${id}), so it cannot bind ${addressOf({ host, port })} as well.`;
      return [surroundings('warning', 'router-port', message, 'Use another port.')];
    }
    return [
      surroundings(
        'warning',
        'host-port-overlaps',
        `${id} listens on ${shown(other)}, which overlaps ${addressOf({ host, port })}.`,
        'Bind one of them to an address of its own with --host, or use another port.',
      ),
    ];
  });
}

/** Two listeners have one Service and port. The Service sends the port only to the listener after which the port is named. */
function twinFinding(resource: MultiKeyListener, other: Endpoint, owner: string | undefined, hint: string): Finding {
  const { metadata, spec } = resource;
  const sends = `Service ${spec.host} sends port ${spec.port} to MultiKeyListener ${owner}`;
  const twin = `${other.kind} ${other.name}`;
  if (owner === metadata.name) return surroundings('warning', 'host-port-taken', `${sends}, never to ${twin}.`, hint);
  if (owner === other.name && other.kind === 'MultiKeyListener')
    return surroundings('error', 'host-port-taken', `${sends}, never to ${metadata.name}.`, hint);
  const message = `${twin} has the same host and port, ${addressOf(spec)}. Both will say Ready and one gets no traffic.`;
  return surroundings('warning', 'host-port-taken', message, hint);
}

/**
 * Warns if a program listens on the port and it is not this resource's own listener as the site applied it. The socket's
 * owner is not known, so this is only a warning and never proves that the resource is ready.
 */
export function portFindings({ spec }: MultiKeyListener, { listening, appliedEndpoint: own }: Facts): Finding[] {
  if (!listening?.known || !listening.value) return [];
  const { host, port } = spec;
  if (own?.port === port && overlaps(host, own.host)) return [];
  return [
    surroundings(
      'warning',
      'port-in-use',
      `Another program already listens on ${addressOf({ host, port })}, so the router may be unable to bind to it.`,
      'Use another port or --host, or stop the program that listens there.',
    ),
  ];
}

/** Warns about ports and addresses on which this machine does not let the router listen, unless its listener is up. */
export function machineFindings({ metadata, spec }: MultiKeyListener, { machine, router }: Facts): Finding[] {
  if (!machine || (router?.known && routerListener(router.value, metadata.name)?.up)) return [];
  const { host, port } = spec;
  const found: Finding[] = [];
  if (machine.privilegedBelow !== undefined && port < machine.privilegedBelow) {
    const message = `Port ${port} is privileged: this user can listen only on ports from ${machine.privilegedBelow}.`;
    const hint = `Use another port, or allow it: sudo sysctl net.ipv4.ip_unprivileged_port_start=${port}`;
    found.push(surroundings('warning', 'port-privileged', message, hint));
  }
  if (machine.addresses && !isLocal(host, machine.addresses)) {
    const message = `No network interface of this machine has the address ${host}, so the router cannot listen on it.`;
    const hint = 'Use an address of this machine (list them with: ip address), or 0.0.0.0 for all.';
    found.push(surroundings('warning', 'address-not-local', message, hint));
  }
  return found;
}

/** True if the host is one of the machine's addresses. A name other than localhost counts as local, as it is not looked up. */
function isLocal(host: string, addresses: readonly string[]): boolean {
  const wanted = bytesOf(host);
  const local = new Set(addresses.flatMap((address) => addressBytes(address) ?? []));
  // All of 127.0.0.0/8 belongs to the interface that has 127.0.0.1.
  const loopback = (bytes: string): boolean => isIPv4(bytes) && bytes.startsWith('7f') && local.has('7f000001');
  return wanted.length === 0 || wanted.some((bytes) => isWildcard(bytes) || loopback(bytes) || local.has(bytes));
}
