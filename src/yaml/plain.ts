/**
 * Scalars without quotes, as YAML 1.1 readers take them: Go's sigs.k8s.io/yaml
 * (which Skupper reads with) and PyYAML, https://yaml.org/type/.
 */

// Underscores are digits' separators there and are dropped before the match.
const WORD = /^(?:y|yes|n|no|on|off|true|false|null|~|=|<<)$/i;
const INTEGER = /^[-+]?(?:[0-9]+|0b[01]+|0o[0-7]+|0x[0-9a-f]+)$/i;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+\.?[0-9]*)(?:e[-+]?[0-9]+)?$/i;
const SPECIAL_FLOAT = /^[-+]?\.(?:inf|nan)$/i;
const BASE_60 = /^[-+]?[0-9]+(?::[0-9]+)+(?:\.[0-9]*)?$/;
const TIMESTAMP = /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \t].*)?$/;
// At the start of a line this ends the document, whatever follows.
const END_MARK = /^\.\.\.(?:\s|$)/;
const PATTERNS = [WORD, INTEGER, FLOAT, SPECIAL_FLOAT, BASE_60, TIMESTAMP, END_MARK];

/** True when a YAML 1.1 reader would not read the unquoted text back as that string. */
export function changesType(text: string): boolean {
  const plain = text.replaceAll('_', '');
  return PATTERNS.some((pattern) => pattern.test(plain));
}

/** Most texts are told from the suspicious ones by how they begin. */
const SUSPICIOUS = /^(?:[yntfo][a-z]{0,4}$|[-+.~=0-9])/i;
/** As a key these become the text they are written as, with every reader. */
const SAME_KEY = /^(?:true|false|-?[1-9][0-9]{0,14}|0)$/;
/** As a value these are the same with every reader: true, null, a number. */
const SAME_VALUE =
  /^(?:true|false|null|[-+]?(?:0|[1-9][0-9]*)|0x[0-9a-f]+|[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:e[-+]?[0-9]+)?|[-+]?\.inf|\.nan|~|)$/i;

/** True for a key without quotes that some reader turns into another text, or into none. */
export function keyDiffers(text: string): boolean {
  return SUSPICIOUS.test(text) && !SAME_KEY.test(text) && changesType(text);
}

/** True for a value without quotes that readers of YAML 1.1 and 1.2 take for different things. */
export function valueDiffers(text: string): boolean {
  return SUSPICIOUS.test(text) && !SAME_VALUE.test(text) && changesType(text);
}

function wholeNumber(text: string): number {
  const [, sign, digits = ''] = /^([-+]?)(.*)$/.exec(text) ?? [];
  const value = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits.toLowerCase());
  return sign === '-' ? -value : value;
}

/** What a YAML 1.1 reader makes of it, in words: `true`, `the number 8`, `a date`. */
export function readAs(text: string): string {
  const plain = text.replaceAll('_', '');
  if (/^(?:y|yes|on|true)$/i.test(plain)) return 'true';
  if (/^(?:n|no|off|false)$/i.test(plain)) return 'false';
  if (/^(?:null|~)$/i.test(plain)) return 'null';
  if (INTEGER.test(plain)) return `the number ${wholeNumber(plain)}`;
  if (FLOAT.test(plain)) return `the number ${Number(plain)}`;
  if (BASE_60.test(plain)) return 'a number of base 60';
  if (TIMESTAMP.test(plain)) return 'a date';
  return 'not a string';
}
