import { FAILSAFE_SCHEMA, Type, YAMLException, loadAll } from 'js-yaml';

import { Failure } from '../model/failure.js';
import { refuseExcess } from './excess.js';
import { LineIndex } from './lines.js';
import { changesType } from './plain.js';
import { readStrictly } from './read.js';
import { GO_TYPES } from './schema.js';
import { faultOf, splitDocuments } from './split.js';
import { Verbatim } from './verbatim.js';

/** Keeps the text of a scalar without quotes if its value would be written differently, such as `0x10` or `1.0`. */
const verbatim = new Type('!verbatim', {
  kind: 'scalar',
  resolve: (text: unknown) => typeof text === 'string' && changesType(text) && !/^(?:true|false|null|<<)$/.test(text),
  construct: (text: string) => (String(Number(text)) === text ? Number(text) : new Verbatim(text)),
});
const VERBATIM = FAILSAFE_SCHEMA.extend({ implicit: [verbatim, ...GO_TYPES] });

export interface LoadOptions {
  /** Name of the text in messages, usually the file name. Default: "the input". */
  what?: string;
  /** Returns numbers and words that YAML readers read differently, or may round, as Verbatim instead of as values. */
  verbatim?: boolean;
}

/**
 * Parses all documents of a YAML or JSON text as Go's sigs.k8s.io/yaml does; dates stay strings.
 *
 * @returns JSON-like data, one member for each document that is not empty, in order; a key `__proto__` is an ordinary own key
 * @throws Failure `bad-file` for invalid YAML and text that Go's reader refuses or reads differently (both with line and column),
 * for a duplicate key in a map, a NUL character, UTF-16, and for more nodes or deeper nesting than excess.ts allows
 */
export function loadYaml(text: string, options: LoadOptions = {}): unknown[] {
  const what = options.what ?? 'the input';
  refuseOtherEncodings(text, what);
  const documents = (options.verbatim ? parse(text, what) : [...read(text, what)]).filter(
    (document) => document !== null && document !== undefined,
  );
  refuseExcess(documents, what);
  return documents;
}

function* read(text: string, what: string): Generator<unknown> {
  for (const chunk of splitDocuments(text)) {
    const { value, faults } = readStrictly(chunk.text);
    const fault = faultOf(chunk, value !== undefined) ?? faults[0];
    if (fault?.kind === 'excess') throw new Failure('bad-file', fault.message.replace(/^the document/, what));
    if (fault) {
      const { line, column } = new LineIndex(text).place(chunk.offset + fault.offset);
      throw new Failure(
        'bad-file',
        `${what} is not valid ${languageOf(what)}: line ${line}, column ${column}: ${fault.message}`,
      );
    }
    yield value;
  }
}

function refuseOtherEncodings(text: string, what: string): void {
  // A UTF-16 byte order mark decoded as UTF-8 becomes two replacement characters.
  if (/^(?:\uFFFD\uFFFD|\uFFFE)/.test(text)) {
    throw new Failure('bad-file', `${what} is not UTF-8 but looks like UTF-16`, { hint: 'Save the file as UTF-8.' });
  }
}

function parse(text: string, what: string): unknown[] {
  try {
    // All keys that are Verbatim become one key, so `json` allows it several times. The first reading refuses real duplicates.
    return loadAll(text, null, { schema: VERBATIM, json: true });
  } catch (error) {
    const problem = `${what} is not valid ${languageOf(what)}`;
    if (!(error instanceof YAMLException)) throw new Failure('bad-file', problem, { cause: error });
    throw new Failure('bad-file', `${problem}: ${positionIn(error)}${error.reason}`, { cause: error });
  }
}

/** The language to name in messages about a file, from its extension. */
export function languageOf(name: string): 'JSON' | 'YAML' {
  return /\.json$/i.test(name) ? 'JSON' : 'YAML';
}

function positionIn(error: YAMLException): string {
  // `mark` can be undefined, although the types say otherwise.
  const mark = error.mark as YAMLException['mark'] | undefined;
  return mark === undefined ? '' : `line ${mark.line + 1}, column ${mark.column + 1}: `;
}
