import { randomUUID } from 'node:crypto';

import { dumpYaml } from '../../../yaml/dump.js';
import { loadYaml } from '../../../yaml/load.js';
import { splitDocuments } from '../../../yaml/split.js';
import { Verbatim } from '../../../yaml/verbatim.js';

export type Data = Record<string, unknown>;

export function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An own member of a map. Undefined if it does not exist or the value is not a map. */
export function member(value: unknown, name: string): unknown {
  return isData(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** A copy without some of its members. */
export function without(data: object, ...names: string[]): Data {
  return Object.fromEntries(Object.entries(data).filter(([name]) => !names.includes(name)));
}

/**
 * One document of a file with its text, including the separator line. The text is kept because a change of one document must not
 * touch the others: their comments stay, and so do scalars that YAML 1.1 (Skupper) and YAML 1.2 read differently.
 */
export interface Document {
  text: string;
  /** The parsed data; undefined for a document that is empty or has only comments. */
  value: unknown;
}

const SEPARATOR = /^---(?:\s|$)/;
const BARE_SEPARATOR = /^---[ \t]*\r?(?:\n|$)/;

/**
 * Parses the documents of a file, in order. Their texts joined together are the file's text.
 *
 * @param what name of the file in messages
 * @throws Failure `bad-file`, see loadYaml
 */
export function parseDocuments(text: string, what: string): Document[] {
  let line = 0;
  return [...splitDocuments(text)].map(({ text: part, after }) => {
    const values = loadPart(part, line, what);
    // A document after `...` is refused. Reading the whole file throws that error with the line number in the file.
    if (after && values.length > 0) loadYaml(text, { what });
    line += part.split('\n').length - 1;
    return { text: part, value: values[0] };
  });
}

function loadPart(part: string, line: number, what: string): unknown[] {
  try {
    return loadYaml(part, { what });
  } catch {
    // The document failed. Blank lines before it make the parser report the line number in the file.
    return loadYaml('\n'.repeat(line) + part, { what });
  }
}

/**
 * Builds the text of a file after a change. Documents that are not in `changes` keep their text exactly.
 *
 * @param changes the new value by document; undefined removes the document
 * @param json the file is a `.json` file, so that a single document is written as JSON
 * @returns undefined if no document is left
 */
export function rewrite(
  documents: readonly Document[],
  changes: ReadonlyMap<Document, Data | undefined>,
  json = false,
): string | undefined {
  const kept = documents.filter((document) => !changes.has(document) || changes.get(document) !== undefined);
  if (kept.every((document) => document.value === undefined)) return undefined;
  const parts: string[] = [];
  for (const document of kept) {
    const value = changes.get(document);
    const part = value === undefined ? document.text : written(document, value, json && documents.length === 1);
    const last = parts.at(-1);
    // Skupper reads nothing between `...` and the next separator.
    parts.push(last === undefined || SEPARATOR.test(part) ? part : `---\n${part}`);
  }
  return parts.join('');
}

function written(document: Document, value: Data, json: boolean): string {
  const [exact] = loadYaml(document.text, { verbatim: true });
  const kept = withTexts(value, document.value, exact);
  if (json) return jsonOf(kept);
  return `${BARE_SEPARATOR.test(document.text) ? '---\n' : ''}${dumpYaml(kept)}`;
}

/**
 * Replaces each unchanged scalar by its exact text (Verbatim), because JavaScript may round a number and YAML readers read some
 * words differently.
 *
 * @param now the new value
 * @param before the value as it was read
 * @param exact the value as `loadYaml` reads it with `verbatim`
 */
function withTexts(now: unknown, before: unknown, exact: unknown): unknown {
  if (exact instanceof Verbatim) return Object.is(now, before) ? exact : now;
  if (Array.isArray(now)) {
    if (!Array.isArray(before) || !Array.isArray(exact)) return now;
    return now.map((item, index) => withTexts(item, before[index], exact[index]));
  }
  if (!isData(now) || !isData(before) || !isData(exact)) return now;
  return Object.fromEntries(
    Object.entries(now).map(([key, item]) => [key, withTexts(item, member(before, key), member(exact, key))]),
  );
}

/** JSON.stringify, but with the exact text of each Verbatim. */
function jsonOf(value: unknown): string {
  const texts: string[] = [];
  const mark = `verbatim ${randomUUID()} `;
  const text = JSON.stringify(
    value,
    (_key, item: unknown) => (item instanceof Verbatim ? `${mark}${texts.push(String(item)) - 1}` : item),
    2,
  );
  return `${text.replace(new RegExp(`"${mark}([0-9]+)"`, 'g'), (_all, index) => texts[Number(index)] ?? '')}\n`;
}
