import { addressOf } from '../model/names.js';
import { portOwner, type Facts } from '../model/facts.js';
import type { MultiKeyListener } from '../model/resource.js';
import { reachableNow } from '../model/routing.js';
import { keysOf } from '../model/strategy.js';
import { conditionOf, summarise } from '../model/summary.js';
import type { Finding } from './findings.js';

export type VerdictState = 'serving' | 'degraded' | 'not-serving' | 'unknown';

/** Whether a MultiKeyListener serves clients, and if not, why. */
export interface Verdict {
  state: VerdictState;
  /** One line, such as `not serving: …`. */
  text: string;
}

/** Codes of findings that mean that clients cannot connect, whatever the status says. */
const BREAKS = [
  'host-is-service-name',
  'host-is-bindable',
  'port-range',
  'service-missing',
  'service-without-port',
  'service-taken',
  'listen-failed',
  'tls-secret-missing',
  'tls-secret-type',
  'weight-minimum',
  'weight-maximum',
  'spec-invalid',
];

function withoutFullStop(message: string): string {
  return message.replace(/\.$/, '');
}

/**
 * Judges a resource by its reachable routing keys and its findings. A finding outranks Skupper's own Ready condition.
 *
 * @param facts the related resources; undefined if they were not read
 * @param findings as `diagnose` returns them
 */
export function verdictOf(resource: MultiKeyListener, facts: Facts | undefined, findings: readonly Finding[]): Verdict {
  const row = summarise(resource);
  const keys = keysOf(resource.spec?.strategy);
  if (row.state === 'Deleting') return { state: 'not-serving', text: row.message };
  const broken = findings.find((finding) => BREAKS.includes(finding.code));
  if (row.state === 'Error') return { state: 'not-serving', text: `not serving: ${row.message || 'unknown error'}` };
  if (broken) return { state: 'not-serving', text: `not serving: ${withoutFullStop(broken.message)}` };
  const applied = resource.status?.local?.applied;
  if (applied === 'NotApplied') return { state: 'not-serving', text: `not serving: ${row.message}` };
  if (applied === 'ChangePending') return { state: 'unknown', text: `unknown: ${row.message}` };
  const router = resource.status?.local?.router;
  if (router && !router.known && router.running === false)
    return { state: 'not-serving', text: `not serving: ${row.message}` };
  if (router && !router.known) return { state: 'unknown', text: `unknown: ${row.message}` };
  if (!router && !conditionOf(resource, 'Configured'))
    return { state: 'unknown', text: 'unknown: not processed by a controller yet' };
  const reachable = reachableNow(resource, facts);
  if (reachable === undefined) {
    const why = applied === 'Applied' ? 'this site does not report which routing keys are reachable' : row.message;
    return { state: 'unknown', text: `unknown: ${why || 'reachability is not reported'}` };
  }
  if (reachable.size === 0) {
    return { state: 'not-serving', text: `not serving: no connector for ${list(keys)}; clients are refused` };
  }
  // Keys are reachable, but the router does not accept connections for the present spec.
  if (router && row.state !== 'Ready') return { state: 'not-serving', text: `not serving: ${row.message}` };
  const twin = findings.find((finding) => finding.code === 'host-port-taken');
  if (twin?.severity === 'error')
    return { state: 'not-serving', text: `not serving: ${withoutFullStop(twin.message)}` };
  if (twin && !ownsPort(resource, facts)) {
    return {
      state: 'unknown',
      text: `unknown: another listener has ${addressOf(row)} too; one of them gets no traffic`,
    };
  }
  const insecure = findings.find((finding) => finding.code === 'client-cert-needs-tls');
  const but = insecure ? ', but client certificates are not checked' : '';
  if (reachable.size === keys.length) return { state: insecure ? 'degraded' : 'serving', text: `serving${but}` };
  const text = `serving, degraded: ${reachable.size} of ${keys.length} routing keys reachable${but}`;
  return { state: 'degraded', text };
}

/** True if the Service is known to send its port to this resource. */
function ownsPort({ metadata, spec }: MultiKeyListener, facts: Facts | undefined): boolean {
  return facts?.service?.known === true && portOwner(facts.service.value, spec.port) === metadata.name;
}

function list(keys: readonly string[]): string {
  return keys.length > 5 ? `${keys.slice(0, 5).join(', ')} and ${keys.length - 5} more` : keys.join(', ');
}
