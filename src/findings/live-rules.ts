import type { Facts } from '../model/facts.js';
import { activeSite, appliedLocally, networkOf, servedKeys } from '../model/network.js';
import type { Family, MultiKeyListener } from '../model/resource.js';
import { reachableKeys } from '../model/shares.js';
import { keysOf } from '../model/strategy.js';
import { conditionOf, heldBy, isCurrent } from '../model/summary.js';
import { validate } from '../model/validate/resource.js';
import { surroundings, type Finding, type Findings } from './findings.js';
import { routerFindings } from './router-rules.js';
import { byWeight, examine } from './rules.js';

/** Checks the stored spec again, because Skupper may report Ready for a spec that it cannot serve. */
function specFindings(resource: MultiKeyListener, family: Family): Finding[] {
  return validate(resource, family)
    .filter((problem) => problem.field.startsWith('spec') || problem.field === 'metadata.name')
    .map((problem) => ({
      code: problem.rule ?? 'spec-invalid',
      severity: 'error',
      about: 'object',
      message: `${problem.field} ${problem.message}.`,
      hint: 'Fix it with skupper multikeylistener update, or recreate the resource with --recreate.',
    }));
}

/** Checks the Service, because the controller only logs that it could not create it. */
function serviceFindings(resource: MultiKeyListener, facts: Facts): Finding[] {
  const { host, port } = resource.spec;
  const configured = conditionOf(resource, 'Configured')?.status === 'True';
  // The Service of a resource that is being deleted may be gone already.
  if (!facts.service?.known || !configured || resource.metadata.deletionTimestamp) return [];
  const service = facts.service.value;
  if (!service) {
    const message = `The Service ${host} does not exist, so clients cannot connect, regardless of the status.`;
    return [
      surroundings(
        'error',
        'service-missing',
        message,
        "See the controller's log for the reason; a change of the spec makes it retry.",
      ),
    ];
  }
  if (service.ports.some((each) => each.port === port)) return [];
  const ports = service.ports.map((each) => each.port).join(', ') || 'none';
  const message = `The Service ${host} has no port ${port}; it has ${ports}.`;
  return [
    surroundings(
      'error',
      'service-without-port',
      message,
      "See the controller's log for the reason; another listener may own the Service.",
    ),
  ];
}

/** An object with a deletionTimestamp stays until its last finalizer is removed. */
function deletionFindings(resource: MultiKeyListener): Finding[] {
  if (!resource.metadata.deletionTimestamp) return [];
  const hint = 'A finalizer is removed by the controller that set it; check that controller.';
  return [surroundings('warning', 'being-deleted', `The resource is being deleted and ${heldBy(resource)}.`, hint)];
}

function statusFindings(resource: MultiKeyListener): Finding[] {
  if (resource.status?.local) return [];
  const configured = conditionOf(resource, 'Configured');
  if (!configured) {
    const message = 'No controller has processed it yet: either none watches this namespace, or the resource is new.';
    const hint = 'Check that the controller is running: kubectl get pods -A -l app.kubernetes.io/part-of=skupper';
    return [surroundings('warning', 'not-processed', message, hint)];
  }
  const generation = resource.metadata.generation ?? 0;
  if (!isCurrent(resource, configured)) {
    const message = `The status is for generation ${configured.observedGeneration ?? 0}, but the spec is at generation ${generation}.`;
    return [
      surroundings('warning', 'status-outdated', message, 'Wait a moment; if this persists, check the controller.'),
    ];
  }
  const operational = conditionOf(resource, 'Operational');
  if (!operational || isCurrent(resource, operational)) return [];
  const message = `The condition Operational is for generation ${operational.observedGeneration ?? 0}, but the spec is at generation ${generation}.`;
  return [
    surroundings(
      'warning',
      'operational-outdated',
      message,
      'No action is needed: it is updated at the next change of the network.',
    ),
  ];
}

/** Compares the status with the network that the Site publishes. */
function networkFindings(resource: MultiKeyListener, facts: Facts): Finding[] {
  const network = networkOf(facts);
  const keys = keysOf(resource.spec.strategy);
  const found: Finding[] = [];
  const site = activeSite(facts);
  const local = keys.map((key) => appliedLocally(site, resource.metadata.name, key));
  if (keys.length > 0 && local.every((applied) => applied === false)) {
    const message = 'The router of this site does not have the listener yet.';
    found.push(
      surroundings(
        'warning',
        'not-applied-locally',
        message,
        'Wait a few seconds; if this persists, check the controller.',
      ),
    );
  }
  const status = reachableKeys(resource);
  const named = Object.keys(resource.status?.strategy?.weighted?.routingKeysReachable ?? {});
  const listed = [...named, ...(resource.status?.strategy?.priority?.routingKeysReachable ?? [])];
  const foreign = listed.filter((key) => !keys.includes(key));
  const served = network && servedKeys(network);
  const wrong = served && status ? keys.filter((key) => served.has(key) !== status.has(key)) : [];
  if (foreign.length > 0 || wrong.length > 0) {
    const message = `The strategy status contradicts the ${wrong.length > 0 ? 'network' : 'spec'} for ${[...foreign, ...wrong].join(', ')}.`;
    found.push(
      surroundings('warning', 'strategy-status-stale', message, 'It is updated at the next change of the network.'),
    );
  }
  return found;
}

/** Drops findings about the Service if the host or port is invalid: the Service then cannot exist, so they say the same again. */
function withoutEchoes(findings: readonly Finding[]): Finding[] {
  const impossible = findings.some(({ code }) => code === 'host-is-service-name' || code === 'port-range');
  return findings.filter(({ code }) => !(impossible && code.startsWith('service-')));
}

/**
 * All findings about a stored resource, errors first, as `inspect` shows them: those of `examine`, and those about its spec,
 * status, Service and router. `notes` lists the checks that could not be made.
 *
 * @param where the site's platform (`docker`) and its rule family (`system`)
 */
export function diagnose(
  resource: MultiKeyListener,
  facts: Facts,
  where: { platform: string; family: Family },
): Findings {
  const { findings, notes } = examine(resource, facts, { platform: where.platform, system: where.family === 'system' });
  if (facts.router && !facts.router.known) notes.push({ check: 'the router', why: facts.router.why });
  const all = [
    ...deletionFindings(resource),
    ...specFindings(resource, where.family),
    ...serviceFindings(resource, facts),
    ...findings,
    ...statusFindings(resource),
    ...networkFindings(resource, facts),
    ...(facts.router?.known ? routerFindings(resource, facts.router.value) : []),
  ];
  return { findings: withoutEchoes(all).sort(byWeight), notes };
}
