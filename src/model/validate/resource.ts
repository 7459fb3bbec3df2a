import type { Problem } from '../failure.js';
import { validateMetadata } from './metadata.js';
import { isBindHost, isServiceName } from '../names.js';
import { API_VERSION, KIND, OBSERVERS, type Family } from '../resource.js';
import { isMap, nearlyWhole, Reporter, show } from './reporter.js';
import { validateStrategy } from './strategy.js';

const TOP_FIELDS = ['apiVersion', 'kind', 'metadata', 'spec', 'status'];
const SPEC_FIELDS = ['host', 'port', 'strategy', 'tlsCredentials', 'requireClientCert', 'observer', 'settings'];

/**
 * Finds every problem of a resource, whether it comes from flags, a YAML document or a server. Without problems it can be sent.
 *
 * The rules are those of the published CRD, and stricter ones where the CRD accepts a resource that Skupper cannot serve.
 * Problems of the stricter rules have a `rule` name.
 *
 * @param object a value of any shape
 * @param family the rules for hosts and names, which depend on the platform
 */
export function validate(object: unknown, family: Family): Problem[] {
  const report = new Reporter();
  if (!isMap(object)) {
    report.add('', `must be a ${KIND} resource, not ${show(object)}`);
    return report.problems;
  }
  report.known('', object, TOP_FIELDS);
  for (const [field, wanted] of [['kind', KIND] as const, ['apiVersion', API_VERSION] as const]) {
    const value = object[field] ?? undefined;
    if (value === undefined) report.add(field, `is required: ${wanted}`);
    else if (value !== wanted) report.add(field, `must be ${wanted}, not ${show(value)}`);
  }
  validateMetadata(report, object['metadata'], family);
  return [...report.problems, ...specProblems(object['spec'], family)];
}

/** The problems that `validate` finds in a spec. */
export function specProblems(spec: unknown, family: Family): Problem[] {
  const report = new Reporter();
  if (spec === undefined || spec === null) report.add('spec', 'is required');
  else if (!isMap(spec)) report.add('spec', `must be a mapping, not ${show(spec)}`);
  else validateSpec(report, spec, family);
  return report.problems;
}

function validateSpec(report: Reporter, spec: Record<string, unknown>, family: Family): void {
  report.known('spec', spec, SPEC_FIELDS);
  validateHost(report, spec['host'], family);
  validatePort(report, spec['port']);
  validateStrategy(report, spec['strategy']);
  validateTls(report, spec, family);
  const observer = spec['observer'];
  if (observer !== undefined && observer !== null && !OBSERVERS.some((allowed) => allowed === observer)) {
    report.add('spec.observer', `must be one of ${OBSERVERS.join(', ')}, not ${show(observer)}`);
  }
  report.stringMap('spec.settings', spec['settings']);
}

function validateHost(report: Reporter, host: unknown, family: Family): void {
  const field = 'spec.host';
  if (host === undefined || host === null) report.add(field, 'is required');
  else if (typeof host !== 'string') report.add(field, `must be a string, not ${show(host)}`);
  else if (family === 'kubernetes' && !isServiceName(host)) {
    const why =
      'it becomes the name of a Service: at most 63 lower-case letters, digits and "-", starting with a letter and ending with a letter or digit';
    report.add(field, `invalid host ${show(host)} on Kubernetes; ${why}`, 'host-is-service-name');
  } else if (family === 'system' && !isBindHost(host)) {
    const why =
      'use an IP address without a zone, or a host name of lower-case letters and digits, with single "-" or "." between them';
    report.add(field, `invalid host ${show(host)}; ${why}`, 'host-is-bindable');
  }
}

function validatePort(report: Reporter, port: unknown): void {
  const field = 'spec.port';
  if (port === undefined || port === null) report.add(field, 'is required');
  else if (typeof port !== 'number' || !Number.isInteger(port)) {
    report.add(field, `must be a whole number from 1 to 65535, not ${show(port)}`, nearlyWhole(port));
  } else if (port < 1 || port > 65535) {
    report.add(field, `must be from 1 to 65535, not ${port}`, 'port-range');
  }
}

function validateTls(report: Reporter, spec: Record<string, unknown>, family: Family): void {
  const credentials = spec['tlsCredentials'];
  const field = 'spec.tlsCredentials';
  const given = typeof credentials === 'string' && credentials !== '';
  if (credentials !== undefined && credentials !== null && typeof credentials !== 'string') {
    report.add(field, `must be a string, not ${show(credentials)}`);
  } else if (given) report.credentialsName(field, credentials, family);
  const required = spec['requireClientCert'];
  if (required !== undefined && required !== null && typeof required !== 'boolean') {
    report.add('spec.requireClientCert', `must be true or false, not ${show(required)}`);
  } else if (required === true && !given) {
    const message = 'needs tlsCredentials: without them the router ignores it and accepts every client';
    report.add('spec.requireClientCert', message, 'client-cert-needs-tls');
  }
}
