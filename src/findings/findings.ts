/** A problem or a risk of a resource. `code` is stable and explained in docs/findings.md. */
export interface Finding {
  code: string;
  /** An error stops a write. */
  severity: 'error' | 'warning';
  /** --force overrides errors about the surroundings, but not errors about the object itself. */
  about: 'object' | 'surroundings';
  message: string;
  /** The next step, in one line. */
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
  /** Errors first. */
  findings: Finding[];
  notes: Note[];
}
