/** A node of a document with its position in the text. Offsets are in UTF-16 code units from the start of the text. */
export interface YamlNode {
  /** Where the parser began to look for the node: blanks, comments and properties (`&a`, `!tag`) may precede it. */
  from: number;
  /** End of the node; it may include trailing blanks. */
  end: number;
  /** The parsed value. An alias has the value of its anchor. */
  value: unknown;
  tag: string | null;
  /** The keys and values of a map, alternating, or the items of a list, in order. */
  children: readonly YamlNode[];
}

/** Blanks, comments, anchors and tags before a node. A `#` without a blank before it does not start a comment. */
const BEFORE_NODE = /(?:[ \t\r\n]+(?:#[^\n]*)?|[&!][^ \t\r\n,[\]{}]*)*/y;
/** Blanks, comments and anchors before the tag of a node. */
const BEFORE_TAG = /(?:[ \t\r\n]+(?:#[^\n]*)?|&[^ \t\r\n,[\]{}]*)*/y;

function startAfter(before: RegExp, text: string, from: number): number {
  before.lastIndex = from;
  return from + (before.exec(text)?.[0].length ?? 0);
}

/** Offset of the first content at or after an offset: after blanks, comments, anchors and tags. */
export function contentAfter(text: string, from: number): number {
  return startAfter(BEFORE_NODE, text, from);
}

/** Offset of the first character of the node itself. */
export function startOf(node: YamlNode, text: string): number {
  return Math.min(startAfter(BEFORE_NODE, text, node.from), node.end);
}

/** Offset of the tag of a node that has one. */
export function tagOf(node: YamlNode, text: string): number {
  return startAfter(BEFORE_TAG, text, node.from);
}

/** The source text of a scalar without quotes. Undefined for quoted and block scalars, aliases, maps and lists. */
export function plainSource(node: YamlNode, text: string): string | undefined {
  if (typeof node.value === 'object' && node.value !== null) return undefined;
  const source = text.slice(startOf(node, text), node.end).trimEnd();
  return /^["'|>*]/.test(source) ? undefined : source;
}

interface Pair {
  key: YamlNode;
  value?: YamlNode;
}

/** The colon between a key and its value, after blanks and comments. A key without a colon has no value (`? key`). */
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
