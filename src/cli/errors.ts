import { Failure, type Code } from '../model/failure.js';

/** The exit statuses of docs/exit-status.md, by the reason a script would act on. */
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

interface OclifError extends Error {
  oclif?: { exit?: number };
  code?: string;
}

/** oclif writes around the message of what a flag's parser throws. */
function unwrapped(failure: Failure): Failure {
  const own = /^Parsing --\S+ \n\t(.*)\nSee more help with --help$/s.exec(failure.message)?.[1];
  return own === undefined ? failure : new Failure(failure.code, own, failure);
}

/** What was thrown, as a Failure: oclif's complaints about flags and arguments are usage errors, the rest is ours to mend. */
export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return unwrapped(error);
  if (!(error instanceof Error)) return new Failure('internal', String(error), { cause: error });
  const known = error as OclifError;
  if (error.name === 'ExitPromptError' || error.name === 'AbortPromptError')
    return new Failure('interrupted', 'interrupted');
  if (known.oclif || known.code === 'MODULE_NOT_FOUND') {
    const [message = '', ...rest] = error.message.split('\n').filter((line) => line !== '');
    const help = rest.filter((line) => !/^See more help with --help/.test(line)).join('\n');
    const hint = [help, 'Run the command with --help to see what it takes.'].filter(Boolean).join('\n');
    return new Failure('usage', message, { hint, cause: error });
  }
  return new Failure('internal', `unexpected: ${error.message}`, {
    cause: error,
    hint: 'This is a fault of the program. Run it again with --debug and report what it prints.',
  });
}
