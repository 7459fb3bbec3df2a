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
 * Runs one command line and sets the exit status. This is the only place where errors of a command are caught; the code that
 * reports them is loaded when there is one.
 *
 * @param files reads the program's own files
 */
export async function run(line: OwnLine, files: OwnFiles): Promise<void> {
  // This event also reports unhandled rejections.
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

/** Reports an error if report.js cannot be loaded, for example because no more files can be opened. */
function lastWords({ message }: Error): never {
  standardError().write(`Error: ${message}\n`);
  process.exit(1);
}
