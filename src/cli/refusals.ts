import { Failure } from '../model/failure.js';
import { ownCommand } from '../model/own-command.js';
import type { Summary } from '../model/summary.js';
import { KIND } from '../model/resource.js';
import { counted, shellWord } from '../model/text.js';
import type { CheckReport } from '../operations/check.js';
import { checkSummary } from '../view/check.js';

/** A resource that is not Ready; `context` is set with several clusters. */
export type Unready = Pick<Summary, 'name' | 'namespace' | 'state' | 'message'> & { context?: string };

/** Throws `not-ready` if there are rows that are not Ready, for --exit-code; `count` is the number of all rows. */
export function refuseUnlessReady(rows: readonly Unready[], count: number): void {
  const [first] = rows;
  if (!first) return;
  const { name, namespace, context } = first;
  throw new Failure(
    'not-ready',
    `${rows.length} of ${counted(count, KIND)} ${rows.length === 1 ? 'is' : 'are'} not Ready`,
    {
      causes: rows.map(({ context, name, state, message }) => ({
        field: context === undefined ? name : `${context}/${name}`,
        message: [state, message].filter(Boolean).join(': '),
      })),
      hint: `See details with: ${ownCommand(`inspect ${shellWord(name)}`, { namespace, context })}`,
    },
  );
}

/** Throws `check-failed` if the report has an error or, with --strict, a warning. */
export function refuseProblems(report: CheckReport, strict: boolean): void {
  if (report.errors === 0 && !(strict && report.warnings > 0)) return;
  throw new Failure('check-failed', `check found ${checkSummary(report)}`);
}
