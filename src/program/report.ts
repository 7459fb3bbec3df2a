import process from 'node:process';
import { EXIT, exitOf, reasonOf, toFailure } from '../cli/errors.js';
import { endIfHungUp } from '../cli/terminal/hang-up.js';
import { showable, styleFor } from '../cli/terminal/io.js';
import { standardError } from '../cli/terminal/streams.js';
import { withSuggestion, type KnownCommands } from '../cli/suggest.js';
import type { Failure } from '../model/failure.js';
import { escapeLines } from '../model/text.js';
import { withoutSecrets } from '../util/secrets.js';
import { failureDocument, renderFailure, writtenLines } from '../view/failure.js';
import { isGiven, wantsJson, type OwnLine, type Token } from './command-line.js';

/** Writes a failure to stderr: one line of JSON with -o json, sentences otherwise. */
function writeFailure(failure: Failure, tokens: readonly Token[]): void {
  const { env } = process;
  const stderr = standardError();
  const write = (text: string): void => stderr.write(withoutSecrets(text));
  if (wantsJson(tokens)) write(failureDocument(failure, reasonOf(failure), exitOf(failure)));
  // After Ctrl-C one word is enough, unless there is a hint about work that is not finished.
  else if (failure.code === 'interrupted' && failure.hint === undefined)
    write(`${[escapeLines(failure.message), ...writtenLines(failure)].join('\n')}\n`);
  else {
    const style = styleFor(stderr, env, isGiven(tokens, '--no-color'));
    write(showable(`${renderFailure(failure, style).join('\n')}\n`, style));
  }
  if (isGiven(tokens, '--debug') || env['DEBUG']) {
    for (let cause: unknown = failure; cause instanceof Error; cause = cause.cause)
      write(`${escapeLines(cause.stack ?? cause.message)}\n`);
  }
}

/** Reports an uncaught error and exits. Node itself would print the error with all its properties, which may contain secrets. */
export function endAtOnce(error: unknown, tokens: readonly Token[]): never {
  endIfHungUp(error);
  const failure = toFailure(error);
  // The handlers that restore the screen are registered earlier, so they run first.
  process.on('exit', () => writeFailure(failure, tokens));
  process.exit(exitOf(failure));
}

/** Reports the error that a command threw, with a suggestion for a mistyped word, and sets the exit status. */
export function report(error: unknown, { id, tokens }: OwnLine, known: KnownCommands): void {
  endIfHungUp(error);
  const failure = withSuggestion(toFailure(error), id, known);
  writeFailure(failure, tokens);
  process.exitCode = exitOf(failure) ?? EXIT.Failed;
}
