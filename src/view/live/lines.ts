import type { MultiKeyListener } from '../../model/resource.js';
import { summarise, type Summary } from '../../model/summary.js';
import { cellsOf, renderColumns, widthsOf, type Column } from '../columns.js';
import { statusColumns, type LabelColumns } from '../status.js';
import { PLAIN } from '../style.js';
import { escapeText, widthOf } from '../text.js';

export type ChangeType = 'ADDED' | 'MODIFIED' | 'DELETED';

/** One change, printed as one line in a pipe. */
interface Change {
  at: number;
  type: ChangeType;
  summary: Summary;
  context: string;
}

/** The least widths of the columns, so that later values fit and the columns do not move. */
const LEAST: Readonly<Record<string, number>> = {
  TIME: 20,
  EVENT: 8,
  NAME: 20,
  STATUS: 7,
  STRATEGY: 8,
  KEYS: 5,
  HOST: 15,
  PORT: 5,
  AGE: 5,
  NAMESPACE: 12,
  'ROUTING-KEYS': 24,
  DESTINATION: 11,
};

const CONTEXT = 'CONTEXT';

/** Renders changes as lines with `TIME EVENT NAME STATUS …`, in columns of the same widths for the whole run. */
export class ChangeLines {
  private readonly columns: Column<Change>[];
  private widths: number[] | undefined;
  private waiting: Change[] = [];
  private readonly contextWidth: number;

  /** @param options.contexts the contexts of the clusters, if there are several */
  constructor(
    private readonly options: LabelColumns & {
      wide: boolean;
      namespaces: boolean;
      headers: boolean;
      contexts?: readonly string[];
    },
  ) {
    const { contexts = [] } = options;
    this.contextWidth = contexts.reduce((most, context) => Math.max(most, widthOf(escapeText(context))), 0);
    const status = (now: number): Column<Summary>[] => statusColumns(PLAIN, { ...options, now });
    this.columns = [
      { header: 'TIME', value: (change) => new Date(change.at).toISOString().replace(/\.\d+Z$/, 'Z') },
      { header: 'EVENT', value: (change) => change.type },
      ...(contexts.length > 0 ? [{ header: CONTEXT, value: (change: Change) => change.context }] : []),
      ...status(0).map((column, index) => ({
        header: column.header,
        align: column.align,
        value: (change: Change) => status(change.at)[index]?.value(change.summary) ?? '',
      })),
    ];
  }

  /** The lines to print for a change; none while the first rows are still being collected. */
  push(type: ChangeType, resource: MultiKeyListener, at: number, context = ''): string[] {
    const change = { at, type, summary: summarise(resource), context };
    if (this.widths) return renderColumns(this.columns, [change], { headers: false, widths: this.widths });
    this.waiting.push(change);
    return [];
  }

  /** Called when the first list is complete: fixes the widths, and returns the header and the rows collected so far. */
  settle(): string[] {
    if (this.widths) return [];
    const rows = this.waiting;
    this.waiting = [];
    const natural = widthsOf(this.columns, cellsOf(this.columns, rows), true);
    const least: Readonly<Record<string, number>> = { ...LEAST, [CONTEXT]: this.contextWidth };
    this.widths = natural.map((width, index) => Math.max(width, least[this.columns[index]?.header ?? ''] ?? 0));
    return renderColumns(this.columns, rows, { headers: this.options.headers, widths: this.widths });
  }
}
