import { writeSync } from 'node:fs';
import process from 'node:process';
import { guarded, lookForOther, type Other } from './look.js';
import { endLike, inheritedStreams, runProgram, type Ended } from './run-other.js';

/** The exit status by which shells report that a command was not found. */
const NOT_FOUND = 127;

/** Runs the other `skupper` for `--reload`, with its output on our stderr and an empty stdin. */
export function runOther(file: string, argv: readonly string[]): Promise<Ended> {
  return runProgram({ file, args: [...argv] }, ['ignore', 2, 2], guarded(file, argv));
}

/**
 * Passes the whole command line to the next other `skupper` on the PATH, with the same words, streams and terminal. Its exit
 * status or signal becomes ours. Without another `skupper` prints one line and exits 127.
 */
export async function handOver(argv: readonly string[], topic: string): Promise<void> {
  const other = lookForOther(argv);
  if (other.found === undefined) return refuse(await nobody(topic, other), NOT_FOUND);
  const env = guarded(other.found, argv);
  const ended = await runProgram({ file: other.found, args: [...argv] }, inheritedStreams(argv), env);
  if (ended.error) return refuse(`cannot run ${other.found}: ${ended.error.code ?? ended.error.message}`, 1);
  endLike(ended);
}

function refuse(message: string, status: number): void {
  process.exitCode = status;
  try {
    // The message has words of the command line, which are escaped here: loading view/text.ts would take longer than the hand-over.
    writeSync(
      2,
      `Error: ${message.replace(/[^\x20-\x7e]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`)}\n`,
    );
  } catch {
    // stderr is closed.
  }
}

/** The error for a topic that neither this program nor another skupper has. */
async function nobody(topic: string, { loop, passedOver }: Other): Promise<string> {
  const { closest } = await import('../../model/closest.js');
  const what = `unknown command ${JSON.stringify(topic)}`;
  if (loop) return `${what}, and the other skupper on the PATH calls this program in a loop`;
  const seen = passedOver.map(({ file, why }) => `${file} (${why})`).join(', ');
  const meant = closest(topic, ['multikeylistener', 'mkl']);
  const ours = meant === undefined ? '' : `; did you mean "${meant}"?`;
  const none = seen === '' ? 'no other skupper on the PATH to pass it to' : `the only skupper on the PATH is ${seen}`;
  return `${what}, and ${none}${ours}`;
}
