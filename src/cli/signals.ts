import process from 'node:process';
import { EXIT } from './errors.js';

/**
 * A signal that aborts on the first Ctrl-C or SIGTERM, so that what is under way
 * can end in order; a second one ends the program at once.
 */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(EXIT.Interrupted);
      controller.abort();
    });
  }
  return controller.signal;
}
