import process from 'node:process';
import { EXIT } from '../errors.js';

/** 128 and the number of the signal, as shells count. */
const STATUS = { SIGINT: EXIT.Interrupted, SIGTERM: 143 } as const;

/**
 * A signal that aborts on the first Ctrl-C or SIGTERM, so that what is under way
 * can end in order; a second one ends the program at once.
 */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(STATUS[name]);
      // What ends in order is the same for both; only the status tells them apart.
      if (name === 'SIGTERM') process.once('exit', () => void (process.exitCode = STATUS.SIGTERM));
      controller.abort();
    });
  }
  return controller.signal;
}
