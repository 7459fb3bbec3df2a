import { Failure, type Code } from '../model/failure.js';

/** What kept a router from answering. */
export type Trouble =
  /** The connection ended, or never came to be. */
  | 'lost'
  | 'timeout'
  /** What answers does not speak AMQP. */
  | 'protocol'
  /** The router accepts no client like this one. */
  | 'refused'
  /** An answer larger than any router's. */
  | 'too-large'
  /** The router answered the query with an error. */
  | 'query-failed'
  /** The router has no entities of that type. */
  | 'unknown-type'
  /** No router of that id can be reached. */
  | 'no-such-router';

/** Thrown by everything in this folder. `message` is a clause for a person, after "the router cannot be queried: ". */
export class RouterTrouble extends Error {
  constructor(
    readonly trouble: Trouble,
    message: string,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'RouterTrouble';
  }
}

const CODES: Readonly<Record<Trouble, Code>> = {
  lost: 'unreachable',
  timeout: 'request-timeout',
  protocol: 'bad-response',
  refused: 'unauthenticated',
  'too-large': 'bad-response',
  'query-failed': 'server-error',
  'unknown-type': 'skupper-too-old',
  'no-such-router': 'unreachable',
};

/** The failure that such an error is to a command that needs the router. */
export function codeOf(error: RouterTrouble | Failure): Code {
  return error instanceof Failure ? error.code : CODES[error.trouble];
}
