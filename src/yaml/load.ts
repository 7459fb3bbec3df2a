import { CORE_SCHEMA, FAILSAFE_SCHEMA, Type, YAMLException, loadAll, types, type Schema } from 'js-yaml';

import { Failure } from '../model/failure.js';
import { changesType } from './plain.js';
import { Verbatim } from './verbatim.js';

declare module 'js-yaml' {
  /** The types of the core schema, which the published types leave out. */
  export const types: Readonly<Record<'null' | 'bool' | 'int' | 'float', Type>>;
}

/** Nodes of all documents with aliases expanded: far above any manifest, far below what fills the memory. */
const MAX_NODES = 1_000_000;
/** As deep as js-yaml itself goes; aliases may nest deeper than the text does. */
const MAX_DEPTH = 100;

/** `<<` without quotes merges maps. */
export const MERGE = new Type('tag:yaml.org,2002:merge', { kind: 'scalar', resolve: (text: unknown) => text === '<<' });
const SCHEMA = CORE_SCHEMA.extend({ implicit: [MERGE] });

/** Every scalar without quotes that is written otherwise than it would be written again stays its text. */
const verbatim = new Type('!verbatim', {
  kind: 'scalar',
  resolve: (text: unknown) => typeof text === 'string' && changesType(text) && !/^(?:true|false|null|<<)$/.test(text),
  construct: (text: string) => (String(Number(text)) === text ? Number(text) : new Verbatim(text)),
});
const VERBATIM = FAILSAFE_SCHEMA.extend({
  implicit: [verbatim, types.null, types.bool, types.int, types.float, MERGE],
});

export interface LoadOptions {
  /** What the text is, for messages: a file name. */
  what?: string;
  /** Numbers and words that readers take for different things, or may round, become a Verbatim each. */
  verbatim?: boolean;
}

/**
 * All documents of a YAML or JSON text, in order, without the empty ones.
 * YAML 1.2 core schema with merge keys; dates stay strings. The result is
 * JSON-like data; an own `__proto__` key is an ordinary key of its map.
 *
 * @throws Failure `bad-file`: no YAML (with line and column), a key twice in a
 * map, a NUL, UTF-16, nesting or alias expansion beyond the bounds above.
 */
export function loadYaml(text: string, options: LoadOptions = {}): unknown[] {
  const what = options.what ?? 'the input';
  refuseOtherEncodings(text, what);
  const documents = parse(text, what, options.verbatim ? VERBATIM : SCHEMA).filter(
    (document) => document !== null && document !== undefined,
  );
  refuseExcess(documents, what);
  return documents;
}

function refuseOtherEncodings(text: string, what: string): void {
  // A UTF-16 byte order mark that was read as UTF-8 becomes two replacement characters.
  if (/^(?:\uFFFD\uFFFD|\uFFFE)/.test(text)) {
    throw new Failure('bad-file', `${what} is not UTF-8 but looks like UTF-16`, { hint: 'save the file as UTF-8' });
  }
}

function parse(text: string, what: string, schema: Schema): unknown[] {
  try {
    return loadAll(text, null, { schema });
  } catch (error) {
    const problem = `${what} is not valid ${languageOf(what)}`;
    if (!(error instanceof YAMLException)) throw new Failure('bad-file', problem, { cause: error });
    throw new Failure('bad-file', `${problem}: ${place(error)}${error.reason}`, { cause: error });
  }
}

/** What a file of that name should hold. */
export function languageOf(name: string): 'JSON' | 'YAML' {
  return /\.json$/i.test(name) ? 'JSON' : 'YAML';
}

function place(error: YAMLException): string {
  // An exception without a mark has no place; the types do not say so.
  const mark = error.mark as YAMLException['mark'] | undefined;
  return mark === undefined ? '' : `line ${mark.line + 1}, column ${mark.column + 1}: `;
}

/**
 * Walks every node once for each way to it, so that an alias bomb is met here and not by whoever reads the data.
 * Throws `bad-file` beyond the bounds.
 */
export function refuseExcess(documents: unknown[], what: string): void {
  const open = documents.map((value) => ({ value, depth: 0 }));
  let nodes = 0;
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (typeof node.value !== 'object' || node.value === null) continue;
    const depth = node.depth + 1;
    if (depth > MAX_DEPTH) {
      throw new Failure('bad-file', `${what} is nested more than ${MAX_DEPTH} levels deep`);
    }
    const members = Object.values(node.value);
    nodes += members.length;
    if (nodes > MAX_NODES) {
      throw new Failure('bad-file', `${what} expands to more than ${MAX_NODES.toLocaleString('en')} nodes`);
    }
    for (const value of members) open.push({ value, depth });
  }
}
