import type { Finding } from '../../findings/findings.js';
import { probeFindings } from '../../findings/probe-rules.js';
import { Failure } from '../../model/failure.js';
import { ownCommand } from '../../model/own-command.js';
import type { MultiKeyListener } from '../../model/resource.js';
import { routerListener, type RouterListener, type RouterState } from '../../model/router.js';
import { keysOf } from '../../model/strategy.js';
import { countsBetween, sumOf } from '../../model/traffic/counters.js';
import { byKey, keyGiven, type KeyProbes, type Probe } from '../../model/traffic/probe.js';
import type { Routers, Store } from '../../store/store.js';
import { boundedBy } from '../../util/bounded.js';
import { connectOnce } from './connect-once.js';

/** Timeout for opening a connection to a listener, in milliseconds. */
const DIAL_MS = 5000;

/** The outcomes of the connections that were opened to one listener. */
export interface ProbeReport {
  namespace: string;
  name: string;
  tls: boolean;
  keys: KeyProbes[];
  findings: Finding[];
}

/** A listener that can be probed: the router has it, and it accepts connections. */
export interface Probeable {
  resource: MultiKeyListener;
  routers: Routers;
  listener: RouterListener;
}

/**
 * Checks that a listener can be probed, without opening a connection to it.
 *
 * @throws Failure `invalid` if it requires client certificates, `resource-error` if it is not up, and the code of the router's
 *   fact (`unreachable` without one) if the router cannot be asked
 */
export async function probeable(store: Store, resource: MultiKeyListener, signal: AbortSignal): Promise<Probeable> {
  const { metadata, spec } = resource;
  const { name } = metadata;
  if (spec.requireClientCert)
    throw new Failure(
      'invalid',
      `${name} cannot be probed: it requires client certificates, and there is none to show`,
    );
  const routers = store.routers(metadata.namespace);
  const listener = routerListener(await stateOf(routers, signal), name);
  if (!listener?.up) {
    const why = listener ? listener.message || 'no routing key is reachable' : 'the router does not have the listener';
    throw new Failure('resource-error', `${name} cannot be probed: ${why}`, {
      hint: `See details with: ${ownCommand(`inspect ${name}`)}`,
    });
  }
  return { resource, routers, listener };
}

/**
 * Opens real connections to a listener, one after the other, and finds from the router's counters which routing key each was
 * given. No data is sent, apart from a TLS handshake if the listener uses TLS.
 *
 * @param count the number of connections
 * @throws Failure the code of the router's fact if the router cannot be asked, what opening a connection throws, `interrupted`
 */
export async function probe(asked: Probeable, count: number, signal: AbortSignal): Promise<ProbeReport> {
  const { metadata, spec } = asked.resource;
  const tls = Boolean(spec.tlsCredentials);
  const probes: Probe[] = [];
  for (let left = count; left > 0; left -= 1) probes.push(await probeOnce(asked, signal));
  const keys = byKey(probes, keysOf(spec.strategy));
  return { namespace: metadata.namespace ?? '', name: metadata.name, tls, keys, findings: probeFindings(keys) };
}

/**
 * Opens one connection and finds its routing key. The counters are read as soon as the connection is accepted: if another
 * client connects between the two readings, its connection cannot be told from ours.
 */
async function probeOnce({ resource, routers, listener }: Probeable, signal: AbortSignal): Promise<Probe> {
  const { metadata, spec } = resource;
  const before = await stateOf(routers, signal);
  let reading: Promise<RouterState> | undefined;
  const open = async (): ReturnType<Routers['dial']> => {
    const stream = await dial(routers, listener, signal);
    reading = stateOf(routers, signal);
    reading.catch(() => undefined);
    return stream;
  };
  const outcome = await connectOnce(open, spec.tlsCredentials ? spec.host : undefined);
  const after = reading && (await reading);
  if (!after || outcome === 'refused') return { key: undefined, outcome };
  const counted = sumOf(countsBetween(before, after, metadata.name)) > 0;
  return { key: keyGiven(before, counted ? after : await stateOf(routers, signal), metadata.name), outcome };
}

async function dial(routers: Routers, listener: RouterListener, signal: AbortSignal): ReturnType<Routers['dial']> {
  const bound = boundedBy(signal, DIAL_MS);
  try {
    return await routers.dial(listener, bound.signal);
  } finally {
    bound.clear();
  }
}

async function stateOf(routers: Routers, signal: AbortSignal): Promise<RouterState> {
  const fact = await routers.state({ network: false, signal });
  if (signal.aborted) throw new Failure('interrupted', 'interrupted');
  if (fact.known) return fact.value;
  throw new Failure(fact.code ?? 'unreachable', `nothing can be probed: ${fact.why}`);
}
