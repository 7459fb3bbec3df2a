import fc from 'fast-check';
import { dump, type DumpOptions } from 'js-yaml';
import { stringify, type DocumentOptions, type SchemaOptions, type ToStringOptions } from 'yaml';

/** Texts that writers and readers of YAML take for something else, or fold. */
const PITFALLS = [
  ...['yes', 'no', 'on', '010', '0x1f', '1_000', '1:20', '2001-01-01', 'null', '~', '', '<<', '=', '.inf', '1e3', '08'],
  ...['a: b', '- a', '# c', ' x', 'x ', 'a\nb', 'a\n\nb\n', '\ta', 'a\tb', '\n a', '&a', '*a', '!t', '@x', '%y', '`z'],
  ...['"q"', "'q'", 'a#b', 'a #b', '{a}', '[b]', 'a,b', '?', '? a', '-', '--- a', '...', '\\', '\\/', 'é😀', '\u0007'],
  ...['\u0085', '\u2028', 'x:y', ':x', 'x:', '::', 'http://a.b/c?d=e', '10.0.0.1:80', 'a'.repeat(200)],
];

const text = fc.oneof(
  fc.constantFrom(...PITFALLS),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
);
const leaf = fc.oneof(
  text,
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
);
const value = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('node'), { maxLength: 4 }),
    fc.dictionary(text, tie('node'), { maxKeys: 4 }),
  ),
})).node;

const ofJsYaml: fc.Arbitrary<DumpOptions> = fc.record({
  indent: fc.constantFrom(1, 2, 4, 8),
  noArrayIndent: fc.boolean(),
  flowLevel: fc.constantFrom(-1, 0, 1, 2),
  lineWidth: fc.constantFrom(-1, 20, 80),
  forceQuotes: fc.boolean(),
  quotingType: fc.constantFrom("'", '"'),
});
const ofYaml: fc.Arbitrary<ToStringOptions & SchemaOptions & DocumentOptions> = fc.record({
  indent: fc.constantFrom(1, 2, 4),
  indentSeq: fc.boolean(),
  lineWidth: fc.constantFrom(0, 20, 80),
  defaultStringType: fc.constantFrom('PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED'),
  defaultKeyType: fc.constantFrom('PLAIN', 'QUOTE_DOUBLE'),
  collectionStyle: fc.constantFrom('any', 'block', 'flow'),
  version: fc.constantFrom('1.1', '1.2'),
  nullStr: fc.constantFrom('null', '~', ''),
});

/** YAML of random values under the key `a`, in whatever style js-yaml and the yaml package can write. */
export function arbitraryYaml(): fc.Arbitrary<string> {
  const wrapped = value.map((each) => ({ a: each }));
  return fc.oneof(
    fc.tuple(wrapped, ofJsYaml).map(([each, options]) => dump(each, options)),
    fc.tuple(wrapped, ofYaml).map(([each, options]) => stringify(each, options)),
  );
}
