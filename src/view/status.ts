import type { MultiKeyListener } from '../model/resource.js';
import { errorOf, isReady, summarise, type State, type Summary } from '../model/summary.js';
import { markTwins } from '../model/twins.js';
import { ageOf } from './age.js';
import type { Below, Column } from './columns.js';
import { signsFor, type Style } from './style.js';
import { renderTable } from './table.js';
import { escapeText } from './text.js';

/** Columns of labels, after all others. */
export interface LabelColumns {
  /** A column for each of these labels. */
  labels?: readonly string[];
  /** All labels in one column. */
  showLabels?: boolean;
}

export interface StatusOptions extends LabelColumns {
  wide: boolean;
  namespaces: boolean;
  headers: boolean;
  /** The largest number of lines of a message; undefined: no limit. */
  messageLines?: number;
  /** Milliseconds since the epoch. */
  now: number;
}

/** The colour of a row's state. It adds nothing to the word and the sign, so the table is complete without colours. */
function stateColour(style: Style, row: Summary): (text: string) => string {
  const { state, degraded } = row;
  if (errorOf(row) !== undefined) return style.bad;
  if (state === 'Ready') return degraded ? style.warn : style.good;
  if (state === 'Pending') return style.warn;
  return state === 'Error' || state === 'Deleting' ? style.bad : style.dim;
}

/** `● Ready` on a terminal, `Ready` in a pipe; `Ready,Error` if the row's other data contradicts the state (`errorOf`). */
function stateText(style: Style, row: Summary): string {
  const { state, degraded } = row;
  const wrong = errorOf(row) !== undefined;
  const word = wrong ? `${state},Error` : state;
  if (!style.terminal) return word;
  const signs = signsFor(style);
  if (wrong) return `${signs.error} ${word}`;
  const bySign: Record<State, string> = {
    Ready: degraded ? signs.degraded : signs.ready,
    Pending: signs.pending,
    Error: signs.error,
    Unknown: signs.unknown,
    Deleting: signs.error,
  };
  return `${bySign[state]} ${word}`;
}

/** The message below a row that is not Ready; empty for the other rows. */
export const MESSAGE: Below<Summary> = {
  text: (row) => (isReady(row) ? '' : messageOf(row)),
};

/** The row's own error, if any, followed by Skupper's message unless that is only OK. */
function messageOf(row: Summary): string {
  const error = errorOf(row);
  return error === undefined ? row.message : [error, wideMessage(row)].filter(Boolean).join('; ');
}

/** Skupper's message; empty for `OK`, which would only repeat the status. */
function wideMessage({ message }: Summary): string {
  return message === 'OK' ? '' : message;
}

/** The columns of `status`: 80 columns wide at most by default. */
export function statusColumns(style: Style, options: StatusOptions): Column<Summary>[] {
  const none = style.terminal ? signsFor(style).none : '-';
  const lines = options.messageLines;
  const columns: Column<Summary>[] = [
    { header: 'NAME', value: (row) => row.name, paint: (text) => style.bold(text), identity: true },
    {
      header: 'STATUS',
      value: (row) => stateText(style, row),
      paint: (text, row) => stateColour(style, row)(text),
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
        value: (row) => messageOf(row) || none,
        narrow: {
          order: 3,
          least: 20,
          lines,
          then: { text: (row) => (isReady(row) ? wideMessage(row) : messageOf(row)), lines },
        },
      },
    );
  }
  columns.push(...labelColumns(options, none));
  return columns;
}

/** Columns of labels. As in kubectl, the header is the name part of the label's key. */
function labelColumns({ labels = [], showLabels }: LabelColumns, none: string): Column<Summary>[] {
  const own = labels.map((label): Column<Summary> => ({
    header: escapeText(label.slice(label.lastIndexOf('/') + 1).toUpperCase()),
    value: (row) => (Object.hasOwn(row.labels, label) && row.labels[label]) || none,
    narrow: { order: 3, least: 8, lines: 3 },
  }));
  if (!showLabels) return own;
  const text = (row: Summary): string =>
    Object.entries(row.labels)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map((pair) => pair.join('='))
      .join(',');
  const all = { header: 'LABELS', value: (row: Summary) => text(row) || none };
  return [...own, { ...all, narrow: { order: 3, least: 20, lines: 3, then: { text } } }];
}

/** The lines of the whole table; on a terminal the message of a row that is not Ready is below the row. */
export function renderStatus(resources: readonly MultiKeyListener[], style: Style, options: StatusOptions): string[] {
  const below = options.wide ? [] : [MESSAGE];
  return renderTable(statusColumns(style, options), markTwins(resources.map(summarise)), style, {
    headers: options.headers,
    below,
  });
}
