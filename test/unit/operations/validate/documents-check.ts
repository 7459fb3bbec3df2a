import { FileChecker } from '../../../../src/operations/validate/check-file.js';
import type { DocumentRules } from '../../../../src/operations/validate/documents.js';
import { Validation, type Counts, type FileRemark } from '../../../../src/operations/validate/validation.js';

/** A document with nothing wrong. */
export const GOOD = `apiVersion: skupper.io/v2alpha1
kind: MultiKeyListener
metadata:
  name: web
spec:
  host: web
  port: 8080
  strategy:
    weighted:
      routingKeys:
        east: 3
        west: 1
`;

export interface Checked {
  remarks: FileRemark[];
  counts: Counts;
  places: string[];
}

/** Judges one text, or several as files f1, f2, …; a place is `line:column [severity] field [rule]`. */
export async function check(
  texts: string | string[],
  rules: Partial<DocumentRules> = {},
  named = true,
): Promise<Checked> {
  const remarks: FileRemark[] = [];
  const validation = new Validation((remark) => remarks.push(remark));
  const checker = new FileChecker({ family: 'kubernetes', namespace: undefined, ...rules }, validation, {
    pause: async () => {},
  });
  const all = [texts].flat();
  for (const [index, text] of all.entries()) {
    await checker.check({ file: all.length === 1 ? 'f' : `f${index + 1}`, named, text });
  }
  const places = remarks.map(({ file, line, column, field, rule, severity }) => {
    const what = [severity === 'error' ? '' : severity, field, rule ?? ''].filter(Boolean).join(' ');
    return `${file === 'f' ? '' : `${file}:`}${line}:${column} ${what}`.trim();
  });
  return { remarks, counts: validation.counts, places };
}

/** The good document without that line. */
export const without = (line: string): string => GOOD.replace(`${line}\n`, '');
/** The good document with one part replaced. */
export const instead = (old: string, text: string): string => {
  expect(GOOD).toContain(old);
  return GOOD.replace(old, text);
};
/** A List of these documents. */
export const list = (...items: string[]): string =>
  `apiVersion: v1\nkind: List\nitems:\n${items.map((item) => `- ${item.trimEnd().replaceAll('\n', '\n  ')}\n`).join('')}`;
