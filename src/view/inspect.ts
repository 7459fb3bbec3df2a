import type { Condition, MultiKeyListener } from '../model/resource.js';
import { keyShares, type KeyShare } from '../model/shares.js';
import { isCurrent, summarise, type Summary } from '../model/summary.js';
import { ageOf } from './age.js';
import type { Column } from './columns.js';
import { stateColour, stateText } from './status.js';
import { signsFor, type Style } from './style.js';
import { renderTable } from './table.js';
import { escapeText, pad } from './text.js';

/** Where the resource was read, for the line that says so. */
export interface Place {
  platform: string;
  context?: string;
  folder?: string;
}

const BAR = 20;

/** One resource in full, as lines: endpoint, strategy, keys with their share now, conditions. */
export function renderInspect(resource: MultiKeyListener, place: Place, style: Style, now: number): string[] {
  const row = summarise(resource);
  const shares = keyShares(resource);
  return [
    headline(row, style),
    '',
    ...facts(resource, row, place, style, now),
    '',
    ...indent(renderTable(keyColumns(style, row.strategy === 'priority'), shares, narrower(style))),
    ...conditions(resource, style, now),
  ];
}

/** The columns available beside the indentation. */
function narrower(style: Style): Style {
  return { ...style, width: style.width - 2 };
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : `  ${line}`));
}

function headline(row: Summary, style: Style): string {
  const colour = stateColour(style, row.state, row.degraded);
  const reach = row.reachable === undefined ? '' : `: ${row.reachable} of ${row.total} routing keys reachable`;
  const message = row.message && row.message !== 'OK' ? ` (${escapeText(row.message)})` : '';
  return `${style.bold(escapeText(row.name))}  ${colour(stateText(style, row.state, row.degraded))}${reach}${message}`;
}

function pairs(entries: readonly (readonly [string, string])[], style: Style): string[] {
  return indent(entries.map(([name, value]) => `${style.dim(pad(name, 13))}${escapeText(value)}`));
}

function facts(resource: MultiKeyListener, row: Summary, place: Place, style: Style, now: number): string[] {
  const { metadata, spec } = resource;
  const where = [row.namespace, place.context, place.platform].filter(Boolean).join(style.unicode ? ' · ' : ' - ');
  const tls = spec.tlsCredentials
    ? `${spec.tlsCredentials}${spec.requireClientCert ? ', client certificates required' : ''}`
    : '';
  const settings = Object.entries(spec.settings ?? {}).map(([key, value]) => `${key}=${value}`);
  const labels = Object.entries(metadata.labels ?? {}).map(([key, value]) => `${key}=${value}`);
  const generation = metadata.generation === undefined ? '' : `, generation ${metadata.generation}`;
  const age = ageOf(metadata.creationTimestamp, now);
  const entries: [string, string][] = [
    ['Endpoint', `${row.host}:${row.port}`],
    ['Strategy', `${row.strategy ?? 'none'}, ${row.total} ${row.total === 1 ? 'key' : 'keys'}`],
    ['Where', where],
    ['Age', age ? `${age}${generation}` : ''],
    ['TLS', tls],
    ['Observer', spec.observer ?? ''],
    ['Settings', settings.join(', ')],
    ['Labels', labels.join(', ')],
    ['Folder', place.folder ?? ''],
  ];
  return pairs(
    entries.filter(([, value]) => value !== ''),
    style,
  );
}

function keyColumns(style: Style, ranked: boolean): Column<KeyShare>[] {
  const signs = signsFor(style);
  const none = style.terminal ? signs.none : '-';
  const share = (row: KeyShare): string => (row.share === undefined ? none : `${Math.round(row.share * 1000) / 10} %`);
  const bar = (row: KeyShare): string => {
    if (row.reachable === false) return 'not reachable';
    return row.share === undefined ? 'not known' : signs.bar.repeat(Math.max(1, Math.round(row.share * BAR)));
  };
  const paintBar = (text: string, row: KeyShare): string => (row.share ? style.good(text) : style.dim(text));
  return [
    { header: 'ROUTING KEY', value: (row) => row.key, flexible: true },
    ranked
      ? { header: 'RANK', value: (row) => String(row.rank ?? none), align: 'right' as const }
      : { header: 'WEIGHT', value: (row) => String(row.weight ?? none), align: 'right' as const },
    { header: 'REACHABLE', value: (row) => (row.reachable === undefined ? none : row.reachable ? 'yes' : 'no') },
    ...(style.terminal ? [{ header: 'SHARE OF NEW CONNECTIONS', value: bar, paint: paintBar }] : []),
    { header: style.terminal ? '' : 'SHARE', value: share, align: 'right' as const },
  ];
}

function conditions(resource: MultiKeyListener, style: Style, now: number): string[] {
  const list = resource.status?.conditions ?? [];
  if (list.length === 0) return ['', '  No conditions: nothing has processed it yet.'];
  const none = style.terminal ? signsFor(style).none : '-';
  const generation = (row: Condition): string => {
    const seen = row.observedGeneration === undefined ? none : String(row.observedGeneration);
    return isCurrent(resource, row) ? seen : `${seen} (not this one)`;
  };
  const columns: Column<Condition>[] = [
    { header: 'CONDITION', value: (row) => row.type },
    {
      header: 'STATUS',
      value: (row) => row.status,
      paint: (t, row) => (row.status === 'True' ? style.good(t) : style.warn(t)),
    },
    { header: 'REASON', value: (row) => row.reason ?? none },
    { header: 'AGE', value: (row) => ageOf(row.lastTransitionTime, now) ?? none },
    { header: 'GENERATION', value: generation },
    { header: 'MESSAGE', value: (row) => row.message ?? none, flexible: true },
  ];
  return ['', ...indent(renderTable(columns, list, narrower(style)))];
}
