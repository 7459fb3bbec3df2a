import { confirm as inquirerConfirm, input } from '@inquirer/prompts';
import type { Io } from './io.js';

export interface Question {
  message: string;
  default?: string;
  /** What is wrong with an answer, or undefined. */
  problem(answer: string): string | undefined;
}

/** Asks on stderr, so that stdout stays data. Ctrl-C rejects with the library's ExitPromptError (exit 130). */
export async function ask(io: Io, question: Question): Promise<string> {
  return input(
    { message: question.message, default: question.default, validate: (answer) => question.problem(answer) ?? true },
    { input: io.stdin, output: process.stderr, clearPromptOnDone: false },
  );
}

/** A yes-or-no question, no by default. */
export async function confirm(io: Io, message: string): Promise<boolean> {
  return inquirerConfirm({ message, default: false }, { input: io.stdin, output: process.stderr });
}
