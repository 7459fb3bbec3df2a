import type { Problem } from '../../model/failure.js';

export type Severity = 'error' | 'warning' | 'notice';

/** A problem, notice or warning about one resource. Its field is a path as the API server writes it. */
export interface Remark extends Problem {
  severity: Severity;
}

/** A remark and where it stands: what `validate` prints. */
export interface FileRemark extends Remark {
  /** As it was named; `-` is standard input. */
  file: string;
  /** From 1; undefined where the whole file is meant. */
  line?: number;
  column?: number;
  /** The number of the document in its file, from 1, empty ones not counted. */
  document?: number;
  /** The name of the resource, where it has one. */
  resource?: string;
}

/** What was seen. Documents are those that are, or ought to be, MultiKeyListeners: valid and invalid together. */
export interface Counts {
  files: number;
  unreadable: number;
  /** Files of a folder that hold no document: empty, or comments only. */
  empty: number;
  documents: number;
  valid: number;
  invalid: number;
  /** Documents of other kinds. */
  skipped: number;
  errors: number;
  warnings: number;
  notices: number;
}

const COUNTED = { error: 'errors', warning: 'warnings', notice: 'notices' } as const;
/** Of each severity at most so many are listed; all are counted. */
export const MOST_LISTED = 1_000;

/** Counts everything and passes on what is listed. */
export class Validation {
  readonly counts: Counts = {
    files: 0,
    unreadable: 0,
    empty: 0,
    documents: 0,
    valid: 0,
    invalid: 0,
    skipped: 0,
    errors: 0,
    warnings: 0,
    notices: 0,
  };

  constructor(private readonly list: (remark: FileRemark) => void) {}

  /** Whether the next one of that severity is listed: only then its place is worth looking for. */
  lists(severity: Severity): boolean {
    return this.counts[COUNTED[severity]] < MOST_LISTED;
  }

  add(remark: FileRemark): void {
    if (this.lists(remark.severity)) this.list(remark);
    this.counts[COUNTED[remark.severity]] += 1;
  }

  /** A file that could not be read at all. */
  unreadable(file: string, message: string, place: { line?: number; column?: number } = {}): void {
    this.counts.unreadable += 1;
    this.add({ file, ...place, field: '', message, rule: 'file-unreadable', severity: 'error' });
  }

  /** One document judged. */
  judged(valid: boolean): void {
    this.counts.documents += 1;
    this.counts[valid ? 'valid' : 'invalid'] += 1;
  }

  /** How many were counted and not listed. */
  get omitted(): number {
    return Object.values(COUNTED).reduce((sum, kind) => sum + Math.max(0, this.counts[kind] - MOST_LISTED), 0);
  }
}
