import { Failure } from '../model/failure.js';
import type { MultiKeyListener } from '../model/resource.js';
import { summarise, type Summary } from '../model/summary.js';
import type { ListQuery, Store } from '../store/store.js';
import { GrowingColumns, type Column } from '../view/columns.js';
import type { DataFormat } from '../view/formats.js';
import { statusColumns, type StatusOptions } from '../view/status.js';
import type { Context } from './context.js';
import { counted } from '../model/text.js';

/** What was printed: how many, and those that are not Ready. */
export interface Listed {
  count: number;
  unready: Summary[];
}

interface Kept<T> {
  value: T;
  unready: Summary | undefined;
}

/** Of each resource only this is kept, so that ten thousand take little room. */
const keeping =
  <T>(value: (resource: MultiKeyListener) => T) =>
  (resource: MultiKeyListener): Kept<T> => {
    const row = summarise(resource);
    return { value: value(resource), unready: row.state === 'Ready' ? undefined : row };
  };

/** Data is all or nothing: where a later page fails, stdout stays empty. */
export async function printData(context: Context, store: Store, query: ListQuery, format: DataFormat): Promise<Listed> {
  const list = await format.list();
  const items: string[] = [];
  const unready: Summary[] = [];
  for await (const page of store.pages(query, keeping(list.item))) {
    for (const kept of page) {
      items.push(kept.value);
      if (kept.unready) unready.push(kept.unready);
    }
  }
  write(context, list.text(items));
  return { count: items.length, unready };
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
  row(resource: MultiKeyListener): Row;
}

/** The rows of `status`, plain. */
export function statusRows(context: Context, options: StatusOptions): Rows<Summary> {
  return { columns: statusColumns(context.io.out.style, options), row: summarise };
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
  { columns, row }: Rows<Row>,
  { headers, toTheEnd }: { headers: boolean; toTheEnd: boolean },
): Promise<Listed> {
  const table = new GrowingColumns(columns, headers);
  const listed: Listed = { count: 0, unready: [] };
  try {
    for await (const page of store.pages(query, keeping(row))) {
      if (page.length > 0) context.io.out.lines(table.lines(page.map(({ value }) => value)));
      listed.count += page.length;
      for (const { unready } of page) if (unready) listed.unready.push(unready);
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
