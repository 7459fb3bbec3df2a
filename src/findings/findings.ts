/** One thing worth knowing about a resource. The code is stable and explained in docs/findings.md. */
export interface Finding {
  code: string;
  /** An error stops a write. */
  severity: 'error' | 'warning';
  /** Errors about the surroundings give way to --force, those about the object never. */
  about: 'object' | 'surroundings';
  message: string;
  /** One line: what to do next. */
  hint: string;
}

/** A finding about the surroundings. */
export function surroundings(severity: Finding['severity'], code: string, message: string, hint: string): Finding {
  return { code, severity, about: 'surroundings', message, hint };
}

/** A check that could not be made, and why. */
export interface Note {
  check: string;
  why: string;
}

export interface Findings {
  /** The worst first. */
  findings: Finding[];
  notes: Note[];
}
