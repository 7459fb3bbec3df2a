import { LineIndex } from '../../../yaml/lines.js';
import { readDocument, type DocumentReading } from '../../../yaml/read.js';
import { splitDocuments, splitJsonValues } from '../../../yaml/split.js';

/** A mapping of a kubeconfig, not checked yet. */
export type Raw = Record<string, unknown>;

export const isRecord = (value: unknown): value is Raw =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** A scalar as text; undefined if it is absent, null or empty. */
export const text = (value: unknown): string | undefined =>
  value === undefined || value === null || value === '' ? undefined : String(value);

/** The used document of a kubeconfig. `offset` is its start in the whole text, in UTF-16 code units. */
export interface Kubeconfig extends DocumentReading {
  text: string;
  offset: number;
}

/**
 * Parses a kubeconfig as Go's readers do: the first document that is not empty is used, the rest of the text is ignored, and the
 * last of duplicate keys wins.
 *
 * @returns undefined for a text that is empty or has only comments
 * @throws Error with the position of a syntax error, without a quotation of the text
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

/** The message of a syntax error. It has only the position and the kind of the mistake, because the text may be a password. */
function whyNoYaml(text: string, offset: number, kind: string): string {
  const { line, column } = new LineIndex(text).place(offset);
  return `it is not valid YAML in line ${line}, column ${column}${/^[a-z ,'-]+$/i.test(kind) ? `: ${kind}` : ''}`;
}
