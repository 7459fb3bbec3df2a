import { Type, YAMLException, loadAll, type EventType, type Schema, type State } from 'js-yaml';
import { Failure, isFailure } from '../model/failure.js';
import { refuseExcess } from './excess.js';
import { disagreementOf } from './go-reader.js';
import { contentAfter, tagOf, type YamlNode } from './node.js';
import { GO_SCHEMA } from './schema.js';
import { isJson, type Fault } from './split.js';

export type { Fault } from './split.js';
export type { YamlNode } from './node.js';

declare module 'js-yaml' {
  interface State {
    /** The tag of the node that was just read, which the published types leave out. */
    tag: string | null;
  }
}

/** The result of reading a text with at most one document. */
export interface DocumentReading {
  /** Undefined if there is no document (only comments), or if it could not be read. */
  value?: unknown;
  root?: YamlNode;
  /** A map has a duplicate key. As lenient readers do, `value` keeps the last of them. */
  repeats?: boolean;
  /** Empty when the document was read. */
  faults: Fault[];
}

/** Accepts every tag and ignores it, so that all unknown tags of a document can be reported at once. */
const LENIENT = GO_SCHEMA.extend(
  (['scalar', 'sequence', 'mapping'] as const).flatMap((kind) =>
    ['!', 'tag:'].map((prefix) => new Type(prefix, { kind, multi: true, resolve: () => true })),
  ),
);
const CORE_TAG = /^(?:[?!]|!merge|tag:yaml\.org,2002:(?:null|bool|int|float|str|seq|map|merge))$/;

const NONE: readonly YamlNode[] = [];

/** A node that the parser has begun to read, with its children so far. */
interface Open {
  from: number;
  children?: YamlNode[];
}

/** The children of a map without the empty node that the parser completes when it looks for a key after the last member. */
function withoutLast(children: readonly YamlNode[]): readonly YamlNode[] {
  const last = children.at(-1);
  const isEmpty = last && last.value === null && last.tag === null && last.from === last.end;
  return isEmpty ? children.slice(0, -1) : children;
}

/** Builds the tree of nodes from the parser's events. */
class Tree {
  private readonly open: Open[] = [];
  /** The first completed node without a parent. After the end of the document the parser completes another one. */
  root: YamlNode | undefined;
  /** The number of completed nodes. */
  size = 0;

  readonly listen = (event: EventType, state: State): void => {
    if (event === 'open') {
      this.open.push({ from: state.position });
      return;
    }
    this.size += 1;
    const { from, children: completed = NONE } = this.open.pop() ?? { from: 0 };
    const value = state.result as unknown;
    const collection = typeof value === 'object' && value !== null;
    // The parser first reads a node as the first key of a map. If it is not a key, the only child is the node itself.
    const [first] = completed;
    const isItself = completed.length === 1 && first?.value === value;
    const inner = !collection ? NONE : isItself ? (first?.children ?? NONE) : completed;
    const children = Array.isArray(value) ? inner : withoutLast(inner);
    const node: YamlNode = { from, end: state.position, value, tag: state.tag, children };
    const parent = this.open.at(-1);
    if (parent) (parent.children ??= []).push(node);
    else this.root ??= node;
  };

  /** Where the parser began to look for the node in which it stopped with an error. */
  get stoppedIn(): number | undefined {
    return this.open.at(-1)?.from;
  }
}

/**
 * Parses a text with at most one document, YAML or JSON, as Go's sigs.k8s.io/yaml does, and keeps the position of each node. Never
 * throws for a bad text: its mistakes are returned as faults, and so is text that Go's reader refuses or reads differently.
 *
 * @param json false if JSON is read as YAML, as Go does after a byte order mark
 */
export function readDocument(given: string, json = true): DocumentReading {
  const text = unmarked(given);
  const strict = compose(text, GO_SCHEMA, false);
  if (!strict.fault) return agreed(strict.reading, text, json);
  const lenient = compose(text, LENIENT, true);
  if (lenient.fault) return { faults: [lenient.fault] };
  const { root } = lenient.reading;
  const tags = root ? foreignTags(root, text) : [];
  return tags.length > 0 ? { faults: tags } : agreed({ ...lenient.reading, repeats: true }, text, json);
}

/**
 * Parses like `readDocument`, but a duplicate key and an unknown tag are faults too. A number in JSON that is too large is not a
 * fault, because the file that has it may be written back.
 */
export function readStrictly(given: string): DocumentReading {
  const text = unmarked(given);
  const { reading, fault } = compose(text, GO_SCHEMA, false);
  return fault ? { faults: [fault] } : agreed(reading, text, true, false);
}

/** Replaces a byte order mark by a line break, because the parser would drop it and all offsets would be wrong. */
function unmarked(text: string): string {
  return text.startsWith('\ufeff') ? `\n${text.slice(1)}` : text;
}

/**
 * The reading, or a fault if Go's reader disagrees with it. Go reads JSON with another reader, to which the rules of YAML do not
 * apply but which refuses numbers that are too large for a 64-bit float.
 */
function agreed(reading: DocumentReading, text: string, json: boolean, numbers = true): DocumentReading {
  const large = numbers && LARGE_NUMBER.test(text);
  const disagreement = reading.root && disagreementOf(reading.root, text);
  if (!disagreement && !large) return reading;
  if (json && /^\s*\{/.test(text) && isJson(text)) {
    if (!large || hasFiniteNumbers(JSON.parse(text))) return reading;
    return { faults: [{ kind: 'reader', message: 'a number is too large', offset: 0 }] };
  }
  if (!disagreement) return reading;
  return { faults: [{ kind: 'reader', message: disagreement.message, offset: disagreement.at }] };
}

const LARGE_NUMBER = /[0-9][eE]\+?[0-9]{3}|[0-9]{309}/;

/** True if every number in JSON data fits into a 64-bit float. */
function hasFiniteNumbers(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(hasFiniteNumbers);
}

/** Go's reader refuses a document that expands to many times as many nodes as it has. */
const MOST_ALIASED = 50;
const FEW_NODES = 1_000;

function compose(text: string, schema: Schema, json: boolean): { reading: DocumentReading; fault?: Fault } {
  const tree = new Tree();
  try {
    const documents: unknown[] = loadAll(text, null, { schema, json, listener: tree.listen });
    if (documents.length > 1) return { reading: { faults: [] }, fault: SEVERAL };
    const value = documents[0] ?? undefined;
    // A short text without aliases cannot exceed the limits: it has fewer nodes than characters, and js-yaml limits the depth.
    if (text.includes('*') || text.length > 1_000_000) {
      const nodes = refuseExcess([value], 'the document');
      if (nodes > FEW_NODES && nodes > MOST_ALIASED * tree.size) {
        throw new Failure('bad-file', 'the document consists of aliases almost entirely');
      }
    }
    return { reading: { value, ...(tree.root && { root: tree.root }), faults: [] } };
  } catch (error) {
    if (isFailure(error)) return { reading: { faults: [{ kind: 'excess', message: error.message, offset: 0 }] } };
    if (!(error instanceof YAMLException)) throw error;
    return { reading: { faults: [] }, fault: syntaxFault(error, text, tree.stoppedIn) };
  }
}

/** Files are split at `\n` before this, so a second document begins after a lone carriage return. */
const SEVERAL: Fault = { kind: 'reader', message: 'a line break is missing before --- or ...', offset: 0 };

const OPEN_QUOTE = /^(?:"(?:[^"\\]|\\[^])*|'(?:[^']|'')*)$/;

function syntaxFault(error: YAMLException, text: string, from: number | undefined): Fault {
  // `mark` can be undefined, although the types say otherwise.
  const mark = error.mark as YAMLException['mark'] | undefined;
  // The parser appends a character to the text, so its position may be beyond the end.
  const offset = Math.min(mark?.position ?? 0, text.length);
  const start = from === undefined ? undefined : contentAfter(text, from);
  const quote = start === undefined ? undefined : text[start];
  // The parser reports a quote that is never closed at the end of the text; its start is the better place to look.
  if (start !== undefined && offset >= text.length && OPEN_QUOTE.test(text.slice(start))) {
    const name = quote === '"' ? 'double' : 'single';
    return { kind: 'syntax', message: `the ${name} quote that starts here is never closed`, offset: start };
  }
  const character = text[offset];
  if (character === '@' || character === '`') {
    return { kind: 'syntax', message: `a value without quotes cannot start with ${character}`, offset };
  }
  return { kind: 'syntax', message: error.reason, offset };
}

function foreignTags(node: YamlNode, text: string): Fault[] {
  const below = node.children.flatMap((child) => foreignTags(child, text));
  if (node.tag === null || CORE_TAG.test(node.tag)) return below;
  const start = tagOf(node, text);
  const written = /^!\S*/.exec(text.slice(start))?.[0] ?? node.tag;
  const message = `the tag ${JSON.stringify(written)} is not known: leave it out`;
  return [{ kind: 'tag', message, offset: start }, ...below];
}
