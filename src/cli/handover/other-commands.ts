import { guarded, lookForOther } from './look.js';

/** Help is shown without the other program's commands when it takes longer than this. */
const HELP_MS = 3000;

/**
 * The commands of the other `skupper`, as its own help lists them.
 *
 * @returns its file and the lines under cobra's heading `Available Commands:`; undefined where there is no other program, or
 *   its help has no such heading
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
