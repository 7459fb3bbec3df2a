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

/** The result of printing a list: the number of resources, and those that are not Ready. */
export interface Listed {
  count: number;
  unready: Unready[];
  /** Rows that were already printed when a later page showed a row with the same host and port, so they could not be marked. */
  unmarked: Twin[];
}

interface Kept<T> {
  value: T;
  row: Summary;
}

/** Reduces a resource to a value and its summary, so that a long list needs little memory. */
const reduced =
  <T>(value: (resource: MultiKeyListener, row: Summary) => T) =>
  (resource: MultiKeyListener): Kept<T> => {
    const row = summarise(resource);
    return { value: value(resource, row), row };
  };

/** Adds the rows of one page to the totals; returns the rows, marked where another row has the same host and port. */
function count(listed: Listed, twins: Twins, page: readonly Summary[]): Summary[] {
  const here = new Set(page.map(idOf));
  const late = page.flatMap((row) => twins.add(row)).filter(({ id }) => !here.has(id));
  const fresh = late.filter(({ id }) => !listed.unmarked.some((twin) => twin.id === id));
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

/** Prints a list as data, after the last page has been read: if any page fails, stdout stays empty. */
export async function printData(context: Context, store: Store, query: ListQuery, format: DataFormat): Promise<Listed> {
  const list = await format.list();
  const items: string[] = [];
  const listed: Listed = { count: 0, unready: [], unmarked: [] };
  const twins = new Twins();
  for await (const page of store.pages(query, reduced(list.item))) {
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

/** Writes the pieces in blocks: fewer writes than pieces, and no single string with the whole text. */
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

/** The columns of a table, and how a resource becomes a row. */
export interface Rows<Row> {
  columns: readonly Column<Row>[];
  row(resource: MultiKeyListener, summary: Summary): Row;
  /** The row for a summary that is marked where another row has the same host and port. */
  marked?(summary: Summary): Row;
}

/** The rows of `status` in a pipe. */
export function statusRows(context: Context, options: StatusOptions): Rows<Summary> {
  return {
    columns: statusColumns(context.io.out.style, options),
    row: (_resource, summary) => summary,
    marked: (summary) => summary,
  };
}

/** The rows of columns that read the whole resource; a row is only the texts of its cells, to save memory. */
export function cellRows(columns: readonly Column<object>[]): Rows<string[]> {
  return {
    columns: columns.map((column, index) => ({ ...column, value: (cells) => cells[index] ?? '' })),
    row: (resource) => columns.map((column) => column.value(resource)),
  };
}

/**
 * Prints a table in a pipe while its pages arrive. Once the pipe is closed no further page is requested, unless the exit
 * status depends on it (`toTheEnd`).
 *
 * @throws Failure with the number of printed rows if a later page cannot be read
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
    for await (const page of store.pages(query, reduced(row))) {
      const summaries = count(
        listed,
        twins,
        page.map(({ row: summary }) => summary),
      );
      const rows = marked ? summaries.map(marked) : page.map(({ value }) => value);
      if (rows.length > 0) context.io.out.lines(table.lines(rows));
      // A closed pipe is reported only after the write, in a later turn of the event loop.
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
