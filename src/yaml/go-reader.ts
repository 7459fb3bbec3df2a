import {
  aliasDisagreement,
  blockDisagreement,
  gapDisagreement,
  plainDisagreement,
  propertyDisagreement,
  quotedDisagreement,
  type Disagreement,
} from './go-scalars.js';
import { pairsOf, plainSource, startOf, type YamlNode } from './node.js';

/** The longest key without a `?` before it, in characters. */
const LONGEST_KEY = 1000;
/** Line breaks of YAML 1.1, the byte order mark (allowed only at the start of a file), and controls (not allowed in comments). */
const FOREIGN_CHARACTER = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/;
const ANCHORS = /&[-\w]+/g;
const COMMENT = /#[^\n]*/g;

/**
 * Finds the first place in a parsed document that Go's reader (sigs.k8s.io/yaml, which kubectl and Skupper use) refuses or reads
 * differently. The parser of this program follows YAML 1.2, and Go's is a port of an older libyaml.
 */
class Comparison {
  found: Disagreement | undefined;
  /** End of the last scalar, whether it had no quotes, and the number of brackets around it. */
  private end = 0;
  private plain = false;
  private brackets = 0;
  private first = true;
  /** Anchors of the maps and lists around the present node. */
  private readonly open: string[] = [];
  private root = 0;

  constructor(private readonly text: string) {}

  compare(root: YamlNode): void {
    this.root = startOf(root, this.text);
    const foreign = this.text.search(FOREIGN_CHARACTER);
    if (foreign >= 0) {
      const code = (this.text.codePointAt(foreign) ?? 0).toString(16).toUpperCase().padStart(4, '0');
      const message = `Kubernetes tools do not read the character U+${code} here: write "\\u${code}" in double quotes`;
      this.say({ message, at: foreign }, 0);
    }
    this.walk(root, false, -1);
    this.gapTo(this.text.length);
  }

  private say(disagreement: Disagreement | undefined, offset: number): void {
    if (disagreement && !this.found) this.found = { ...disagreement, at: disagreement.at + offset };
  }

  /**
   * Checks a node and its children.
   *
   * @param flow true inside brackets
   * @param parent column of the block map or list that contains the node
   */
  private walk(node: YamlNode, flow: boolean, parent: number): void {
    if (this.found) return;
    const { text } = this;
    const start = startOf(node, text);
    const { value } = node;
    const first = text[start];
    const anchors = this.open.length;
    if (start > node.from) {
      const source = text.slice(node.from, start);
      if (/[&!]/.test(source)) this.properties(node, source, start, parent);
    }
    if (typeof value === 'object' && value !== null && !isAlias(node, first)) {
      const inside = flow || first === '[' || first === '{';
      const column = inside ? -1 : this.columnOf(firstOnLine(text, node.from, start));
      if (Array.isArray(value)) {
        this.items(node, value, inside, start);
        for (const child of node.children) this.walk(child, inside, column);
      } else this.walkMap(node, inside, column);
      this.open.length = anchors;
      return;
    }
    const source = text.slice(start, Math.max(start, node.end));
    // An absent value, as in `host:`. The blanks belong to the gap before the next scalar.
    if (source.trim() === '') return;
    this.gapTo(start);
    this.scalar(source, start, value, flow);
    const block = !flow && (first === '|' || first === '>');
    const length = first === '*' ? (/^[^\s,\]}]*/.exec(source)?.[0].length ?? 0) : source.trimEnd().length;
    // A last line of blanks is not part of the block scalar; the next gap includes it.
    this.end = start + (block ? source.lastIndexOf('\n') + 1 || source.length : length);
  }

  private columnOf(offset: number): number {
    return offset - this.text.lastIndexOf('\n', offset - 1) - 1;
  }

  private properties(node: YamlNode, source: string, start: number, parent: number): void {
    const { value, end } = node;
    const collection = typeof value === 'object' && value !== null;
    // With a tag, an absent value is an empty map.
    const nothing = collection ? node.children.length === 0 && !/[[{*]/.test(this.text[start] ?? '') : value === null;
    const block = collection && !/[[{]/.test(this.text[start] ?? '');
    const kind = nothing || end <= start ? 'empty' : block ? 'collection' : 'scalar';
    if (isAlias(node, this.text[start]))
      this.say({ message: 'an alias has no anchor and no tag of its own', at: 0 }, start);
    // Anchors and tags on the line of the first key belong to that key.
    const own = block ? source.slice(0, source.lastIndexOf('\n') + 1) : source;
    if (own.match(ANCHORS)?.some((anchor) => this.open.includes(anchor))) {
      this.say({ message: 'a value around this one has the same anchor', at: 0 }, start);
    }
    this.say(propertyDisagreement(source, kind), node.from);
    if (collection && kind !== 'empty') this.open.push(...(own.match(ANCHORS) ?? []));
    for (const { 1: indent = '', index } of source.matchAll(/\n( *)[&!]/g)) {
      if (indent.length <= parent) this.say({ message: 'this needs a deeper indent', at: index + 1 }, node.from);
    }
  }

  private scalar(source: string, start: number, value: unknown, flow: boolean): void {
    const [first] = source;
    this.plain = false;
    if (first === '*') {
      this.say(aliasDisagreement(source), start);
      const inside = this.open.includes(`&${/^\*([-\w]*)/.exec(source)?.[1] ?? ''}`);
      if (inside) this.say({ message: 'this alias stands in the value that it names', at: 0 }, start);
    } else if (first === '"') this.say(source.includes('\\') ? quotedDisagreement(source) : undefined, start);
    else if (!flow && (first === '|' || first === '>')) this.say(blockDisagreement(source, start === this.root), start);
    else if (first !== "'" && source !== '') {
      this.plain = true;
      this.say(plainDisagreement(source, flow), start);
      if (typeof value === 'number' && !Number.isFinite(value)) {
        this.say({ message: `${source.trimEnd()} has no form in JSON: quote it`, at: 0 }, start);
      }
    }
  }

  private walkMap(map: YamlNode, flow: boolean, column: number): void {
    const before = new Set<string>();
    let merged = false;
    let named = false;
    for (const { key, value } of pairsOf(map, this.text)) {
      if (key.value === '<<' && plainSource(key, this.text) === '<<') {
        const parts = [value?.value].flat().filter((part) => typeof part === 'object' && part !== null);
        const overrides = parts.some((part) => Object.keys(part as object).some((each) => before.has(each)));
        if (parts.length === 0) this.say({ message: '<< merges maps only', at: 0 }, startOf(key, this.text));
        if (merged || overrides) {
          this.say(
            { message: 'put one << before all other keys: what it merges would replace them', at: 0 },
            startOf(key, this.text),
          );
        }
        merged = true;
      } else {
        this.key(key, flow);
        before.add(String(key.value));
        named ||= key.value === 'null';
      }
      this.walk(key, flow, column - 1);
      if (value) {
        if (!flow) this.onNewLine(key, value);
        this.walk(value, flow, column);
      }
    }
    // The parser reads no node for an absent key, as in `: value`.
    if (!named && Object.hasOwn(map.value as object, 'null')) this.say(NO_TEXT, startOf(map, this.text));
  }

  private items({ children }: YamlNode, list: readonly unknown[], flow: boolean, start: number): void {
    // js-yaml does not check the indent after an empty item.
    if (!flow && children.length < list.length)
      this.say({ message: 'an item of this list is empty: write null', at: 0 }, start);
    // js-yaml has no node for a map without braces in a list, as in `[a: b]`.
    const same = children.length === list.length && children.every((child, at) => Object.is(child.value, list[at]));
    if (flow && !same) this.say(PAIR, start);
  }

  /** Checks that a block map does not start on the line of its key. */
  private onNewLine(key: YamlNode, node: YamlNode): void {
    if (typeof node.value !== 'object' || node.value === null) return;
    const start = startOf(node, this.text);
    const first = this.text[start] ?? '';
    if (/[[{]/.test(first) || isAlias(node, first) || this.isExplicit(key)) return;
    const line = this.text.indexOf('\n', key.end);
    if (line >= 0 && line < start) return;
    this.say({ message: 'a line break is missing before this', at: 0 }, start);
  }

  /** True if the key has a `?` before it. */
  private isExplicit({ from }: YamlNode): boolean {
    return /\?\s*$/.test(this.text.slice(Math.max(0, from - 80), from));
  }

  private key(key: YamlNode, flow: boolean): void {
    const start = startOf(key, this.text);
    const { value } = key;
    if (!isKey(value)) this.say(NO_TEXT, start);
    const source = this.text.slice(start, key.end).trimEnd();
    if (!(source.length > LONGEST_KEY || source.includes('\n')) || this.isExplicit(key)) return;
    const message = flow ? 'a key stands on one line' : 'a key stands on one line and has at most 1,000 characters';
    this.say({ message, at: 0 }, start);
  }

  /** Checks the text between the last scalar and the next one, which starts at this offset. */
  private gapTo(start: number): void {
    const source = this.text.slice(this.end, start);
    const gap = source.includes('#') ? source.replace(COMMENT, (comment) => ' '.repeat(comment.length)) : source;
    const lineStart = this.end === 0 || this.text[this.end - 1] === '\n';
    if (/[\t[\]{}]/.test(gap) || this.brackets > 0 || !(lineStart || /[\n:]/.test(gap))) {
      const { brackets, plain, first } = this;
      this.say(
        gapDisagreement(gap, brackets, plain, this.text[start] ?? '', {
          first,
          lineStart,
          tabs: plain && !/[[{]/.test(this.text[this.root] ?? ''),
        }),
        this.end,
      );
    }
    this.first = false;
    for (const bracket of gap.match(/[[\]{}]/g) ?? []) this.brackets += bracket === '[' || bracket === '{' ? 1 : -1;
  }
}

const PAIR: Disagreement = { message: 'a key in a list in brackets needs braces: [{key: value}]', at: 0 };
const NO_TEXT: Disagreement = { message: 'this key is no text for Kubernetes tools: quote it', at: 0 };

/** True for an alias. A map whose first key is an alias also starts with `*`, but has children. */
function isAlias({ children }: YamlNode, first: string | undefined): boolean {
  return first === '*' && children.length === 0;
}

/** Offset of the first character on the line of a node, which may be an anchor or tag of its first key. */
function firstOnLine(text: string, from: number, start: number): number {
  const line = Math.max(from, text.lastIndexOf('\n', start - 1) + 1);
  return line + (/^ */.exec(text.slice(line, start))?.[0].length ?? 0);
}

/** True if Go's reader turns a key into the same text. It rounds floats to 32 bits and may write them differently. */
function isKey(value: unknown): boolean {
  if (typeof value !== 'number') return typeof value === 'string' || typeof value === 'boolean';
  if (Number.isInteger(value)) return Number.isSafeInteger(value);
  return /^-?[0-9]+\.[0-9]+$/.test(String(value)) && Number(value.toPrecision(6)) === value && Math.abs(value) < 1e6;
}

const WORD = String.raw`[A-Za-z][-\w./]*`;
const VALUE = `(?:${WORD}|0|[1-9][0-9]{0,14})`;
/**
 * A document with only lines like `host: web` and `- east`, as most manifests are. All readers agree on it, so the comparison of
 * every node, which takes longer than the parsing, is skipped.
 */
const SIMPLE = new RegExp(
  String.raw`^(?:---\n)?(?: *(?:(?:- )+${VALUE}|(?:- )*(?!null\b)${WORD}:(?: ${VALUE})?)\n)*$`,
  'i',
);

/** The first place in a parsed document that Go's reader refuses or reads differently; undefined if there is none. */
export function disagreementOf(root: YamlNode, text: string): Disagreement | undefined {
  if (SIMPLE.test(text)) return undefined;
  const comparison = new Comparison(text);
  comparison.compare(root);
  return comparison.found;
}
