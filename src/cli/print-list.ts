import { Failure } from '../model/failure.js';
import { idOf, type MultiKeyListener } from '../model/resource.js';
import { errorOf, isReady, summarise, type Summary } from '../model/summary.js';
import { Twins, type Twin } from '../model/twins.js';
import type { ListQuery, Store } from '../store/store.js';
import { GrowingColumns, type Column } from '../view/columns.js';
import type { DataFormat } from '../view/formats.js';
import { statusColumns, type StatusOptions } from '../view/status.js';
import type { Context } from './context.js';
import { counted } from '../model/text.js';
import type { Unready } from './refusals.js';

/** What was printed: how many, and those that are not Ready. */
export interface Listed {
  count: number;
  unready: Unready[];
  /** Those of earlier pages that share their host and port with a row of a later one, which came too late to mark them. */
  unmarked: Twin[];
}

interface Kept<T> {
  value: T;
  row: Summary;
}

/** Of each resource only this is kept, so that ten thousand take little room. */
const keeping =
  <T>(value: (resource: MultiKeyListener, row: Summary) => T) =>
  (resource: MultiKeyListener): Kept<T> => {
    const row = summarise(resource);
    return { value: value(resource, row), row };
  };

/** Takes the rows of one page in; returns them marked. */
function count(listed: Listed, twins: Twins, page: readonly Summary[]): Summary[] {
  const here = new Set(page.map(idOf));
  const late = page.flatMap((row) => twins.add(row)).filter(({ id }) => !here.has(id));
  const fresh = late.filter(({ id }) => !listed.unmarked.some((known) => known.id === id));
  const marked = page.map((row) => twins.mark(row));
  listed.count += page.length;
  listed.unmarked.push(...fresh);
  listed.unready.push(
    ...fresh.filter(({ state }) => state === 'Ready').map((twin) => ({ ...twin, message: SHARED })),
    ...marked.filter((row) => !isReady(row)).map((row) => ({ ...row, message: errorOf(row) ?? row.message })),
  );
  return marked;
}

const SHARED = 'another one has the same host and port';

/** Data is all or nothing: where a later page fails, stdout stays empty. */
export async function printData(context: Context, store: Store, query: ListQuery, format: DataFormat): Promise<Listed> {
  const list = await format.list();
  const items: string[] = [];
  const listed: Listed = { count: 0, unready: [], unmarked: [] };
  const twins = new Twins();
  for await (const page of store.pages(query, keeping(list.item))) {
    items.push(...page.map(({ value }) => value));
    count(
      listed,
      twins,
      page.map(({ row }) => row),
    );
  }
  write(context, list.text(items));
  return { ...listed, unmarked: [] };
}

/** In fewer writes than there are items, without one text of them all. */
function write(context: Context, pieces: Iterable<string>): void {
  const PIECE = 256 * 1024;
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < PIECE) continue;
    context.io.out.write(text);
    text = '';
  }
  context.io.out.write(text);
}

/** What the rows of a table are made of. */
export interface Rows<Row> {
  columns: readonly Column<Row>[];
  row(resource: MultiKeyListener, summary: Summary): Row;
  /** The row once it is known what it shares with others. */
  marked?(summary: Summary): Row;
}

/** The rows of `status`, plain. */
export function statusRows(context: Context, options: StatusOptions): Rows<Summary> {
  return {
    columns: statusColumns(context.io.out.style, options),
    row: (_resource, summary) => summary,
    marked: (summary) => summary,
  };
}

/** Those of columns that read the whole resource: only the cells are kept. */
export function cellRows(columns: readonly Column<object>[]): Rows<string[]> {
  return {
    columns: columns.map((column, index) => ({ ...column, value: (cells) => cells[index] ?? '' })),
    row: (resource) => columns.map((column) => column.value(resource)),
  };
}

/**
 * A table for a pipe, printed as its pages arrive. When nobody reads it any
 * more no further page is asked for, unless the exit status depends on them.
 *
 * @throws Failure that says how many rows stand there when the rest could not be had
 */
export async function printRows<Row>(
  context: Context,
  store: Store,
  query: ListQuery,
  { columns, row, marked }: Rows<Row>,
  { headers, toTheEnd }: { headers: boolean; toTheEnd: boolean },
): Promise<Listed> {
  const table = new GrowingColumns(columns, headers);
  const listed: Listed = { count: 0, unready: [], unmarked: [] };
  const twins = new Twins();
  try {
    for await (const page of store.pages(query, keeping(row))) {
      const summaries = count(
        listed,
        twins,
        page.map(({ row: summary }) => summary),
      );
      const rows = marked ? summaries.map(marked) : page.map(({ value }) => value);
      if (rows.length > 0) context.io.out.lines(table.lines(rows));
      // The pipe says only afterwards that it is closed.
      await new Promise((resolve) => setImmediate(resolve));
      if (context.io.closed.aborted && !toTheEnd) break;
    }
  } catch (error) {
    if (!(error instanceof Failure) || error.code === 'interrupted' || listed.count === 0) throw error;
    const message = `the list is incomplete, it ends after ${counted(listed.count, 'row')}: ${error.message}`;
    throw new Failure(error.code, message, { causes: error.causes, hint: error.hint, cause: error });
  }
  return listed;
}
