/**
 * Every way a command can fail that a person or a script may want to tell
 * apart. The code is stable; `cli/errors.ts` gives each its exit status.
 */
export type Code =
  // before anything was sent
  | 'usage'
  | 'invalid'
  | 'strategy-immutable'
  | 'preflight'
  | 'bad-file'
  // answers about the resource
  | 'not-found'
  | 'namespace-not-found'
  | 'already-exists'
  | 'conflict'
  | 'wait-timeout'
  | 'resource-error'
  | 'not-ready'
  | 'check-failed'
  | 'difference'
  // identity
  | 'unauthenticated'
  | 'forbidden'
  | 'credential-plugin'
  // the way to the server
  | 'unreachable'
  | 'tls'
  | 'request-timeout'
  | 'kubeconfig-missing'
  | 'kubeconfig-invalid'
  | 'context-unknown'
  // what the server is
  | 'crd-missing'
  | 'skupper-too-old'
  | 'rejected'
  | 'server-error'
  | 'bad-response'
  // the file system of a system site
  | 'file-system'
  | 'damaged-file'
  // the run itself
  | 'interrupted'
  | 'partial'
  | 'internal';

/** One problem of an input: which field (a path as the API server writes it) and what is wrong. */
export interface Problem {
  field: string;
  message: string;
  /** The name of the rule, where the API server has no such rule (docs/immutability.md and resource rules). */
  rule?: string;
  /** The problem is the field's name or key, not what it holds: where the two stand apart, the key is shown. */
  part?: 'key';
}

/** A word of the command line that is not known: what was probably meant is looked for among those that are. */
export type Slip =
  /** `allowed` has the command of each word that could have been meant; `rest` is the rest of the line, ready for a shell. */
  | { kind: 'command'; topic: string; given: string; allowed: Readonly<Record<string, string>>; rest: string }
  /** As it was written, with its dashes. */
  | { kind: 'flag'; given: string }
  /** The value of a flag (named with its dashes), or of something else. */
  | { kind: 'value'; given: string; allowed: readonly string[]; flag?: string };

export interface FailureDetails {
  /** Each problem with its field path; empty where no field is to blame. */
  causes?: readonly Problem[];
  /** One line: what to do next. */
  hint?: string;
  /** The reason alone, for a screen that shows the context and the server elsewhere; the message where it is absent. */
  brief?: string;
  /** The error underneath, shown with --debug only. */
  cause?: unknown;
  /** The names of resources that were written before this failure, and stay. */
  written?: readonly string[];
  /** Words that are not known, for suggestions. */
  slips?: readonly Slip[];
}

/** The one error type that crosses module borders. `message` is one sentence for a person. */
export class Failure extends Error {
  readonly code: Code;
  readonly causes: readonly Problem[];
  readonly hint: string | undefined;
  readonly brief: string;
  readonly written: readonly string[];
  readonly slips: readonly Slip[];

  constructor(code: Code, message: string, details: FailureDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'Failure';
    this.code = code;
    this.causes = details.causes ?? [];
    this.hint = details.hint;
    this.brief = details.brief ?? message;
    this.written = details.written ?? [];
    this.slips = details.slips ?? [];
  }
}

/** True for a Failure of one of the given codes. */
export function isFailure(error: unknown, ...codes: Code[]): error is Failure {
  return error instanceof Failure && (codes.length === 0 || codes.includes(error.code));
}

/** One failure for several: its code and next step are the first one's, its causes are all of them. */
export function joinFailures(failures: readonly Failure[]): Failure | undefined {
  const [first, ...rest] = failures;
  if (!first || rest.length === 0) return first;
  return new Failure(first.code, `${failures.length} operations failed`, {
    causes: failures.flatMap((failure) => [{ field: '', message: failure.message }, ...failure.causes]),
    hint: first.hint,
    cause: first,
  });
}
