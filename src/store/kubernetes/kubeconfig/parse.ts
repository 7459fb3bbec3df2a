import { LineIndex } from '../../../yaml/lines.js';
import { readDocument, type DocumentReading } from '../../../yaml/read.js';
import { splitDocuments, splitJsonValues } from '../../../yaml/split.js';

/** A mapping as it stands in a kubeconfig. */
export type Raw = Record<string, unknown>;

export const isRecord = (value: unknown): value is Raw =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** A scalar as text; undefined for what is absent or empty. */
export const text = (value: unknown): string | undefined =>
  value === undefined || value === null || value === '' ? undefined : String(value);

/** The document of a kubeconfig that counts. `offset` is where it starts in the text, in UTF-16 units. */
export interface Kubeconfig extends DocumentReading {
  text: string;
  offset: number;
}

/**
 * Reads a kubeconfig as Go's readers do: the first document that holds something counts, nothing after it is looked at, and of
 * a key given twice the last one counts.
 *
 * @returns undefined for a text without any document: empty, or comments only
 * @throws Error that says where the text is not YAML, without quoting it
 */
export function parseKubeconfig(text: string): Kubeconfig | undefined {
  for (const document of splitDocuments(text)) {
    const chunk = splitJsonValues(document)[0] ?? document;
    const reading = readDocument(chunk.text);
    const [fault] = reading.faults;
    if (fault) throw new Error(whyNoYaml(text, chunk.offset + fault.offset, fault.message));
    if (reading.value !== undefined && reading.value !== null) return { ...reading, ...chunk };
  }
  return undefined;
}

/** What a reader stumbles over may be a password: only the place and the kind of the mistake are told. */
function whyNoYaml(text: string, offset: number, kind: string): string {
  const { line, column } = new LineIndex(text).place(offset);
  return `it is not valid YAML in line ${line}, column ${column}${/^[a-z ,'-]+$/i.test(kind) ? `: ${kind}` : ''}`;
}
