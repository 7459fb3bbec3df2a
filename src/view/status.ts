import type { MultiKeyListener } from '../model/resource.js';
import { summarise, type State, type Summary } from '../model/summary.js';
import { ageOf } from './age.js';
import type { Below, Column } from './columns.js';
import { signsFor, type Style } from './style.js';
import { renderTable } from './table.js';

export interface StatusOptions {
  wide: boolean;
  namespaces: boolean;
  headers: boolean;
  /** Lines that a message may take; all of it without it. */
  messageLines?: number;
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

/** What a person has to know of a row that is not Ready; empty for the others. */
export const MESSAGE: Below<Summary> = {
  text: ({ state, message }) => (state === 'Ready' ? '' : message),
};

/** Under a row `OK` would only repeat the status. */
const wideMessage = ({ message }: Summary): string => (message === 'OK' ? '' : message);

/** The columns of `status`: 80 columns wide at most by default. */
export function statusColumns(style: Style, options: StatusOptions): Column<Summary>[] {
  const none = style.terminal ? signsFor(style).none : '-';
  const lines = options.messageLines;
  const columns: Column<Summary>[] = [
    { header: 'NAME', value: (row) => row.name, paint: (text) => style.bold(text), identity: true },
    {
      header: 'STATUS',
      value: (row) => stateText(style, row.state, row.degraded),
      paint: (text, row) => stateColour(style, row.state, row.degraded)(text),
    },
    { header: 'STRATEGY', value: (row) => row.strategy ?? none, narrow: { order: 5, then: 'leave out' } },
    {
      header: 'KEYS',
      value: (row) => (row.reachable === undefined ? none : `${row.reachable}/${row.total}`),
      align: 'right',
    },
    {
      header: 'HOST',
      value: (row) => row.host || none,
      narrow: {
        order: 2,
        // Most hosts repeat the name.
        short: { header: 'HOST', value: (row) => (row.host === row.name ? '=' : row.host || none) },
        least: 8,
        lines: 1,
        then: 'leave out',
      },
    },
    {
      header: 'PORT',
      value: (row) => (row.port ? String(row.port) : none),
      align: 'right',
      narrow: { order: 6, then: 'leave out' },
    },
    {
      header: 'AGE',
      value: (row) => ageOf(row.created, options.now) ?? none,
      paint: (text) => style.dim(text),
      narrow: { order: 4, then: 'leave out' },
    },
  ];
  if (options.namespaces)
    columns.unshift({ header: 'NAMESPACE', value: (row) => row.namespace || none, identity: true });
  if (options.wide) {
    columns.push(
      { header: 'ROUTING-KEYS', value: (row) => row.keys.join(',') || none, narrow: { order: 3, least: 12, lines: 3 } },
      { header: 'DESTINATION', value: (row) => String(row.hasDestination), narrow: { order: 1, then: 'leave out' } },
      {
        header: 'MESSAGE',
        value: (row) => row.message || none,
        narrow: { order: 3, least: 20, lines, then: { text: wideMessage, lines } },
      },
    );
  }
  return columns;
}

/** The whole table as lines; on a terminal the message of a row that is not Ready follows it. */
export function renderStatus(resources: readonly MultiKeyListener[], style: Style, options: StatusOptions): string[] {
  const below = options.wide ? [] : [MESSAGE];
  return renderTable(statusColumns(style, options), resources.map(summarise), style, {
    headers: options.headers,
    below,
  });
}
