import { Failure, type Code } from '../model/failure.js';
import { translated, unwrapped } from './foreign-errors.js';

/** The exit statuses by reason, as documented in docs/exit-status.md. */
export const EXIT = {
  Failed: 1,
  Invalid: 2,
  NotFound: 3,
  Denied: 4,
  Conflict: 5,
  Timeout: 6,
  NotReady: 7,
  Unreachable: 8,
  Different: 9,
  Interrupted: 130,
} as const;

export type Reason = keyof typeof EXIT;

const REASONS: Record<Code, Reason> = {
  usage: 'Invalid',
  invalid: 'Invalid',
  'strategy-immutable': 'Invalid',
  preflight: 'Invalid',
  'bad-file': 'Invalid',
  'not-found': 'NotFound',
  'namespace-not-found': 'NotFound',
  'already-exists': 'Conflict',
  conflict: 'Conflict',
  'wait-timeout': 'Timeout',
  'resource-error': 'NotReady',
  'not-ready': 'NotReady',
  'check-failed': 'NotReady',
  difference: 'Different',
  unauthenticated: 'Denied',
  forbidden: 'Denied',
  'credential-plugin': 'Denied',
  unreachable: 'Unreachable',
  tls: 'Unreachable',
  'request-timeout': 'Unreachable',
  'kubeconfig-missing': 'Unreachable',
  'kubeconfig-invalid': 'Unreachable',
  'context-unknown': 'Unreachable',
  'crd-missing': 'Failed',
  'skupper-too-old': 'Failed',
  rejected: 'Failed',
  'server-error': 'Failed',
  'bad-response': 'Failed',
  'file-system': 'Failed',
  'damaged-file': 'Failed',
  partial: 'Failed',
  internal: 'Failed',
  interrupted: 'Interrupted',
};

/** The reason of a failure's code. */
export function reasonOf(failure: Failure): Reason {
  return REASONS[failure.code];
}

/** The exit status of a failure. */
export function exitOf(failure: Failure): number {
  return EXIT[reasonOf(failure)];
}

/** The failure of a system call, with the system's own message (a full disk, too many open files); undefined for other errors. */
function systemFailure(error: Error): Failure | undefined {
  const { errno, syscall } = error as NodeJS.ErrnoException;
  if (errno === undefined || syscall === undefined) return undefined;
  const what = syscall === 'write' ? 'cannot write the output' : `system call ${syscall} failed`;
  return new Failure('file-system', `${what}: ${error.message}`, {
    cause: error,
    hint: 'Free the resource or grant the access that is missing, then run the command again.',
  });
}

/**
 * Converts anything that was thrown into a Failure: oclif's errors about flags and arguments become `usage`, failed system
 * calls `file-system`, and everything else `internal`.
 */
export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return unwrapped(error);
  if (!(error instanceof Error)) return new Failure('internal', String(error), { cause: error });
  const foreign = translated(error) ?? systemFailure(error);
  if (foreign) return foreign;
  return new Failure('internal', `unexpected: ${error.message}`, {
    cause: error,
    hint: 'Internal error. Run again with --debug and report what it prints.',
  });
}
