import type { Findings } from '../../findings/findings.js';
import type { Outcome } from '../../operations/write/work.js';
import type { Context } from '../context.js';

/** Prints results and notices; `BaseCommand` implements it. */
export interface Narrator {
  notice(context: Context, text: string): void;
  warning(context: Context, text: string): void;
  warnAbout(context: Context, findings: Findings): void;
  done(context: Context, name: string, outcome: Outcome, options: { dryRun: boolean; output?: string }): void;
}
