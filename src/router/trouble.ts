import { Failure, type Code } from '../model/failure.js';

/** Why a router could not be queried. */
export type Trouble =
  /** The connection ended, or could not be opened. */
  | 'lost'
  | 'timeout'
  /** The program on the other side does not speak AMQP. */
  | 'protocol'
  /** The router refused the connection, for example because of the client's credentials. */
  | 'refused'
  /** The answer is larger than that of any real router. */
  | 'too-large'
  /** The router answered the query with an error. */
  | 'query-failed'
  /** The router has no entities of that type. */
  | 'unknown-type'
  /** The connected router cannot reach a router with that id. */
  | 'no-such-router';

/** The error that all functions of this folder throw. `message` is the clause after "the router cannot be queried: ". */
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

/** The failure code for a command that cannot work without the router's answer. */
export function codeOf(error: RouterTrouble | Failure): Code {
  return error instanceof Failure ? error.code : CODES[error.trouble];
}
