import { plural } from '../../model/text.js';
import type { ListenerTraffic } from '../../model/traffic/traffic.js';
import type { ResourceTraffic, TrafficReport } from '../../operations/traffic/read.js';
import { ageOf } from '../age.js';
import { findingLines } from '../inspect/inspect.js';
import { signsFor, type Style } from '../style.js';
import { escapeText, hang } from '../text.js';
import { grouped, keyLines, rate } from './table.js';

/** The version of the document below: it changes when a field is removed or changes its meaning. */
export const TRAFFIC_SCHEMA_VERSION = 1;

export interface TrafficView {
  /** Show the namespace of each resource. */
  namespaces: boolean;
  /** Show the totals beside the counts of the window. */
  live: boolean;
}

/** `1,204 connections in 30 s, 7 open, 40.1 new/s`; without a window `1,204 connections given, 7 open`. */
function countText({ connections, open, perSecond }: ListenerTraffic, windowMs: number | undefined): string {
  const within = windowMs === undefined ? ' given' : ` in ${Math.round(windowMs / 100) / 10} s`;
  const news = perSecond === undefined ? '' : `, ${rate(perSecond)} new/s`;
  return `${grouped(connections)} ${plural(connections, 'connection')}${within}, ${grouped(open)} open${news}`;
}

function headline(traffic: ListenerTraffic, style: Style, { namespaces }: TrafficView, windowMs?: number): string[] {
  const { namespace, name, state, strategy = 'no strategy', message } = traffic;
  const signs = signsFor(style);
  const { dot } = signsFor(style);
  const [sign, colour, text] = {
    up: [signs.ready, style.good, `up${dot}${strategy}${dot}${countText(traffic, windowMs)}`] as const,
    down: [signs.error, style.bad, `down: ${message || 'no routing key is reachable'}`] as const,
    'not-held': [signs.pending, style.warn, 'the router does not have this listener yet'] as const,
    unknown: [signs.unknown, style.warn, `unknown: ${message}`] as const,
  }[state];
  const called = escapeText(namespaces ? `${namespace}/${name}` : name);
  return hang(`${style.bold(called)}  ${colour(sign)} `, escapeText(text), style.width, (line) =>
    state === 'up' ? line : colour(line),
  );
}

/** The lines of one listener on a terminal: headline, routing keys, findings. */
export function listenerLines(
  { traffic, findings }: ResourceTraffic,
  style: Style,
  view: TrafficView,
  windowMs?: number,
): string[] {
  const keys = traffic.keys.length > 0 ? ['', ...keyLines(traffic, style, view.live)] : [];
  return [...headline(traffic, style, view, windowMs), ...keys, ...findingLines({ findings, notes: [] }, style)];
}

/** All listeners on a terminal, one below the other; for totals also since when they are counted. */
export function renderTraffic({ resources, windowMs, at }: TrafficReport, style: Style, view: TrafficView): string[] {
  const texts = resources.map((each) => listenerLines(each, style, view, windowMs));
  const starts = new Set(resources.flatMap(({ traffic }) => traffic.since ?? []));
  const [since] = starts;
  const started = starts.size === 1 && since !== undefined ? ` (${ageOf(new Date(since).toISOString(), at)} ago)` : '';
  const note = `Counted since the router started${started}, or since the weight or rank of a key changed.`;
  const counted = windowMs === undefined && resources.some(({ traffic }) => traffic.keys.length > 0);
  return [
    ...texts.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines])),
    ...(counted ? ['', ...hang('', note, style.width, style.dim)] : []),
  ];
}

/** The stable document that `traffic -o json` prints (docs/schemas/traffic.schema.json). Unknown values are null. */
export function trafficDocument({ at, windowMs, resources }: TrafficReport): object {
  return {
    schemaVersion: TRAFFIC_SCHEMA_VERSION,
    time: new Date(at).toISOString(),
    windowSeconds: windowMs === undefined ? null : windowMs / 1000,
    resources: resources.map(({ traffic, findings }) => ({
      namespace: traffic.namespace,
      name: traffic.name,
      state: traffic.state,
      message: traffic.message,
      strategy: traffic.strategy ?? null,
      routerStarted: traffic.since === undefined ? null : new Date(traffic.since).toISOString(),
      open: traffic.open,
      connections: traffic.connections,
      total: traffic.total,
      newPerSecond: traffic.perSecond ?? null,
      tooFew: traffic.tooFew,
      routingKeys: traffic.keys.map((key) => ({
        key: key.key,
        weight: key.weight ?? null,
        rank: key.rank ?? null,
        reachable: key.reachable ?? null,
        expected: key.share ?? null,
        measured: key.measured ?? null,
        connections: key.connections,
        total: key.total,
        newPerSecond: key.perSecond ?? null,
        servedBy: key.servedBy?.map(({ site, connectors }) => ({ site, connectors: connectors ?? null })) ?? null,
      })),
      findings,
    })),
  };
}
