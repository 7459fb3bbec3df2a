import { Chalk } from 'chalk';
import type { Style } from '../../view/style.js';

type Paints = Pick<Style, 'good' | 'warn' | 'bad' | 'dim' | 'bold' | 'strike'>;

/** The functions that colour text, for a level of `colourLevel`. This file is the only one that imports chalk. */
export function paints(level: 0 | 1 | 2 | 3): Paints {
  const chalk = new Chalk({ level });
  return {
    good: (text) => chalk.green(text),
    warn: (text) => chalk.yellow(text),
    bad: (text) => chalk.red(text),
    dim: (text) => chalk.dim(text),
    bold: (text) => chalk.bold(text),
    strike: (text) => chalk.dim.strikethrough(text),
  };
}
