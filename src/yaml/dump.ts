import { CORE_SCHEMA, Type, YAMLException, dump } from 'js-yaml';

import { Failure } from '../model/failure.js';
import { isUnsafe, quotedYaml } from '../model/text.js';
import { changesType } from './plain.js';
import { Verbatim } from './verbatim.js';

/** The pattern of YAML 1.1 for numbers matches a point without digits, and some readers go by it. */
const POINT = /^[-+]?\._*$/;
// An implicit type represents no value; the writer only asks its resolve() whether a string needs quotes.
const quoted = new Type('!yaml-1.1', {
  kind: 'scalar',
  resolve: (text: unknown) => typeof text === 'string' && (changesType(text) || POINT.test(text)),
});

/**
 * A text of several lines that is written in quotes: as a block it would start with a blank,
 * and readers disagree about the indent of such a block.
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
// js-yaml writes most of what reorders or hides text as it is; keys come here too.
const unsafe = new Type('!unsafe', {
  kind: 'scalar',
  resolve: () => false,
  predicate: (value: unknown) => typeof value === 'string' && isUnsafe(value.replaceAll('\n', '')),
  represent: (value) => quotedYaml(String(value)),
});
const SCHEMA = CORE_SCHEMA.extend({ implicit: [quoted, block, verbatim, unsafe] });

/**
 * A key whose written form is over 1,024 characters gets a line of its own, and js-yaml then
 * mistakes the indent of a list that is its value. Escapes make a key up to six times longer.
 */
const LONG_KEY = 170;

function refuseUnpairedSurrogates(text: string): void {
  if (/\p{Surrogate}/u.test(text)) {
    throw new Failure('invalid', 'a string with an unpaired surrogate cannot be written as YAML', {
      hint: 'remove the broken character; -o json can show it',
    });
  }
}

/**
 * One YAML document of JSON-like data, ending in a newline: keys sorted at
 * every level, two spaces of indent, sequences not indented under their key,
 * members that are undefined left out. Every string, keys included, is read
 * back as that string by YAML 1.2 and 1.1 readers alike (system-site files are
 * read by Go's sigs.k8s.io/yaml).
 *
 * @throws Failure `invalid` for what YAML or JSON cannot hold: functions,
 * dates, cycles, unpaired surrogates.
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
