import { CORE_SCHEMA, Type, YAMLException, loadAll, type EventType, type Schema, type State } from 'js-yaml';
import { isFailure } from '../model/failure.js';
import { MERGE, refuseExcess } from './load.js';

declare module 'js-yaml' {
  interface State {
    /** The tag of the node that was just read, which the published types leave out. */
    tag: string | null;
  }
}

/** A node of a document as it stands in the text. */
export interface YamlNode {
  /** From where the parser looked for it: blanks, comments and properties (`&a`, `!tag`) may come first. */
  from: number;
  /** Where it ends; blanks may come last. */
  end: number;
  /** What was read; for an alias that of its anchor. */
  value: unknown;
  tag: string | null;
  /** Of a map keys and values, of a list its items, in order. */
  children: readonly YamlNode[];
}

/** Why a document could not be read, or only as lenient readers take it. */
export interface Fault {
  kind: 'syntax' | 'tag' | 'duplicate' | 'excess';
  message: string;
  /** In UTF-16 units from the start of the text. */
  offset: number;
}

/** What a text of one document holds. */
export interface DocumentReading {
  /** Undefined where there is no document (comments only), or it could not be read. */
  value?: unknown;
  root?: YamlNode;
  /** Some key is given twice in one map: `value` has the last one, as lenient readers do. */
  repeats?: boolean;
  /** Empty when the document was read. */
  faults: Fault[];
}

const STRICT = CORE_SCHEMA.extend({ implicit: [MERGE] });
/** Reads a node with whatever tag as if it had none, so that every foreign tag of a document can be named. */
const LENIENT = STRICT.extend(
  (['scalar', 'sequence', 'mapping'] as const).flatMap((kind) =>
    ['!', 'tag:'].map((prefix) => new Type(prefix, { kind, multi: true, resolve: () => true })),
  ),
);
const CORE_TAG = /^(?:[?!]|!merge|tag:yaml\.org,2002:(?:null|bool|int|float|str|seq|map|merge))$/;

const NONE: readonly YamlNode[] = [];

/** A node that is being read, and those that were read in it. */
interface Open {
  from: number;
  children?: YamlNode[];
}

/** Builds the tree of nodes from the parser's events. */
class Tree {
  private readonly open: Open[] = [];
  /** The last node that was read with none around it. */
  root: YamlNode | undefined;

  readonly listen = (event: EventType, state: State): void => {
    if (event === 'open') {
      this.open.push({ from: state.position });
      return;
    }
    const { from, children: met = NONE } = this.open.pop() ?? { from: 0 };
    const value = state.result as unknown;
    const collection = typeof value === 'object' && value !== null;
    // The parser first tries whether a node is the first key of a map; what it met then is the node itself.
    const children = !collection ? NONE : met.length === 1 && met[0]?.value === value ? met[0].children : met;
    const node: YamlNode = { from, end: state.position, value, tag: state.tag, children };
    const parent = this.open.at(-1);
    if (parent) (parent.children ??= []).push(node);
    else this.root = node;
  };

  /** Where the parser looked for the node that it stopped in. */
  get stoppedIn(): number | undefined {
    return this.open.at(-1)?.from;
  }
}

/**
 * Reads a text of at most one document, YAML 1.2 core schema with merge keys or JSON, with the place of each node. Never
 * throws: what is wrong with the text is told as faults.
 */
export function readDocument(text: string): DocumentReading {
  const strict = compose(text, STRICT, false);
  if (!strict.fault) return strict.reading;
  const lenient = compose(text, LENIENT, true);
  if (lenient.fault) return { faults: [lenient.fault] };
  const { root } = lenient.reading;
  const tags = root ? foreignTags(root, text) : [];
  return tags.length > 0 ? { faults: tags } : { ...lenient.reading, repeats: true };
}

function compose(text: string, schema: Schema, json: boolean): { reading: DocumentReading; fault?: Fault } {
  const tree = new Tree();
  try {
    const documents: unknown[] = loadAll(text, null, { schema, json, listener: tree.listen });
    const value = documents[0] ?? undefined;
    // Without an alias there are no more nodes than characters, and the parser itself bounds the depth.
    if (text.includes('*') || text.length > 1_000_000) refuseExcess([value], 'the document');
    return { reading: { value, ...(tree.root && { root: tree.root }), faults: [] } };
  } catch (error) {
    if (isFailure(error)) return { reading: { faults: [{ kind: 'excess', message: error.message, offset: 0 }] } };
    if (!(error instanceof YAMLException)) throw error;
    return { reading: { faults: [] }, fault: syntaxFault(error, text, tree.stoppedIn) };
  }
}

function syntaxFault(error: YAMLException, text: string, from: number | undefined): Fault {
  // An exception without a mark has no place; the types do not say so.
  const mark = error.mark as YAMLException['mark'] | undefined;
  const offset = mark?.position ?? 0;
  const start = from === undefined ? undefined : startAfter(BEFORE_NODE, text, from);
  const quote = start === undefined ? undefined : text[start];
  // A quote that is never closed is noticed at the end of the text; where it starts helps more.
  if (start !== undefined && offset >= text.length && (quote === '"' || quote === "'")) {
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
  const start = startAfter(BEFORE_TAG, text, node.from);
  const written = /^!\S*/.exec(text.slice(start))?.[0] ?? node.tag;
  const message = `the tag ${JSON.stringify(written)} is not known: leave it out`;
  return [{ kind: 'tag', message, offset: start }, ...below];
}

/** The same as BEFORE_NODE, up to the tag. */
const BEFORE_TAG = /(?:[ \t\r\n]+(?:#[^\n]*)?|&[^\s,[\]{}]*)*/y;

/** Blanks, comments, anchors and tags before a node. A `#` without a blank before it belongs to what came before. */
const BEFORE_NODE = /(?:[ \t\r\n]+(?:#[^\n]*)?|[&!][^\s,[\]{}]*)*/y;

function startAfter(before: RegExp, text: string, from: number): number {
  before.lastIndex = from;
  return from + (before.exec(text)?.[0].length ?? 0);
}

/** Where the node itself begins, in UTF-16 units from the start of the text. */
export function startOf(node: YamlNode, text: string): number {
  return Math.min(startAfter(BEFORE_NODE, text, node.from), node.end);
}

/** What a scalar without quotes is written as; undefined for everything else. */
export function plainSource(node: YamlNode, text: string): string | undefined {
  if (typeof node.value === 'object' && node.value !== null) return undefined;
  const source = text.slice(startOf(node, text), node.end).trimEnd();
  return /^["'|>*]/.test(source) ? undefined : source;
}
