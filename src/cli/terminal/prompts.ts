import checkbox from '@inquirer/checkbox';
import inquirerConfirm from '@inquirer/confirm';
import input from '@inquirer/input';
import select from '@inquirer/select';
import { escapeText } from '../../view/text.js';
import type { Io } from './io.js';

export interface Question {
  message: string;
  default?: string;
  /** What is wrong with an answer, or undefined. */
  problem(answer: string): string | undefined;
}

/** Something to choose: its name is shown, with what is said about it. */
export interface Choice {
  value: string;
  about?: string;
}

/** All is asked on stderr, so that stdout stays data. Ctrl-C rejects with the library's ExitPromptError (exit 130). */
const streams = (io: Io): { input: NodeJS.ReadStream; output: NodeJS.WriteStream } => ({
  input: io.stdin,
  output: process.stderr,
});

const shown = ({ value, about }: Choice): { value: string; name: string; short: string } => {
  const name = escapeText(value);
  return { value, name: about === undefined ? name : `${name} (${escapeText(about)})`, short: name };
};

/** A text. */
export async function ask(io: Io, question: Question): Promise<string> {
  return input(
    {
      message: escapeText(question.message),
      default: question.default,
      // What is typed may have been pasted from anywhere.
      transformer: escapeText,
      validate: (answer) => {
        const problem = question.problem(answer);
        return problem === undefined || escapeText(problem);
      },
    },
    { ...streams(io), clearPromptOnDone: false },
  );
}

/** A yes-or-no question, no by default. */
export async function confirm(io: Io, message: string): Promise<boolean> {
  return inquirerConfirm({ message: escapeText(message), default: false }, streams(io));
}

/** One of several. */
export async function choose(io: Io, message: string, choices: readonly Choice[]): Promise<string> {
  return select({ message: escapeText(message), choices: choices.map(shown) }, streams(io));
}

/** Any of several, perhaps none. */
export async function chooseMany(io: Io, message: string, choices: readonly Choice[]): Promise<string[]> {
  return checkbox({ message: escapeText(message), choices: choices.map(shown), loop: false }, streams(io));
}
