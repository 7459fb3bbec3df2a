import type { Counts, FileRemark } from '../operations/validate/validation.js';
import type { Style } from './style.js';
import { escapeText } from './text.js';
import { counted } from '../model/text.js';

/** The formats of `validate -o`; without -o the remarks are written as lines of text. */
export const VALIDATE_FORMATS: readonly { name: string; about: string }[] = [
  { name: 'json', about: 'one document with every problem (docs/schemas/validate.schema.json)' },
  { name: 'github', about: 'workflow annotations of GitHub Actions' },
];

/** The position of a remark: `deploy/web.yaml:7:9`, or only the file. */
export function remarkPlace({ file, line, column }: FileRemark): string {
  const name = file === '-' ? 'standard input' : file;
  return line === undefined ? name : `${name}:${line}:${column ?? 1}`;
}

/** `deploy/web.yaml:7:9: spec.port: must be …`; a warning or notice says so after the position. */
export function remarkLine(remark: FileRemark, style: Style): string {
  const { field, message, severity } = remark;
  const kind = severity === 'error' ? '' : `${severity === 'warning' ? style.warn('warning:') : style.dim('notice:')} `;
  const place = style.bold(`${escapeText(remarkPlace(remark))}:`);
  return `${place} ${kind}${field ? `${escapeText(field)}: ` : ''}${escapeText(message)}`;
}

/** `3 documents in 2 files: 1 invalid (4 problems), 7 of other kinds skipped`. */
export function summaryLine(counts: Counts, omitted: number): string {
  const { documents, files, valid, invalid, unreadable, empty, skipped, errors, warnings, notices } = counts;
  const all = documents === 0 || valid < documents ? '' : 'all valid';
  const parts = [
    invalid > 0 ? `${invalid} invalid` : all,
    unreadable > 0 ? `${counted(unreadable, 'file')} unreadable` : '',
  ].filter(Boolean);
  if (errors > 0) parts.push(`${parts.pop() ?? ''} (${counted(errors, 'problem')})`.trim());
  if (warnings > 0) parts.push(counted(warnings, 'warning'));
  if (notices > 0) parts.push(counted(notices, 'notice'));
  if (skipped > 0) parts.push(`${skipped} of other kinds skipped`);
  if (empty > 0) parts.push(`${counted(empty, 'file')} without documents`);
  if (omitted > 0) parts.push(`${omitted} not listed`);
  const what = `${counted(documents, 'document')} in ${counted(files, 'file')}`;
  return parts.length > 0 ? `${what}: ${parts.join(', ')}` : what;
}

/** The document of `-o json` (docs/schemas/validate.schema.json). Unknown values are null. */
export function validateDocument(remarks: readonly FileRemark[], counts: Counts, omitted: number): object {
  return {
    schemaVersion: 1,
    counts,
    omitted,
    problems: remarks.map(({ file, line, column, document, resource, field, message, rule, severity }) => ({
      file,
      line: line ?? null,
      column: column ?? null,
      document: document ?? null,
      resource: resource ?? null,
      field,
      message,
      rule: rule ?? null,
      severity,
    })),
  };
}

/** Escapes the message of a GitHub workflow command, as `escapeData` in GitHub's actions/toolkit does. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** `::error file=deploy/web.yaml,line=7,col=9::spec.port: must be …`: GitHub shows it at that line. */
export function annotation({ file, line, column, field, message, severity }: FileRemark): string {
  const properties = Object.entries({ file: file === '-' ? undefined : file, line, col: column }).flatMap(
    ([name, value]) => (value === undefined ? [] : [`${name}=${property(escapeText(String(value)))}`]),
  );
  const where = properties.length > 0 ? ` ${properties.join(',')}` : '';
  const text = field ? `${field}: ${message}` : message;
  return `::${severity}${where}::${data(escapeText(text))}`;
}
