import type { CheckReport, ResourceFinding } from '../operations/check.js';
import { renderColumns, type Column } from './columns.js';
import { signsFor, type Style } from './style.js';
import { escapeText, pad, widthOf, wrap } from './text.js';
import { counted } from '../model/text.js';

/** The version of the document below: it changes when a field is removed or changes its meaning. */
export const CHECK_SCHEMA_VERSION = 1;

/** The least width of a message; in less it would wrap after every word. */
const LEAST_TEXT = 40;

/** "2 errors, 1 warning in 14 resources": the headline of a check. */
export function checkSummary({ errors, warnings, diagnoses }: CheckReport): string {
  const found = [
    ...(errors > 0 ? [counted(errors, 'error')] : []),
    ...(warnings > 0 ? [counted(warnings, 'warning')] : []),
  ];
  return `${found.join(', ') || 'no problems'} in ${counted(diagnoses.length, 'resource')}`;
}

function plainColumns({ contexts, namespaces }: CheckOptions): Column<ResourceFinding>[] {
  return [
    ...(contexts ? [{ header: 'CONTEXT', value: ({ context = '-' }: ResourceFinding) => context }] : []),
    { header: 'SEVERITY', value: ({ finding }) => finding.severity },
    ...(namespaces ? [{ header: 'NAMESPACE', value: ({ namespace }: ResourceFinding) => namespace || '-' }] : []),
    { header: 'NAME', value: ({ name }) => name || '-' },
    { header: 'FINDING', value: ({ finding }) => finding.code },
    { header: 'MESSAGE', value: ({ finding }) => finding.message },
  ];
}

export interface CheckOptions {
  /** Show the context of each resource. */
  contexts?: boolean;
  /** Show the namespace of each resource. */
  namespaces: boolean;
  headers: boolean;
}

/** Renders the findings: on a terminal each with its next step below it, in a pipe one row per finding. */
export function renderCheck(report: CheckReport, style: Style, options: CheckOptions): string[] {
  const { findings } = report;
  if (!style.terminal) {
    if (findings.length === 0) return [];
    return renderColumns(plainColumns(options), findings, { headers: options.headers });
  }
  const nameOf = ({ context = '', namespace, name }: ResourceFinding): string =>
    escapeText([context, options.namespaces ? namespace : '', name].filter((part) => part !== '').join('/'));
  const widest = (texts: readonly string[]): number => texts.reduce((most, text) => Math.max(most, widthOf(text)), 0);
  const names = widest(findings.map(nameOf));
  const codes = widest(findings.map(({ finding }) => finding.code));
  const beside = 2 + names + 2 + codes + 2;
  // On a narrow terminal the message goes below the name and the code.
  const below = style.width - beside < LEAST_TEXT;
  const indent = below ? 4 : beside;
  const room = Math.max(LEAST_TEXT, style.width - indent);
  const lines = findings.flatMap((each) => {
    const { severity, code, message, hint } = each.finding;
    const colour = severity === 'error' ? style.bad : style.warn;
    const sign = severity === 'error' ? signsFor(style).error : '!';
    const head = `${colour(sign)} ${style.bold(pad(nameOf(each), names))}  ${colour(below ? code : pad(code, codes))}`;
    const text = wrap(escapeText(message), room);
    const next = wrap(escapeText(hint), room).map((line) => ' '.repeat(indent) + style.dim(line));
    const [first = '', ...more] = text;
    const rest = (below ? text : more).map((line) => ' '.repeat(indent) + line);
    return [below ? head : `${head}  ${first}`, ...rest, ...next];
  });
  return [checkSummary(report), ...(lines.length > 0 ? ['', ...lines] : [])];
}

/** The stable document that `check -o json` prints (docs/schemas/check.schema.json). */
export function checkDocument({ diagnoses, errors, warnings, notes }: CheckReport): object {
  return {
    schemaVersion: CHECK_SCHEMA_VERSION,
    counts: { resources: diagnoses.length, errors, warnings },
    resources: diagnoses.map(({ resource: { metadata }, verdict, findings }) => ({
      namespace: metadata.namespace ?? null,
      name: metadata.name,
      verdict,
      findings,
    })),
    notes,
  };
}
