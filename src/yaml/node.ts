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

/** Blanks, comments, anchors and tags before a node. A `#` without a blank before it belongs to what came before. */
const BEFORE_NODE = /(?:[ \t\r\n]+(?:#[^\n]*)?|[&!][^ \t\r\n,[\]{}]*)*/y;
/** The same, up to the tag. */
const BEFORE_TAG = /(?:[ \t\r\n]+(?:#[^\n]*)?|&[^ \t\r\n,[\]{}]*)*/y;

function startAfter(before: RegExp, text: string, from: number): number {
  before.lastIndex = from;
  return from + (before.exec(text)?.[0].length ?? 0);
}

/** Where what stands at or after an offset begins: blanks, comments, anchors and tags come before. */
export function contentAfter(text: string, from: number): number {
  return startAfter(BEFORE_NODE, text, from);
}

/** Where the node itself begins, in UTF-16 units from the start of the text. */
export function startOf(node: YamlNode, text: string): number {
  return Math.min(startAfter(BEFORE_NODE, text, node.from), node.end);
}

/** Where the tag of a node that has one begins. */
export function tagOf(node: YamlNode, text: string): number {
  return startAfter(BEFORE_TAG, text, node.from);
}

/** What a scalar without quotes is written as; undefined for everything else. */
export function plainSource(node: YamlNode, text: string): string | undefined {
  if (typeof node.value === 'object' && node.value !== null) return undefined;
  const source = text.slice(startOf(node, text), node.end).trimEnd();
  return /^["'|>*]/.test(source) ? undefined : source;
}

interface Pair {
  key: YamlNode;
  value?: YamlNode;
}

/** Between a key and its value stands a colon; a member of a map without one has no value. */
const COLON = /\s*(?:#[^\n]*\s+)*:/y;

/** The members of a map, in order. */
export function pairsOf({ children }: YamlNode, text: string): Pair[] {
  const pairs: Pair[] = [];
  for (let at = 0; at < children.length; at += 1) {
    const key = children[at] as YamlNode;
    COLON.lastIndex = key.end;
    const value = COLON.test(text) ? children[at + 1] : undefined;
    if (value) at += 1;
    pairs.push(value ? { key, value } : { key });
  }
  return pairs;
}
