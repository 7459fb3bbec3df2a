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

/** Says a failure on stderr: one line of JSON with -o json, sentences otherwise. */
function say(failure: Failure, tokens: readonly Token[]): void {
  const { env } = process;
  const stderr = standardError();
  const write = (text: string): void => stderr.write(withoutSecrets(text));
  if (wantsJson(tokens)) write(failureDocument(failure, reasonOf(failure), exitOf(failure)));
  // A person who pressed Ctrl-C knows; only what is left open needs more words.
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

/** An error that nobody caught: Node would print it as it is, with all that hangs on it. */
export function endAtOnce(error: unknown, tokens: readonly Token[]): never {
  endIfHungUp(error);
  const failure = toFailure(error);
  // After what puts the screen back.
  process.on('exit', () => say(failure, tokens));
  process.exit(exitOf(failure));
}

/** Says what a command threw, with what was probably meant, and sets the exit status. */
export function report(error: unknown, { id, tokens }: OwnLine, known: KnownCommands): void {
  endIfHungUp(error);
  const failure = withSuggestion(toFailure(error), id, known);
  say(failure, tokens);
  process.exitCode = exitOf(failure) ?? EXIT.Failed;
}
