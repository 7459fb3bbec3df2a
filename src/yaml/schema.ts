import { FAILSAFE_SCHEMA, Type } from 'js-yaml';

/**
 * Scalars without quotes as Go's sigs.k8s.io/yaml takes them, which kubectl, the API server's clients and Skupper read with:
 * YAML 1.1 with the words and numbers of go.yaml.in/yaml/v2. Numbers of base 60 and dates are text there.
 */

const NULL = /^(?:~|null|Null|NULL|)$/;
const TRUE = /^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const FALSE = /^(?:n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const SPECIAL_FLOAT = /^(?:([-+]?)\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const DECIMAL = /^[-+]?(?:0|[1-9][0-9]*)$/;
/** A sign, the prefix of a base and digits, of which a Number may hold too few. */
const OF_BASE = /^([-+]?)0([xX](?=[0-9a-fA-F]+$)|[bB](?=[01]+$)|[oO]?(?=[0-7]+$))([0-9a-fA-F]+)$/;
const BASES: Readonly<Record<string, string>> = { x: '0x', b: '0b', o: '0o', '': '0o' };
/** Go keeps whole numbers in 64 bits, negative ones with the sign as one of them. */
const MOST = 2n ** 64n - 1n;
const LEAST = -(2n ** 63n);

/** A whole number with a prefix; undefined for other texts, and for one that needs more than 64 bits. */
function numberOfBase(text: string): number | undefined {
  const [, sign, prefix = '', digits = ''] = OF_BASE.exec(text) ?? [];
  if (sign === undefined) return undefined;
  const magnitude = BigInt(`${BASES[prefix.toLowerCase()] ?? '0o'}${digits}`);
  const value = sign === '-' ? -magnitude : magnitude;
  // A sign, even +, leaves 63 bits.
  return value < LEAST || value > (sign === '' ? MOST : -LEAST - 1n) ? undefined : Number(value);
}

/** The number that Go's reader makes of a scalar without quotes; undefined when it makes none. */
export function numberOf(text: string): number | undefined {
  if (!/^[-+.0-9]/.test(text)) return undefined;
  const [special, sign] = SPECIAL_FLOAT.exec(text) ?? [];
  if (special !== undefined) return sign === undefined ? Number.NaN : sign === '-' ? -Infinity : Infinity;
  // Underscores can stand anywhere, but only between digits in a number that starts with its point.
  if (text.startsWith('.') && /_(?![0-9])|[^0-9]_/.test(text)) return undefined;
  const plain = text.replaceAll('_', '');
  const whole = numberOfBase(plain);
  if (whole !== undefined) return whole || 0;
  const value = FLOAT.test(plain) ? Number(plain) : Number.NaN;
  // What is too large for a float stays a text; a whole number has no negative zero.
  return Number.isFinite(value) ? (DECIMAL.test(plain) ? value || 0 : value) : undefined;
}

/** Other numbers, and whole ones that need more than 64 bits, are floats. */
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

/** `<<` without quotes merges maps. */
const MERGE = new Type('tag:yaml.org,2002:merge', { kind: 'scalar', resolve: (text: unknown) => text === '<<' });

export const GO_TYPES: Type[] = [NULLS, BOOLEANS, INTEGERS, FLOATS, MERGE];
/** What is accepted, with no tags but those of YAML itself. */
export const GO_SCHEMA = FAILSAFE_SCHEMA.extend({ implicit: GO_TYPES });
