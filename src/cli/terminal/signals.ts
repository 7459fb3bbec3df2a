import process from 'node:process';
import { EXIT } from '../errors.js';

/** The exit statuses: 128 plus the number of the signal, as in shells. */
const STATUS = { SIGINT: EXIT.Interrupted, SIGTERM: 143 } as const;

/**
 * A signal that aborts on the first Ctrl-C or SIGTERM, so that work in progress can finish cleanly. A second one exits at
 * once.
 */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(STATUS[name]);
      // Both signals end the program in the same way; only the exit status differs.
      if (name === 'SIGTERM') process.once('exit', () => void (process.exitCode = STATUS.SIGTERM));
      controller.abort();
    });
  }
  return controller.signal;
}
