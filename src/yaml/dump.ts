import { CORE_SCHEMA, Type, YAMLException, dump } from 'js-yaml';

import { Failure } from '../model/failure.js';
import { isUnsafe, quotedYaml } from '../model/text.js';
import { changesType } from './plain.js';
import { Verbatim } from './verbatim.js';

/** A point without digits is a number by the pattern in YAML 1.1's specification, which some readers use. */
const POINT = /^[-+]?\._*$/;
// js-yaml puts a string in quotes if resolve() of an implicit type accepts it; this type is used for nothing else.
const quoted = new Type('!yaml-1.1', {
  kind: 'scalar',
  resolve: (text: unknown) => typeof text === 'string' && (changesType(text) || POINT.test(text)),
});

/**
 * A text of several lines that is written in quotes because readers disagree about the indent of a block
 * whose first line is empty or starts with a blank.
 */
class Block {
  constructor(private readonly text: string) {}

  toString(): string {
    return quotedYaml(this.text);
  }
}
const block = new Type('!block', { kind: 'scalar', resolve: () => false, instanceOf: Block, represent: String });

const verbatim = new Type('!verbatim', {
  kind: 'scalar',
  resolve: () => false,
  instanceOf: Verbatim,
  represent: String,
});
// js-yaml does not escape most characters that reorder or hide text. This type applies to keys too.
const unsafe = new Type('!unsafe', {
  kind: 'scalar',
  resolve: () => false,
  predicate: (value: unknown) => typeof value === 'string' && isUnsafe(value.replaceAll('\n', '')),
  represent: (value) => quotedYaml(String(value)),
});
const SCHEMA = CORE_SCHEMA.extend({ implicit: [quoted, block, verbatim, unsafe] });

/**
 * From this length a key may exceed 1,024 characters once escaped, as an escape is up to six characters long. js-yaml writes
 * such a key in a line of its own (`? key`), and with `noArrayIndent` it indents a list under that key wrongly.
 */
const LONG_KEY = 170;

function refuseUnpairedSurrogates(text: string): void {
  if (/\p{Surrogate}/u.test(text)) {
    throw new Failure('invalid', 'a string with an unpaired surrogate cannot be written as YAML', {
      hint: 'Remove the broken character; -o json can show it.',
    });
  }
}

/**
 * Writes JSON-like data as one YAML document that ends in a newline. Keys are sorted at every level, the indent is two
 * spaces, lists are not indented under their key, and undefined members are left out. YAML 1.1 and YAML 1.2 readers read
 * every string, keys included, back unchanged (Skupper reads system-site files with Go's sigs.k8s.io/yaml, a YAML 1.1 reader).
 *
 * @throws Failure `invalid` for functions, dates, cycles and strings with unpaired surrogates
 */
export function dumpYaml(value: unknown): string {
  let longKeys = false;
  const inspect = (key: string, member: unknown): unknown => {
    longKeys ||= key.length > LONG_KEY;
    refuseUnpairedSurrogates(key);
    if (typeof member !== 'string') return member;
    refuseUnpairedSurrogates(member);
    return /^\s[^]*\n|^\n/.test(member) || (key === '' && member.includes('\n')) ? new Block(member) : member;
  };
  const options = {
    schema: SCHEMA,
    sortKeys: true,
    lineWidth: -1,
    noRefs: true,
    quotingType: '"',
    replacer: inspect,
  } as const;
  try {
    const text = dump(value, { ...options, noArrayIndent: true });
    return longKeys ? dump(value, options) : text;
  } catch (error) {
    if (error instanceof Failure) throw error;
    const why = error instanceof YAMLException ? error.message : 'it is nested too deeply or contains itself';
    throw new Failure('invalid', `this value cannot be written as YAML: ${why}`, { cause: error });
  }
}
