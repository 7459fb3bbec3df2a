import type { Problem } from '../../model/failure.js';

export type Severity = 'error' | 'warning' | 'notice';

/** An error, warning or notice about one resource. `field` is a field path in the API server's notation. */
export interface Remark extends Problem {
  severity: Severity;
}

/** A remark with its file and position, which `validate` prints. */
export interface FileRemark extends Remark {
  /** The path as the user gave it; `-` is standard input. */
  file: string;
  /** From 1; undefined for a remark about the whole file. */
  line?: number;
  column?: number;
  /** The number of the document in its file, from 1, empty ones not counted. */
  document?: number;
  /** The name of the resource, where it has one. */
  resource?: string;
}

/** Totals of a validation. `documents` counts the documents that are or should be MultiKeyListeners: `valid` plus `invalid`. */
export interface Counts {
  files: number;
  unreadable: number;
  /** Files found in a folder that contain no document: they are empty or only have comments. */
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
/** The largest number of remarks that are listed of each severity; all are counted. */
export const MOST_LISTED = 1_000;

/** Counts all remarks, and passes the first `MOST_LISTED` of each severity to `list`. */
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

  /** True if the next remark of this severity is listed; if not, the caller need not look up its line. */
  lists(severity: Severity): boolean {
    return this.counts[COUNTED[severity]] < MOST_LISTED;
  }

  add(remark: FileRemark): void {
    if (this.lists(remark.severity)) this.list(remark);
    this.counts[COUNTED[remark.severity]] += 1;
  }

  /** Counts a file that could not be read, and adds an error about it. */
  unreadable(file: string, message: string, place: { line?: number; column?: number } = {}): void {
    this.counts.unreadable += 1;
    this.add({ file, ...place, field: '', message, rule: 'file-unreadable', severity: 'error' });
  }

  /** Counts one document as valid or invalid. */
  judged(valid: boolean): void {
    this.counts.documents += 1;
    this.counts[valid ? 'valid' : 'invalid'] += 1;
  }

  /** The number of remarks that were counted but not listed. */
  get omitted(): number {
    return Object.values(COUNTED).reduce((sum, kind) => sum + Math.max(0, this.counts[kind] - MOST_LISTED), 0);
  }
}
