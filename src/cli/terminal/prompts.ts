import checkbox from '@inquirer/checkbox';
import inquirerConfirm from '@inquirer/confirm';
import input from '@inquirer/input';
import select from '@inquirer/select';
import { escapeText } from '../../view/text.js';
import type { Io } from './io.js';

export interface Question {
  message: string;
  default?: string;
  /** Returns the error of an invalid answer, or undefined. */
  problem(answer: string): string | undefined;
}

/** One option of a list: the value, which is also shown, and an explanation in parentheses. */
export interface Choice {
  value: string;
  about?: string;
}

/** Prompts are on stderr, because stdout is for data. After Ctrl-C they reject with the library's ExitPromptError (exit 130). */
const streams = (io: Io): { input: NodeJS.ReadStream; output: NodeJS.WriteStream } => ({
  input: io.stdin,
  output: process.stderr,
});

const shown = ({ value, about }: Choice): { value: string; name: string; short: string } => {
  const name = escapeText(value);
  return { value, name: about === undefined ? name : `${name} (${escapeText(about)})`, short: name };
};

/** Prompts for a text. */
export async function ask(io: Io, question: Question): Promise<string> {
  return input(
    {
      message: escapeText(question.message),
      default: question.default,
      // Pasted text can contain control characters.
      transformer: escapeText,
      validate: (answer) => {
        const problem = question.problem(answer);
        return problem === undefined || escapeText(problem);
      },
    },
    { ...streams(io), clearPromptOnDone: false },
  );
}

/** Asks a yes-or-no question; the default is no. */
export async function confirm(io: Io, message: string): Promise<boolean> {
  return inquirerConfirm({ message: escapeText(message), default: false }, streams(io));
}

/** Prompts for one of several values. */
export async function choose(io: Io, message: string, choices: readonly Choice[]): Promise<string> {
  return select({ message: escapeText(message), choices: choices.map(shown) }, streams(io));
}

/** Prompts for any number of values, including none. */
export async function chooseMany(io: Io, message: string, choices: readonly Choice[]): Promise<string[]> {
  return checkbox({ message: escapeText(message), choices: choices.map(shown), loop: false }, streams(io));
}
