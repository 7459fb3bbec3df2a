import type { Failure } from '../model/failure.js';
import { jsonText } from '../model/text.js';
import type { Style } from './style.js';
import { escapeLines, escapeText } from './text.js';

/** Problems beyond this many are counted, not listed. */
const MOST_CAUSES = 50;

/** The line that names the resources written before the failure; none if nothing was written. */
export function writtenLines({ written }: Failure): string[] {
  if (written.length === 0) return [];
  const [is, stays] = written.length === 1 ? ['was', 'stays'] : ['were', 'stay'];
  return [`${escapeText(written.join(', '))} ${is} written and ${stays}.`];
}

/** Renders an error for a terminal or stderr: the message, the causes with their fields, the next step. */
export function renderFailure(failure: Failure, style: Style): string[] {
  const causes = failure.causes.slice(0, MOST_CAUSES).map(({ field, message }) => {
    return `  ${field ? `${escapeText(field)}: ` : ''}${escapeText(message)}`;
  });
  const more = failure.causes.length - causes.length;
  return [
    `${style.bad('Error:')} ${escapeText(failure.message)}`,
    ...causes,
    ...(more > 0 ? [`  … and ${more} more`] : []),
    ...writtenLines(failure),
    ...(failure.hint ? escapeLines(failure.hint).split('\n') : []),
  ];
}

/** Renders an error as one line of JSON (docs/exit-status.md). */
export function failureDocument(failure: Failure, reason: string, exitCode: number): string {
  const error = {
    code: failure.code,
    reason,
    message: failure.message,
    causes: failure.causes.map(({ field, message, rule }) => ({ field, message, ...(rule ? { rule } : {}) })),
    hint: failure.hint ?? '',
    ...(failure.written.length > 0 ? { written: failure.written } : {}),
    exitCode,
  };
  return `${jsonText({ error })}\n`;
}
