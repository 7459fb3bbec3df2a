/**
 * The kinds of failures that a user or a script may want to distinguish. The codes are stable; `cli/errors.ts` gives each
 * one its exit status.
 */
export type Code =
  // found before a request is sent
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
  // the connection to the server
  | 'unreachable'
  | 'tls'
  | 'request-timeout'
  | 'kubeconfig-missing'
  | 'kubeconfig-invalid'
  | 'context-unknown'
  // the server and its answers
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

/** One problem of an input. */
export interface Problem {
  /** Field path as the API server writes it, such as `spec.port`; empty for the whole input. */
  field: string;
  /** A clause that says what is wrong with the field. */
  message: string;
  /** The name of a rule that the API server does not have (docs/immutability.md and resource rules). */
  rule?: string;
  /** The problem is the field's key, not its value: of the two positions in a file, that of the key is reported. */
  part?: 'key';
}

/** An unknown word on the command line, and the data from which the word that was probably meant is suggested. */
export type Slip =
  /** `allowed` has the full command for each word that could be meant; `rest` is the rest of the line, quoted for a shell. */
  | { kind: 'command'; topic: string; given: string; allowed: Readonly<Record<string, string>>; rest: string }
  /** `given` is the flag as typed, with its dashes. */
  | { kind: 'flag'; given: string }
  /** `flag` is the flag's name with its dashes; undefined if the value is not that of a flag. */
  | { kind: 'value'; given: string; allowed: readonly string[]; flag?: string };

export interface FailureDetails {
  /** The problems of single fields; empty if the failure is not about fields. */
  causes?: readonly Problem[];
  /** The next step, in one line. */
  hint?: string;
  /** The reason alone, for screens that show the context and the server elsewhere. Default: the message. */
  brief?: string;
  /** The underlying error, shown only with --debug. */
  cause?: unknown;
  /** The names of resources that were written before this failure and are not rolled back. */
  written?: readonly string[];
  /** Unknown words of the command line, for suggestions. */
  slips?: readonly Slip[];
}

/** The error type for everything that is reported to the user. `message` is one sentence. */
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

/** True for a Failure with one of the given codes, or for any Failure if no code is given. */
export function isFailure(error: unknown, ...codes: Code[]): error is Failure {
  return error instanceof Failure && (codes.length === 0 || codes.includes(error.code));
}

/** Joins failures into one with the code and hint of the first; the messages of all become its causes. Undefined for none. */
export function joinFailures(failures: readonly Failure[]): Failure | undefined {
  const [first, ...rest] = failures;
  if (!first || rest.length === 0) return first;
  return new Failure(first.code, `${failures.length} operations failed`, {
    causes: failures.flatMap((failure) => [{ field: '', message: failure.message }, ...failure.causes]),
    hint: first.hint,
    cause: first,
  });
}
