import process from 'node:process';
import { standardError } from '../cli/terminal/streams.js';
import type { OwnLine } from './command-line.js';
import { dispatch, known } from './dispatch.js';
import type { OwnFiles } from './own-files.js';

interface ExitError {
  oclif?: { exit?: number };
  code?: string;
}

/**
 * Runs one command line and sets the exit status. The one catch of the program; how a failure is said is loaded when there is one.
 *
 * @param files of the program itself
 */
export async function run(line: OwnLine, files: OwnFiles): Promise<void> {
  // Also what a promise that nobody waits for rejects with.
  process.on('uncaughtException', (error) => {
    import('./report.js').then(
      ({ endAtOnce }) => endAtOnce(error, line.tokens),
      () => lastWords(error),
    );
  });
  try {
    await dispatch(line, files);
  } catch (error) {
    const { oclif, code } = error as ExitError;
    // oclif's own help ends with an exit of 0.
    if (code === 'EEXIT' && oclif?.exit !== undefined) {
      process.exitCode = oclif.exit;
      return;
    }
    const { report } = await import('./report.js');
    report(error, line, known);
  }
}

/** Where no more files may be open, even the words for that cannot be loaded. */
function lastWords({ message }: Error): never {
  standardError().write(`Error: ${message}\n`);
  process.exit(1);
}
