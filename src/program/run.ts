import process from 'node:process';
import type { Failure } from '../model/failure.js';
import { escapeLines } from '../model/text.js';
import { withoutSecrets } from '../util/secrets.js';
import { failureDocument, renderFailure, writtenLines } from '../view/failure.js';
import { EXIT, exitOf, reasonOf, toFailure } from '../cli/errors.js';
import { isGiven, wantsJson, type OwnLine } from './command-line.js';
import { dispatch, known } from './dispatch.js';
import { showable, styleFor } from '../cli/io.js';
import { standardError } from '../cli/streams.js';
import { withSuggestion } from '../cli/suggest.js';

/** Says a failure on stderr: one line of JSON with -o json, sentences otherwise. */
function say(failure: Failure, argv: readonly string[]): void {
  const { env } = process;
  const stderr = standardError();
  const write = (text: string): void => stderr.write(withoutSecrets(text));
  if (wantsJson(argv)) write(failureDocument(failure, reasonOf(failure), exitOf(failure)));
  // A person who pressed Ctrl-C knows; only what is left open needs more words.
  else if (failure.code === 'interrupted' && failure.hint === undefined)
    write(`${[escapeLines(failure.message), ...writtenLines(failure)].join('\n')}\n`);
  else {
    const style = styleFor(stderr, env, isGiven(argv, '--no-color'));
    write(showable(`${renderFailure(failure, style).join('\n')}\n`, style));
  }
  if (isGiven(argv, '--debug') || env['DEBUG']) {
    for (let cause: unknown = failure; cause instanceof Error; cause = cause.cause)
      write(`${escapeLines(cause.stack ?? cause.message)}\n`);
  }
}

/** An error that nobody caught: Node would print it as it is, with all that hangs on it. */
function endAtOnce(error: unknown, argv: readonly string[]): never {
  const failure = toFailure(error);
  // After what puts the screen back.
  process.on('exit', () => say(failure, argv));
  process.exit(exitOf(failure));
}

interface ExitError {
  oclif?: { exit?: number };
  code?: string;
}

/**
 * Runs one command line and sets the exit status. The one catch of the program.
 *
 * @param root the folder of package.json
 */
export async function run(line: OwnLine, root: string): Promise<void> {
  const argv = line.rest;
  // Also what a promise that nobody waits for rejects with.
  process.on('uncaughtException', (error) => endAtOnce(error, argv));
  try {
    await dispatch(line, root);
  } catch (error) {
    const { oclif, code } = error as ExitError;
    // oclif's own help ends with an exit of 0.
    if (code === 'EEXIT' && oclif?.exit !== undefined) {
      process.exitCode = oclif.exit;
      return;
    }
    const failure = withSuggestion(toFailure(error), line.id, known);
    say(failure, argv);
    process.exitCode = exitOf(failure) ?? EXIT.Failed;
  }
}
