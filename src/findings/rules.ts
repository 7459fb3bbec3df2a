import { portOwner, type Endpoint, type Facts, type SiteFact } from '../model/facts.js';
import type { MultiKeyListener } from '../model/resource.js';
import { serving } from '../model/routing.js';
import { describeStrategy, keysOf, kindOf } from '../model/strategy.js';
import { plural } from '../model/text.js';
import { surroundings, type Finding, type Findings, type Note } from './findings.js';
import { objectFindings } from './object-rules.js';
import { endpointFindings, machineFindings, portFindings } from './port-rules.js';

function error(code: string, message: string, hint: string): Finding {
  return surroundings('error', code, message, hint);
}

function warning(code: string, message: string, hint: string): Finding {
  return surroundings('warning', code, message, hint);
}

function listenerFindings(resource: MultiKeyListener, others: readonly Endpoint[]): Finding[] {
  const name = `multiaddress-${resource.metadata.name}`;
  if (!others.some((other) => other.kind === 'Listener' && other.name === name && other.source === 'cluster'))
    return [];
  return [
    error(
      'listener-name-taken',
      `There is a Listener named ${name}; it would share a port name with this resource.`,
      `Choose another name, or delete the Listener: skupper listener delete ${name}`,
    ),
  ];
}

/** @param running true if a router of this namespace answers, even without a Site */
function siteFindings(sites: readonly SiteFact[], system: boolean, running: boolean): Finding[] {
  if (sites.length === 0) {
    const next = system
      ? 'Create one: skupper site create NAME, then skupper system start'
      : 'Create one: skupper site create NAME';
    const effect = running ? 'although its router is running' : 'so nothing serves the listener yet';
    return [warning('no-site', `There is no Site in this namespace, ${effect}.`, next)];
  }
  if (system) return [];
  const active = sites.filter((site) => site.configured);
  const found: Finding[] = [];
  if (active.length === 0) {
    const names = sites.map((site) => site.name).join(', ');
    found.push(
      warning('site-not-configured', `The Site ${names} is not Configured.`, 'See details with: skupper site status'),
    );
  }
  if (sites.length > 1) {
    const names = sites.map((site) => site.name).join(', ');
    found.push(
      warning('several-sites', `This namespace has several Sites: ${names}.`, 'Keep one: skupper site delete NAME'),
    );
  }
  return found;
}

/** Warns about routing keys without a connector in the network (see `serving`). */
function keyFindings(resource: MultiKeyListener, facts: Facts): Finding[] {
  const keys = keysOf(resource.spec.strategy);
  const isServed = serving(facts);
  if (!isServed) return [];
  const missing = keys.filter((key) => !isServed(key));
  if (missing.length === 0) return [];
  const all = missing.length === keys.length;
  const which = `routing ${plural(missing.length, 'key')} ${missing.join(', ')}`;
  return [
    warning(
      all ? 'no-key-served' : 'key-not-served',
      `No connector in the network serves ${which}${all ? ', so clients are refused' : ''}.`,
      `Create one at the site that hosts the service: skupper connector create ${missing[0]} PORT`,
    ),
  ];
}

function serviceFindings(resource: MultiKeyListener, facts: Facts): Finding[] {
  if (!facts.service?.known || !facts.service.value || facts.service.value.controlled) return [];
  const host = resource.spec.host;
  return [
    error(
      'service-taken',
      `The Service ${host} exists and is not managed by Skupper; its selector and ports would be overwritten.`,
      'Use another --host, or delete the Service first.',
    ),
  ];
}

function tlsFindings(resource: MultiKeyListener, facts: Facts): Finding[] {
  const name = resource.spec.tlsCredentials ?? '';
  const found: Finding[] = [];
  if (facts.secret?.known) {
    if (!facts.secret.value) {
      const message = `The Secret ${name} does not exist; on Skupper 2.2 this blocks all changes of the site.`;
      found.push(error('tls-secret-missing', message, 'Create it first, with tls.crt, tls.key and ca.crt.'));
    } else if (facts.secret.value.type !== 'kubernetes.io/tls') {
      const message = `The Secret ${name} is of type ${facts.secret.value.type}; Skupper 2.2 accepts only kubernetes.io/tls.`;
      found.push(
        error('tls-secret-type', message, 'Recreate it: kubectl create secret tls NAME --cert FILE --key FILE'),
      );
    }
  }
  if (facts.certificates?.known && !facts.certificates.value) {
    const message = `The directory input/certs/${name} does not exist; a certificate will be generated.`;
    found.push(warning('tls-folder-missing', message, 'Put ca.crt, tls.crt and tls.key there to use your own.'));
  }
  return found;
}

/** Findings that only a system site can have: about the applied strategy kind and the namespace's platform. */
function systemFindings(resource: MultiKeyListener, facts: Facts, platform: string): Finding[] {
  const found: Finding[] = [];
  const kind = kindOf(resource.spec.strategy);
  const name = resource.metadata.name;
  if (facts.appliedKind && kind && facts.appliedKind !== kind) {
    const recipe = `delete ${name}, skupper system reload, create ${name} again, skupper system reload`;
    const message = `The site still runs ${name} as ${facts.appliedKind}; with ${describeStrategy(resource.spec.strategy)} the next reload would fail.`;
    found.push(error('applied-kind-differs', message, `Remove it from the site first: ${recipe}.`));
  }
  if (facts.sitePlatform && facts.sitePlatform !== platform) {
    const message = `This namespace belongs to platform ${facts.sitePlatform}, not ${platform}.`;
    found.push(warning('platform-differs', message, `Use --platform ${facts.sitePlatform}.`));
  }
  return found;
}

function controllerFindings(sites: readonly SiteFact[]): Finding[] {
  const old = sites.find((site) => site.controllerVersion === '2.2.0');
  if (!old || sites.some((site) => site.configured)) return [];
  return [
    error(
      'controller-panics',
      'The Skupper controller 2.2.0 panics on a MultiKeyListener in a namespace without an active Site.',
      'Wait until the Site is Configured, or upgrade Skupper.',
    ),
  ];
}

/**
 * The findings about a resource and its surroundings before a write, errors first. `diagnose` adds those about a stored
 * resource. Reads nothing: the store has gathered the facts.
 *
 * @param where the site's platform (`docker`), and whether it is a system site
 * @returns the findings, and in `notes` the checks for which the facts are missing
 */
export function examine(
  resource: MultiKeyListener,
  facts: Facts,
  where: { platform: string; system: boolean },
): Findings {
  const notes: Note[] = [];
  const valueOrNote = <T>(
    check: string,
    fact: { known: true; value: T } | { known: false; why: string } | undefined,
  ): T | undefined => {
    if (fact && !fact.known) notes.push({ check, why: fact.why });
    return fact?.known ? fact.value : undefined;
  };
  const endpoints = valueOrNote('other listeners', facts.endpoints) ?? [];
  const sites = valueOrNote('the Site', facts.sites);
  const service = valueOrNote(`Service ${resource.spec.host}`, facts.service);
  valueOrNote(`Secret ${resource.spec.tlsCredentials ?? ''}`, facts.secret);
  const claimed = endpointFindings(resource, endpoints, portOwner(service, resource.spec.port));
  const findings = [
    // If another listener of the site has the port, it is the program that port-in-use would warn about.
    ...(claimed.length > 0 ? claimed : portFindings(resource, facts)),
    ...machineFindings(resource, facts),
    ...listenerFindings(resource, endpoints),
    ...(sites
      ? [
          ...siteFindings(sites, where.system, facts.router?.known ?? false),
          ...controllerFindings(sites),
          ...keyFindings(resource, facts),
        ]
      : []),
    ...serviceFindings(resource, facts),
    ...tlsFindings(resource, facts),
    ...(where.system ? systemFindings(resource, facts, where.platform) : []),
    ...objectFindings(resource),
  ];
  return { findings: findings.sort(byWeight), notes };
}

/** Sorts errors before warnings and otherwise keeps the order of the rules. */
export function byWeight(a: Finding, b: Finding): number {
  return Number(a.severity === 'warning') - Number(b.severity === 'warning');
}
