import { guarded, lookForOther } from './look.js';

/** Timeout for the other program's help, in milliseconds; after that, ours is shown without its commands. */
const HELP_MS = 3000;

/**
 * Reads the commands of the other `skupper` from its help.
 *
 * @returns its file and the lines under cobra's heading `Available Commands:`; undefined if there is no other program, or its
 *   help fails or has no such heading
 */
export async function commandsOfOther(): Promise<{ file: string; lines: string[] } | undefined> {
  const argv = ['--help'];
  const { found: file } = lookForOther(argv);
  if (file === undefined) return undefined;
  const { execFile } = await import('node:child_process');
  const options = { env: guarded(file, argv), timeout: HELP_MS, maxBuffer: 1024 * 1024 };
  const text = await new Promise<string>((resolve) => {
    execFile(file, argv, options, (error, stdout) => resolve(error ? '' : stdout)).stdin?.end();
  });
  const lines = /^Available Commands:\r?\n((?:[ \t]+\S.*\n)+)/m.exec(text)?.[1]?.trimEnd().split(/\r?\n/);
  return lines && { file, lines };
}
