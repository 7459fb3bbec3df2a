import type { Failure } from '../model/failure.js';
import { idOf, type MultiKeyListener } from '../model/resource.js';
import { sameStrategy } from '../model/strategy.js';
import { renderColumns, GAP, type Below, type Column } from './columns.js';
import { shown } from './formats.js';
import { signsFor, type Style } from './style.js';
import { renderTable } from './table.js';
import { escapeText, hang, pad, widthOf } from './text.js';

/** The version of the documents below: it changes when a field is removed or changes its meaning. */
export const FLEET_SCHEMA_VERSION = 1;

/** A resource and the cluster it was read from. */
export interface FleetItem {
  context: string;
  resource: MultiKeyListener;
}

/** A cluster that could not be read. */
export interface Unread {
  context: string;
  server?: string;
  failure: Failure;
}

/** One row of a table of several clusters: the value for the command's own columns, its context, and its mark. */
export interface FleetRow<Value> {
  context: string;
  value: Value;
  differs?: Differs;
}

/** The name, with `namespaces` also the namespace: resources of several clusters with the same identity are meant to be equal. */
function identityOf({ metadata }: MultiKeyListener, namespaces: boolean): string {
  return namespaces ? idOf(metadata) : metadata.name;
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Groups the resources of several clusters by name, sorted by context within a name, and marks the groups whose strategies
 * differ.
 *
 * @param namespaces the resources are in several namespaces: the group is the namespace and the name
 */
export function fleetRows(items: readonly FleetItem[], namespaces: boolean): FleetRow<MultiKeyListener>[] {
  const groups = new Map<string, FleetItem[]>();
  for (const item of items) {
    const id = identityOf(item.resource, namespaces);
    groups.set(id, [...(groups.get(id) ?? []), item]);
  }
  return [...groups.entries()]
    .sort(([a], [b]) => order(a, b))
    .flatMap(([, group]) => {
      const [first, ...others] = group.sort((a, b) => order(a.context, b.context));
      const differs = others.some(
        ({ resource }) => first && !sameStrategy(first.resource.spec.strategy, resource.spec.strategy),
      );
      return group.map(({ context, resource }, at) => ({
        context,
        value: resource,
        ...(differs ? { differs: at === 0 ? ('first' as const) : ('also' as const) } : {}),
      }));
    });
}

/** Why a cluster could not be read, in one line: `unreachable: connection refused (ECONNREFUSED) (https://10.0.0.9:6443)`. */
export function unreadText({ failure, server }: Unread): string {
  return `${failure.code}: ${failure.brief}${server === undefined ? '' : ` (${server})`}`;
}

/** Set if the strategies of a group differ: `first` in the group's first row, `also` in the others. */
export type Differs = 'first' | 'also' | undefined;

/** The column that marks groups whose strategies differ: on a terminal a sign, explained in the first row; in a pipe a word. */
export function differsColumn<Row>(style: Style, differs: (row: Row) => Differs): Column<Row> {
  const { differs: sign } = signsFor(style);
  if (!style.terminal) return { header: 'NOTE', value: (row) => (differs(row) ? 'strategy-differs' : '-') };
  const short = (row: Row): string => (differs(row) ? sign : '');
  return {
    header: '',
    value: (row) => (differs(row) === 'first' ? `${sign} strategy differs` : short(row)),
    paint: (text) => style.warn(text),
    narrow: { order: 1, short: { header: '', value: short } },
  };
}

export interface FleetTableOptions<Value> {
  headers: boolean;
  below?: readonly Below<Value>[];
  /** The header of the column before which the mark is inserted; undefined: at the end. */
  markBefore?: string;
}

/**
 * Renders the rows of all clusters in one table, followed by the clusters that could not be read. In a pipe each of these is
 * a row: the failure's code is in STATUS (or STATE), and the reason in the last column, the only one with spaces.
 *
 * @param own the columns of the same table for one cluster
 */
export function renderFleet<Value>(
  rows: readonly FleetRow<Value>[],
  unread: readonly Unread[],
  own: readonly Column<Value>[],
  style: Style,
  { headers, below = [], markBefore }: FleetTableOptions<Value>,
): string[] {
  const at = own.findIndex(({ header }) => header === markBefore);
  const mark =
    style.terminal && !rows.some(({ differs }) => differs)
      ? []
      : [differsColumn<FleetRow<Value>>(style, (row) => row.differs)];
  const columns: Column<FleetRow<Value>>[] = own.map(inFleet);
  columns.splice(at < 0 ? own.length : at, 0, ...mark);
  if (!style.terminal) return plainLines(rows, unread, columns, headers);
  const widest = [...rows, ...unread].reduce(
    (most, { context }) => Math.max(most, widthOf(escapeText(context))),
    headers ? CONTEXT.length : 0,
  );
  columns.unshift({ header: CONTEXT, value: ({ context }) => pad(context, widest), identity: true });
  const lines = renderTable(columns, rows, style, { headers, below: below.map(belowFleet) });
  return [...lines, ...unreadLines(unread, style, widest)];
}

/** On a terminal: one line for each cluster that could not be read, with the reason. */
export function unreadLines(unread: readonly Unread[], style: Style, least = 0): string[] {
  const widest = unread.reduce((most, { context }) => Math.max(most, widthOf(escapeText(context))), least);
  return unread.flatMap((each) =>
    hang(pad(escapeText(each.context), widest) + GAP, escapeText(unreadText(each)), style.width, style.bad),
  );
}

/** The parts of clusters that could not be read. */
export function unreadParts(parts: readonly (Omit<Unread, 'failure'> & { failure?: Failure })[]): Unread[] {
  return parts.flatMap(({ context, server, failure }) => (failure ? [{ context, server, failure }] : []));
}

const CONTEXT = 'CONTEXT';

/** Adapts a column of one cluster's table to the table of several clusters. */
function inFleet<Value>({ value, paint, narrow, ...column }: Column<Value>): Column<FleetRow<Value>> {
  const { short, then } = narrow ?? {};
  return {
    ...column,
    value: (row) => value(row.value),
    ...(paint && { paint: (text, row) => paint(text, row.value) }),
    ...(narrow && {
      narrow: {
        ...narrow,
        short: short && { ...short, value: (row) => short.value(row.value) },
        then: typeof then === 'object' ? belowFleet(then) : then,
      },
    }),
  };
}

function belowFleet<Value>({ text, paint, ...rest }: Below<Value>): Below<FleetRow<Value>> {
  return {
    ...rest,
    text: (row) => text(row.value),
    ...(paint && { paint: (line, row) => paint(line, row.value) }),
  };
}

function plainLines<Value>(
  rows: readonly FleetRow<Value>[],
  unread: readonly Unread[],
  columns: readonly Column<FleetRow<Value>>[],
  headers: boolean,
): string[] {
  type Line = FleetRow<Value> | Unread;
  const cell = ({ header }: Column<FleetRow<Value>>, line: Unread, last: boolean): string => {
    if (last) return unreadText(line);
    return header === 'STATUS' || header === 'STATE' ? line.failure.code : '-';
  };
  const all: Column<Line>[] = columns.map((column, index) => ({
    header: column.header,
    align: column.align,
    value: (line) => ('failure' in line ? cell(column, line, index === columns.length - 1) : column.value(line)),
  }));
  all.unshift({ header: CONTEXT, value: ({ context }) => context });
  return renderColumns(all, [...rows, ...unread], { headers });
}

/** The part of one cluster in the JSON document. A cluster can have both items and a failure (read incompletely). */
export interface FleetDocumentPart {
  context: string;
  server?: string;
  items?: readonly MultiKeyListener[];
  /** The command's document about the cluster as a whole. */
  report?: object;
  failure?: Failure;
}

/** The stable document that `-o json` prints for several clusters (docs/schemas/fleet.schema.json). */
export function fleetDocument(parts: readonly FleetDocumentPart[]): object {
  return {
    schemaVersion: FLEET_SCHEMA_VERSION,
    contexts: parts.map(({ context, server, items, report, failure }) => ({
      context,
      ...(server !== undefined && { server }),
      ...(items && { items: items.map(shown) }),
      ...(report && { report }),
      ...(failure && { error: errorPart(failure) }),
    })),
  };
}

function errorPart({ code, message, causes, hint = '' }: Failure): object {
  return { code, message, causes: causes.map(({ field, message: why }) => ({ field, message: why })), hint };
}
