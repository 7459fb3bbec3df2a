import { addressOf } from '../../model/names.js';
import type { Facts } from '../../model/facts.js';
import type { MultiKeyListener } from '../../model/resource.js';
import { routesOf } from '../../model/routing.js';
import { conditionOf, isCurrent, summarise } from '../../model/summary.js';
import type { Finding, Note } from '../../findings/findings.js';
import type { Verdict, VerdictState } from '../../findings/verdict.js';
import { ageOf } from '../age.js';
import { conditionLines, lostKeyLines, routeLines } from './inspect-tables.js';
import { signsFor, type Style } from '../style.js';
import { escapeText, hang, INDENT, pad } from '../text.js';
import { counted } from '../../model/text.js';

/** Where the resource was read, for the line "Where" of the view. */
export interface Place {
  platform: string;
  context?: string;
  folder?: string;
}

/** The input of the view: a resource, the facts about its surroundings, and what the rules make of them. */
export interface Inspection {
  resource: MultiKeyListener;
  facts: Facts;
  verdict: Verdict;
  findings: readonly Finding[];
  notes: readonly Note[];
  /** The routing keys of --without, which the view treats as unreachable. */
  without: readonly string[];
  place: Place;
}

/** The sign and the colour of a verdict. */
export function verdictSign(state: VerdictState, style: Style): { sign: string; colour(text: string): string } {
  const signs = signsFor(style);
  switch (state) {
    case 'serving':
      return { sign: signs.ready, colour: style.good };
    case 'degraded':
      return { sign: signs.degraded, colour: style.warn };
    case 'not-serving':
      return { sign: signs.error, colour: style.bad };
    default:
      return { sign: signs.unknown, colour: style.warn };
  }
}

/** One resource on one screen, as lines: verdict, endpoint, keys, conditions, findings. */
export function renderInspect(inspection: Inspection, style: Style, now: number): string[] {
  const { resource, facts, without } = inspection;
  if (without.length > 0) return renderWithout(inspection, style);
  const routes = routesOf(resource, facts);
  return [
    ...headline(inspection, style),
    '',
    ...placeLines(inspection, style, now),
    '',
    ...routeLines(routes, style, resource.spec?.strategy?.priority !== undefined),
    '',
    ...conditionLines(resource, style, now),
    ...findingLines(inspection, style),
  ];
}

function headline({ resource, verdict }: Inspection, style: Style): string[] {
  const { sign, colour } = verdictSign(verdict.state, style);
  const plain = escapeText(resource.metadata.name);
  const text = escapeText(verdict.text);
  if (!style.terminal) return [`${plain}: ${text}`];
  return hang(`${style.bold(plain)}  ${colour(sign)} `, text, style.width, colour);
}

function renderWithout({ resource, facts, without }: Inspection, style: Style): string[] {
  const routes = routesOf(resource, facts, without);
  const left = routes.filter((route) => (route.shareWithout ?? 0) > 0);
  const sharesKnown = routes.some((route) => route.shareWithout !== undefined);
  const name = escapeText(resource.metadata.name);
  const lost = escapeText(without.join(', '));
  const [text, colour] = !sharesKnown
    ? ['unknown (reachability is not reported)', style.warn]
    : left.length > 0
      ? ['serving', style.good]
      : ['not serving (no routing key would be left, and clients would be refused)', style.bad];
  return [
    ...hang(`${style.bold(name)} `, `without ${lost}: ${text}`, style.width, colour),
    '',
    ...lostKeyLines(routes, style),
  ];
}

function endpointText({ resource, facts }: Inspection, style: Style): string {
  const { host, port } = resource.spec;
  const address = addressOf(resource.spec);
  const { arrow } = signsFor(style);
  const service = facts.service;
  // The socket may belong to any program, so it says nothing about the router.
  const note = facts.listening?.known && facts.listening.value ? ` (a program listens on ${address})` : '';
  if (!service?.known) return `${address}${note}`;
  if (!service.value) return `${address} ${arrow} no Service ${host}`;
  const cluster = service.value.clusterIP ? ` (${service.value.clusterIP})` : '';
  const has = service.value.ports.some((each) => each.port === port);
  return `${address} ${arrow} Service ${service.value.name}${cluster}, ${has ? `port ${port}` : `no port ${port}`}`;
}

function generationText(resource: MultiKeyListener): string {
  const local = resource.status?.local;
  if (local) {
    return { NotApplied: 'not applied', Applied: 'applied', ChangePending: 'change pending', Removed: 'removed' }[
      local.applied
    ];
  }
  const configured = conditionOf(resource, 'Configured');
  const state = configured && isCurrent(resource, configured) ? 'applied' : 'not applied yet';
  return `generation ${resource.metadata.generation ?? 0}, ${state}`;
}

function placeLines(inspection: Inspection, style: Style, now: number): string[] {
  const { resource, place } = inspection;
  const row = summarise(resource);
  const { dot } = signsFor(style);
  const { spec, metadata } = resource;
  const tls = spec.tlsCredentials
    ? `${spec.tlsCredentials}${spec.requireClientCert ? ', client certificates required' : ''}`
    : '';
  const pairs = (map: Record<string, string> | undefined): string =>
    Object.entries(map ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .join(', ');
  const entries: [string, string][] = [
    ['Endpoint', endpointText(inspection, style)],
    ['Strategy', `${row.strategy ?? 'none'}, ${counted(row.total, 'key')}`],
    ['Where', [row.namespace, place.context, place.platform].filter(Boolean).join(dot)],
    ['Age', [ageOf(metadata.creationTimestamp, now), generationText(resource)].filter(Boolean).join(dot)],
    ['TLS', tls],
    ['Observer', spec.observer ?? ''],
    ['Settings', pairs(spec.settings)],
    ['Labels', pairs(metadata.labels)],
    ['Folder', place.folder ?? ''],
  ];
  return entries
    .filter(([, value]) => value !== '')
    .flatMap(([name, value]) => hang(`  ${style.dim(pad(name, 11))}`, escapeText(value), style.width));
}

/** The findings with their next steps, then the checks that could not be made; an empty line before each group. */
export function findingLines({ findings, notes }: Pick<Inspection, 'findings' | 'notes'>, style: Style): string[] {
  const { width } = style;
  const indent = ' '.repeat(INDENT);
  const lines = findings.flatMap(({ severity, code, message, hint }) => {
    const [sign, colour] = severity === 'error' ? [signsFor(style).error, style.bad] : ['!', style.warn];
    return [
      `  ${colour(`${sign} ${code}`)}`,
      ...hang(indent, escapeText(message), width),
      ...hang(indent, escapeText(hint), width, style.dim),
    ];
  });
  const unchecked = notes.flatMap(({ check, why }) =>
    hang(`  ${style.dim('Not checked:')} `, escapeText(`${check} (${why})`), width, style.dim),
  );
  return [...(lines.length > 0 ? ['', ...lines] : []), ...(unchecked.length > 0 ? ['', ...unchecked] : [])];
}
