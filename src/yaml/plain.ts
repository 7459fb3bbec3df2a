/**
 * How YAML 1.1 readers take scalars without quotes (https://yaml.org/type/): Go's
 * sigs.k8s.io/yaml, with which Skupper reads files, and PyYAML.
 */

// The patterns match a text without its underscores, which separate digits in YAML 1.1.
const WORD = /^(?:y|yes|n|no|on|off|true|false|null|~|=|<<)$/i;
const INTEGER = /^[-+]?(?:[0-9]+|0b[01]+|0o[0-7]+|0x[0-9a-f]+)$/i;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+\.?[0-9]*)(?:e[-+]?[0-9]+)?$/i;
const SPECIAL_FLOAT = /^[-+]?\.(?:inf|nan)$/i;
const BASE_60 = /^[-+]?[0-9]+(?::[0-9]+)+(?:\.[0-9]*)?$/;
const TIMESTAMP = /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \t].*)?$/;
// Three dots at the start of a line end the document.
const END_MARK = /^\.\.\.(?:\s|$)/;
const PATTERNS = [WORD, INTEGER, FLOAT, SPECIAL_FLOAT, BASE_60, TIMESTAMP, END_MARK];

/** True when a YAML 1.1 reader would not read the unquoted text back as that string. */
export function changesType(text: string): boolean {
  const plain = text.replaceAll('_', '');
  return PATTERNS.some((pattern) => pattern.test(plain));
}

/** A quick first test, as this is run on every scalar: only texts of this form can match one of PATTERNS. */
const SUSPICIOUS = /^(?:[yntfo][a-z]{0,4}$|[-+.~=0-9])/i;
/** Keys that every reader turns into the text that is written. */
const SAME_KEY = /^(?:true|false|-?[1-9][0-9]{0,14}|0)$/;
/** Values that are the same boolean, null or number for every reader. */
const SAME_VALUE =
  /^(?:true|false|null|[-+]?(?:0|[1-9][0-9]*)|0x[0-9a-f]+|[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:e[-+]?[0-9]+)?|[-+]?\.inf|\.nan|~|)$/i;

/** True for a key without quotes that some readers turn into a different text, or do not accept as text. */
export function keyDiffers(text: string): boolean {
  return SUSPICIOUS.test(text) && !SAME_KEY.test(text) && changesType(text);
}

/** True for a value without quotes that readers of YAML 1.1 and YAML 1.2 read differently. */
export function valueDiffers(text: string): boolean {
  return SUSPICIOUS.test(text) && !SAME_VALUE.test(text) && changesType(text);
}

function wholeNumber(text: string): number {
  const [, sign, digits = ''] = /^([-+]?)(.*)$/.exec(text) ?? [];
  const value = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits.toLowerCase());
  return sign === '-' ? -value : value;
}

/** The value, in words for a message, that a YAML 1.1 reader reads from a text without quotes: `true`, `the number 8`, `a date`. */
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
