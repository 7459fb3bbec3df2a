import { Failure } from '../../model/failure.js';
import type { Work } from '../../operations/write/work.js';
import { renderDiff } from '../../view/diff.js';
import { dataFormat } from '../../view/formats.js';
import type { Context } from '../context.js';

/** Prints the differences of all writes: to stdout, or to stderr if -o asks for data. Returns true if there are any. */
export function showDiffs(context: Context, work: readonly Work[], output: string | undefined): boolean {
  const target = dataFormat(output) ? context.io.err : context.io.out;
  const lines = work.flatMap((each) =>
    each.way === 'unchanged' || each.way === 'delete'
      ? []
      : renderDiff(each.way === 'create' ? undefined : each.before, each.after, target.style),
  );
  target.lines(lines);
  return lines.length > 0;
}

/** The failure of a dry run with --diff that found a difference; thrown after the resources are printed. */
export function wouldChange(what: string): Failure {
  return new Failure('difference', what, { hint: 'Nothing was written (dry run).' });
}
