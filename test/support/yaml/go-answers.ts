import { readFileSync } from 'node:fs';
import type { Form } from './suite.js';

/** What Go's reader makes of a stream: the documents that are not null, or null where it refuses the stream. */
export type GoAnswer = readonly unknown[] | null;

/**
 * Answers of Go's reader, recorded so that the tests need no Go. A program of a few lines gave each text to
 * `NewYAMLOrJSONDecoder` of k8s.io/apimachinery 0.34.4 (sigs.k8s.io/yaml 1.6.0), as kubectl does with a file after `-f`, decoded
 * every document into a `RawExtension`, dropped those that are null, and wrote the rest as JSON, or null for an error.
 */
export interface GoAnswers {
  /** By the id of the text in the suite. */
  suite: Record<string, GoAnswer>;
  /** The annotation `note` of a manifest with the text of the suite; null where Go refuses the manifest. By form and id. */
  annotations: Record<Form, Record<string, { note: unknown } | null>>;
  /**
   * Texts of the suite (MIT licence, as the package that has them) with some characters changed, and some that once were read
   * otherwise than Go reads them.
   */
  changed: [text: string, answer: GoAnswer][];
}

export const GO_ANSWERS = JSON.parse(readFileSync(new URL('go-answers.json', import.meta.url), 'utf8')) as GoAnswers;
