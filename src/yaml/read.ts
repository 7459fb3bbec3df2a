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

/** What a text of one document holds. */
export interface DocumentReading {
  /** Undefined if there is no document (only comments), or if it could not be read. */
  value?: unknown;
  root?: YamlNode;
  /** A map has a duplicate key. As lenient readers do, `value` keeps the last of them. */
  repeats?: boolean;
  /** Empty when the document was read. */
  faults: Fault[];
}

/** Reads a node with whatever tag as if it had none, so that every foreign tag of a document can be named. */
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

/** What was met in a map, without the key that the parser looked for behind its last member. */
function withoutLast(met: readonly YamlNode[]): readonly YamlNode[] {
  const last = met.at(-1);
  return last && last.value === null && last.tag === null && last.from === last.end ? met.slice(0, -1) : met;
}

/** Builds the tree of nodes from the parser's events. */
class Tree {
  private readonly open: Open[] = [];
  /** The first node that was read with none around it: behind the end of the document the parser looks for another. */
  root: YamlNode | undefined;
  /** How many nodes were read. */
  size = 0;

  readonly listen = (event: EventType, state: State): void => {
    if (event === 'open') {
      this.open.push({ from: state.position });
      return;
    }
    this.size += 1;
    const { from, children: met = NONE } = this.open.pop() ?? { from: 0 };
    const value = state.result as unknown;
    const collection = typeof value === 'object' && value !== null;
    // The parser first tries whether a node is the first key of a map; what it met then is the node itself.
    const inner = !collection ? NONE : met.length === 1 && met[0]?.value === value ? met[0].children : met;
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
 * Reads a text of at most one document, YAML or JSON, as Go's sigs.k8s.io/yaml does, with the place of each node. Never
 * throws: what is wrong with the text is told as faults, and so is what Go's reader would not read, or read otherwise.
 *
 * @param json whether a text of JSON is read as JSON: not after a byte order mark
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
 * The same for a text in which no key may be given twice in one map: that is a fault, and so is every foreign tag. A number
 * of JSON that is too large stays a text, for whoever writes it back.
 */
export function readStrictly(given: string): DocumentReading {
  const text = unmarked(given);
  const { reading, fault } = compose(text, GO_SCHEMA, false);
  return fault ? { faults: [fault] } : agreed(reading, text, true, false);
}

/** With a line break for a byte order mark, which the parser would drop: offsets in the text stay right. */
function unmarked(text: string): string {
  return text.startsWith('\ufeff') ? `\n${text.slice(1)}` : text;
}

/** JSON is left to another reader in Go, which has none of YAML's rules but knows no number beyond those of 64 bits. */
function agreed(reading: DocumentReading, text: string, json: boolean, numbers = true): DocumentReading {
  const large = numbers && LARGE_NUMBER.test(text);
  const disagreement = reading.root && disagreementOf(reading.root, text);
  if (!disagreement && !large) return reading;
  if (json && /^\s*\{/.test(text) && isJson(text)) {
    if (!large || isFinite(JSON.parse(text))) return reading;
    return { faults: [{ kind: 'reader', message: 'a number is too large', offset: 0 }] };
  }
  if (!disagreement) return reading;
  return { faults: [{ kind: 'reader', message: disagreement.message, offset: disagreement.at }] };
}

const LARGE_NUMBER = /[0-9][eE]\+?[0-9]{3}|[0-9]{309}/;

/** Whether every number in a value of JSON is one that a 64-bit float holds. */
function isFinite(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(isFinite);
}

/** Go's reader refuses a document of which nearly all nodes come from aliases. */
const MOST_ALIASED = 50;
const FEW_NODES = 1_000;

function compose(text: string, schema: Schema, json: boolean): { reading: DocumentReading; fault?: Fault } {
  const tree = new Tree();
  try {
    const documents: unknown[] = loadAll(text, null, { schema, json, listener: tree.listen });
    if (documents.length > 1) return { reading: { faults: [] }, fault: SEVERAL };
    const value = documents[0] ?? undefined;
    // Without an alias there are no more nodes than characters, and the parser itself bounds the depth.
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

/** The lines of a file are cut before it is read; a carriage return alone ends no line there. */
const SEVERAL: Fault = { kind: 'reader', message: 'a line break is missing before --- or ...', offset: 0 };

const OPEN_QUOTE = /^(?:"(?:[^"\\]|\\[^])*|'(?:[^']|'')*)$/;

function syntaxFault(error: YAMLException, text: string, from: number | undefined): Fault {
  // `mark` can be undefined, although the types say otherwise.
  const mark = error.mark as YAMLException['mark'] | undefined;
  // The parser adds an end of its own to the text.
  const offset = Math.min(mark?.position ?? 0, text.length);
  const start = from === undefined ? undefined : contentAfter(text, from);
  const quote = start === undefined ? undefined : text[start];
  // A quote that is never closed is noticed at the end of the text; where it starts helps more.
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
