import type { MultiKeyListener } from '../model/resource.js';
import { summarise, type State, type Summary } from '../model/summary.js';
import { ageOf } from './age.js';
import type { Column } from './columns.js';
import { signsFor, type Style } from './style.js';
import { renderTable } from './table.js';
import { cut, escapeText } from './text.js';

export interface StatusOptions {
  wide: boolean;
  namespaces: boolean;
  headers: boolean;
  /** Milliseconds since the epoch. */
  now: number;
}

/** The colour of a state; the word and the sign say the same. */
export function stateColour(style: Style, state: State, degraded: boolean): (text: string) => string {
  if (state === 'Ready') return degraded ? style.warn : style.good;
  if (state === 'Pending') return style.warn;
  return state === 'Error' || state === 'Deleting' ? style.bad : style.dim;
}

/** `● Ready` on a terminal, `Ready` in a pipe. */
export function stateText(style: Style, state: State, degraded: boolean): string {
  if (!style.terminal) return state;
  const signs = signsFor(style);
  const bySign = {
    Ready: degraded ? signs.degraded : signs.ready,
    Pending: signs.pending,
    Error: signs.error,
    Unknown: signs.unknown,
    Deleting: signs.error,
  };
  return `${bySign[state]} ${state}`;
}

/** The columns of `status`: 80 columns wide at most by default. */
export function statusColumns(style: Style, options: StatusOptions): Column<Summary>[] {
  const none = style.terminal ? signsFor(style).none : '-';
  const columns: Column<Summary>[] = [
    { header: 'NAME', value: (row) => row.name, paint: (text) => style.bold(text), flexible: true },
    {
      header: 'STATUS',
      value: (row) => stateText(style, row.state, row.degraded),
      paint: (text, row) => stateColour(style, row.state, row.degraded)(text),
    },
    { header: 'STRATEGY', value: (row) => row.strategy ?? none, drop: 4 },
    {
      header: 'KEYS',
      value: (row) => (row.reachable === undefined ? none : `${row.reachable}/${row.total}`),
      align: 'right',
      drop: 2,
    },
    { header: 'HOST', value: (row) => row.host || none, flexible: true, drop: 5 },
    { header: 'PORT', value: (row) => (row.port ? String(row.port) : none), align: 'right', drop: 3 },
    {
      header: 'AGE',
      value: (row) => ageOf(row.created, options.now) ?? none,
      paint: (text) => style.dim(text),
      drop: 6,
    },
  ];
  if (options.namespaces)
    columns.unshift({ header: 'NAMESPACE', value: (row) => row.namespace || none, flexible: true });
  if (options.wide) {
    columns.push(
      { header: 'ROUTING-KEYS', value: (row) => row.keys.join(',') || none, flexible: true, drop: 8 },
      { header: 'DESTINATION', value: (row) => String(row.hasDestination), drop: 7 },
      { header: 'MESSAGE', value: (row) => row.message || none, flexible: true, drop: 1 },
    );
  }
  return columns;
}

/** The whole table as lines; on a terminal the message of a row that is not Ready follows it. */
export function renderStatus(resources: readonly MultiKeyListener[], style: Style, options: StatusOptions): string[] {
  const rows = resources.map(summarise);
  const lines = renderTable(statusColumns(style, options), rows, style, options.headers);
  if (!style.terminal || options.wide) return lines;
  const head = options.headers ? lines.splice(0, 1) : [];
  return [...head, ...lines.flatMap((line, index) => [line, ...messageLine(rows[index], style)])];
}

function messageLine(row: Summary | undefined, style: Style): string[] {
  if (!row || row.message === '' || row.state === 'Ready') return [];
  const text = `${' '.repeat(8)}${signsFor(style).corner} ${escapeText(row.message)}`;
  return [style.dim(cut(text, style.width, signsFor(style).cut))];
}
