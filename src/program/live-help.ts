import process from 'node:process';
import { run } from '@oclif/core/run';

/**
 * Has oclif print its help on the spot, for a terminal that no page of the build fits.
 *
 * @param argv a command line with --help in it: nothing else is understood here
 * @param root the folder of package.json
 */
export async function liveHelp(argv: readonly string[], root: string): Promise<void> {
  // oclif writes to the stream itself, and its reader may go away.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  await run([...argv], { root });
}
