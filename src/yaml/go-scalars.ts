/** A place in a text that Go's reader refuses or reads differently. */
export interface Disagreement {
  message: string;
  /** In UTF-16 code units from the start of the examined text. */
  at: number;
}

const TAB = 'a tab cannot stand here for Kubernetes tools: use spaces';
const FOREIGN_ESCAPE =
  /\\(?:(\r?\n[ \t]*\r?\n|\/|[uU](?:0000)?[dD][89a-fA-F][0-9a-fA-F]{2}|U(?!00(?:0[0-9a-fA-F]|10)))|[^])/g;
/** A tab in the indent of a line, with the spaces before it. */
const LINE_OF_TAB = /\n( *)\t/g;

/** Checks a text in double quotes for escapes of JSON that YAML 1.1 does not have. */
export function quotedDisagreement(source: string): Disagreement | undefined {
  for (const { 1: foreign, index } of source.matchAll(FOREIGN_ESCAPE)) {
    if (foreign === undefined) continue;
    if (/^\r?\n/.test(foreign)) return { message: 'a blank line cannot follow \\ at the end of a line', at: index };
    const next = foreign === '/' ? 'write /' : 'write the character itself';
    return {
      message: `Kubernetes tools do not know the escape ${source.slice(index, index + 2)} in YAML: ${next}`,
      at: index,
    };
  }
  return undefined;
}

/** Checks a scalar without quotes. `flow` is true inside brackets. */
export function plainDisagreement(source: string, flow: boolean): Disagreement | undefined {
  if (flow && /^:|\?/.test(source)) {
    return { message: 'a value without quotes in brackets cannot hold ? or start with : here: quote it', at: 0 };
  }
  const tab = source.includes('\t') ? source.search(/\n *\t/) : -1;
  return tab < 0 ? undefined : { message: TAB, at: source.indexOf('\t', tab) };
}

/**
 * Checks a block scalar for a tab in its indent.
 *
 * @param root true if the scalar is the whole document, which cannot be a resource
 */
export function blockDisagreement(source: string, root: boolean): Disagreement | undefined {
  const given = /^[|>][-+]?[1-9]/.test(source);
  if (root) return { message: 'a document is a map, not a block of text', at: 0 };
  if (!source.includes('\t')) return undefined;
  const first = /\n( *)[^ \r\n]/.exec(source);
  const indent = first?.[1]?.length ?? 0;
  for (const { 0: lead, 1: spaces = '', index } of source.matchAll(LINE_OF_TAB)) {
    const begins = !given && index <= (first?.index ?? 0);
    if (given || begins || spaces.length < indent) return { message: TAB, at: index + lead.length - 1 };
  }
  return undefined;
}

const PROPERTY = /#[^\n]*|\n|[&!][^ \t\r\n,[\]{}]*/g;
const ANCHOR = /^&[-\w]+$/;
const PLAIN_TAG =
  /^!(?:!(?:str|int|float|bool|null|map|seq)|<tag:yaml\.org,2002:(?:str|int|float|bool|null|map|seq)>)$/;

/**
 * Checks the anchors and tags before a node.
 *
 * @param source the text before the node
 * @param node `collection` is a map or list without brackets, whose first key can have its own anchor and tag on the next line
 */
export function propertyDisagreement(
  source: string,
  node: 'empty' | 'scalar' | 'collection',
): Disagreement | undefined {
  const seen = new Set<string>();
  for (const { 0: property, index } of source.matchAll(PROPERTY)) {
    const [sign = ''] = property;
    if (sign === '#') continue;
    if (sign === '\n') {
      if (node === 'collection') seen.clear();
      else if (node === 'scalar' && seen.has('!'))
        return { message: 'a tag and its value stand on one line', at: index };
      continue;
    }
    if (node !== 'empty' && index + property.length === source.length) {
      return { message: 'a blank is missing after this', at: index };
    }
    if (seen.has(sign)) return { message: 'a value has at most one anchor and one tag', at: index };
    seen.add(sign);
    if (sign === '&' && !ANCHOR.test(property)) return { message: NAME, at: index };
    if (sign === '!' && (node === 'empty' || !PLAIN_TAG.test(property))) {
      return {
        message: `Kubernetes tools take the tag ${JSON.stringify(property)} differently: leave it out`,
        at: index,
      };
    }
  }
  return undefined;
}

const NAME = 'the name of an anchor consists of letters A to Z, digits, - and _';

/** Checks the name of an alias. */
export function aliasDisagreement(source: string): Disagreement | undefined {
  return /^\*[-\w]+(?![^\s,\]}])/.test(source) ? undefined : { message: NAME, at: 0 };
}

/**
 * Checks the indicators and blanks between two scalars.
 *
 * @param gap the text between them, with blanks in place of comments
 * @param brackets number of open brackets at the start of the gap
 * @param afterPlain true if a scalar without quotes precedes the gap
 * @param next the character after the gap; empty at the end of the text
 * @param first true before the first scalar; `lineStart`: the gap starts at the start of a line; `tabs`: a tab at the start of a
 *   line is part of the indent of a block
 */
export function gapDisagreement(
  gap: string,
  brackets: number,
  afterPlain: boolean,
  next: string,
  { first, lineStart, tabs }: { first: boolean; lineStart: boolean; tabs: boolean },
): Disagreement | undefined {
  let depth = brackets;
  /** True while a block key or value could begin here: only indicators and spaces precede it on the line. */
  let open = brackets === 0 && lineStart;
  let closed = false;
  for (let at = 0; at < gap.length; at += 1) {
    const character = gap[at] ?? '';
    if (closed && depth === 0 && /[-?[{]/.test(character))
      return { message: 'a line break is missing before this', at };
    closed = character === ']' || character === '}' || (closed && !/[\n:]/.test(character));
    if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth -= 1;
    else if (character === '\t' && tabs && /^\s*\n *$/.test(gap.slice(0, at))) return { message: TAB, at };
    else if (depth > 0 && character === '?') return { message: 'a key in brackets cannot be marked with ?', at };
    else if (
      depth > 0 &&
      character === ':' &&
      afterPlain &&
      gap.slice(0, at).trim() === '' &&
      /\S/.test(gap[at + 1] ?? next)
    ) {
      return { message: 'a blank is missing after this colon', at };
    } else if (character === '\t' && depth === 0 && open) return { message: TAB, at };
    if (character === '\n' || character === '-' || character === '?') open = true;
    else if (character !== ' ' && character !== ':') open = false;
  }
  const rest = gap.slice(Math.max(gap.lastIndexOf(']'), gap.lastIndexOf('}')) + 1);
  if (depth > 0 || next === '' || first || (lineStart && rest === gap) || /[\n:]/.test(rest)) return undefined;
  return { message: 'a line break is missing before this', at: gap.length };
}
