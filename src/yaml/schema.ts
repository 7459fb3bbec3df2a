import { FAILSAFE_SCHEMA, Type } from 'js-yaml';

/**
 * The types of scalars without quotes in Go's sigs.k8s.io/yaml, with which kubectl and Skupper read files: YAML 1.1 with the
 * words and numbers of go.yaml.in/yaml/v2, in which base-60 numbers and dates are strings.
 */

const NULL = /^(?:~|null|Null|NULL|)$/;
const TRUE = /^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const FALSE = /^(?:n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const SPECIAL_FLOAT = /^(?:([-+]?)\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const DECIMAL = /^[-+]?(?:0|[1-9][0-9]*)$/;
/** A whole number with a sign, the prefix of a base and digits; it may be too large to be exact as a Number. */
const OF_BASE = /^([-+]?)0([xX](?=[0-9a-fA-F]+$)|[bB](?=[01]+$)|[oO]?(?=[0-7]+$))([0-9a-fA-F]+)$/;
const BASES: Readonly<Record<string, string>> = { x: '0x', b: '0b', o: '0o', '': '0o' };
/** Go keeps whole numbers in 64 bits: uint64, or int64 for negative ones. */
const MOST = 2n ** 64n - 1n;
const LEAST = -(2n ** 63n);

/** The value of a whole number with the prefix of a base; undefined for other texts and for numbers with more than 64 bits. */
function numberOfBase(text: string): number | undefined {
  const [, sign, prefix = '', digits = ''] = OF_BASE.exec(text) ?? [];
  if (sign === undefined) return undefined;
  const magnitude = BigInt(`${BASES[prefix.toLowerCase()] ?? '0o'}${digits}`);
  const value = sign === '-' ? -magnitude : magnitude;
  // Go parses a number with a sign, even +, as int64.
  return value < LEAST || value > (sign === '' ? MOST : -LEAST - 1n) ? undefined : Number(value);
}

/** The number that Go's reader reads from a scalar without quotes; undefined if it does not read a number. */
export function numberOf(text: string): number | undefined {
  if (!/^[-+.0-9]/.test(text)) return undefined;
  const [special, sign] = SPECIAL_FLOAT.exec(text) ?? [];
  if (special !== undefined) return sign === undefined ? Number.NaN : sign === '-' ? -Infinity : Infinity;
  // Underscores are allowed anywhere, except in a number that starts with a point, where they must be between digits.
  if (text.startsWith('.') && /_(?![0-9])|[^0-9]_/.test(text)) return undefined;
  const plain = text.replaceAll('_', '');
  const whole = numberOfBase(plain);
  if (whole !== undefined) return whole || 0;
  const value = FLOAT.test(plain) ? Number(plain) : Number.NaN;
  // A number that is too large for a float is a string. Whole numbers have no negative zero.
  return Number.isFinite(value) ? (DECIMAL.test(plain) ? value || 0 : value) : undefined;
}

/** True for a whole number of at most 64 bits. Go reads all other numbers as floats. */
function isInteger(text: string): boolean {
  if (!/^[-+0-9]/.test(text)) return false;
  const plain = text.replaceAll('_', '');
  if (!DECIMAL.test(plain)) return numberOfBase(plain) !== undefined;
  const value = plain.length < 18 ? 0n : BigInt(plain.replace(/^\+/, ''));
  return value >= LEAST && value <= (/^[-+]/.test(plain) ? -LEAST - 1n : MOST);
}

const isText = (text: unknown): text is string => typeof text === 'string';
const scalar = (tag: string, resolve: (text: string) => boolean, construct: (text: string) => unknown): Type =>
  new Type(`tag:yaml.org,2002:${tag}`, {
    kind: 'scalar',
    resolve: (text: unknown) => resolve(isText(text) ? text : ''),
    construct: (text: unknown) => construct(isText(text) ? text : ''),
  });

const NULLS = scalar(
  'null',
  (text) => NULL.test(text),
  () => null,
);
const BOOLEANS = scalar(
  'bool',
  (text) => TRUE.test(text) || FALSE.test(text),
  (text) => TRUE.test(text),
);
const INTEGERS = scalar('int', isInteger, numberOf);
const FLOATS = scalar('float', (text) => numberOf(text) !== undefined, numberOf);

/** The merge key of YAML 1.1: `<<` without quotes merges another map into this one. */
const MERGE = new Type('tag:yaml.org,2002:merge', { kind: 'scalar', resolve: (text: unknown) => text === '<<' });

export const GO_TYPES: Type[] = [NULLS, BOOLEANS, INTEGERS, FLOATS, MERGE];
/** The schema of Go's reader. It accepts only the tags of YAML itself. */
export const GO_SCHEMA = FAILSAFE_SCHEMA.extend({ implicit: GO_TYPES });
