import { isAlias, isMap, isScalar, isSeq, parseDocument, Scalar, type Node } from 'yaml';

/**
 * YAML as Go's sigs.k8s.io/yaml reads it and makes JSON of it (YAML 1.1 with the words and numbers of go.yaml.in/yaml/v2,
 * resolve.go). Another parser than the program's, and tables of its own: it is there to contradict.
 */

const TRUE = /^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const FALSE = /^(?:n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const NULL = /^(?:|~|null|Null|NULL)$/;
const UNWRITABLE = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const INTEGERS: readonly [RegExp, radix: number][] = [
  [/^([-+]?)0[xX]([0-9a-fA-F]+)$/, 16],
  [/^([-+]?)0[bB]([01]+)$/, 2],
  [/^([-+]?)0[oO]?([0-7]+)$/, 8],
  [/^([-+]?)(0|[1-9][0-9]*)$/, 10],
];

/** What Go cannot read, or what no text of this program may hold. */
export class GoYamlError extends Error {}

function scalarOf(text: string): unknown {
  if (TRUE.test(text)) return true;
  if (FALSE.test(text)) return false;
  if (NULL.test(text)) return null;
  if (UNWRITABLE.test(text)) throw new GoYamlError(`${text} has no form in JSON`);
  if (text === '<<') throw new GoYamlError('a merge key: not modelled');
  if (/^\./.test(text)) return /^\.[0-9]+(?:[eE][-+]?[0-9]+)?$/.test(text) ? Number(text) : text;
  if (!/^[-+0-9]/.test(text)) return text;
  const plain = text.replaceAll('_', '');
  for (const [pattern, radix] of INTEGERS) {
    const [, sign, digits] = pattern.exec(plain) ?? [];
    if (digits !== undefined) return (sign === '-' ? -1 : 1) * Number.parseInt(digits, radix);
  }
  return FLOAT.test(plain) ? Number(plain) : text;
}

function valueOf(node: unknown): unknown {
  if (node === null || node === undefined) return null;
  if (isAlias(node)) throw new GoYamlError('an alias: not modelled');
  const { tag } = node as Node;
  if (tag !== undefined && !/^tag:yaml\.org,2002:(?:str|map|seq)$/.test(tag)) throw new GoYamlError(`a tag: ${tag}`);
  if (isScalar(node)) {
    const text = String(node.source ?? node.value);
    return node.type === Scalar.PLAIN ? scalarOf(text) : String(node.value);
  }
  if (isSeq(node)) return node.items.map(valueOf);
  if (!isMap(node)) throw new GoYamlError('not modelled');
  const map: Record<string, unknown> = {};
  for (const { key, value } of node.items) {
    const name = valueOf(key);
    if (name === null || typeof name === 'object') throw new GoYamlError('a key that is no scalar');
    Object.defineProperty(map, String(name), {
      value: valueOf(value),
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  return map;
}

/** k8s.io/apimachinery's YAMLReader: a line that starts with `---` ends a document, wherever it stands. */
function split(text: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (const line of text.split(/(?<=\n)/)) {
    const rest = /^---(.*)/s.exec(line)?.[1]?.trim();
    if (rest === undefined) part += line;
    else if (rest === '' || rest.startsWith('#')) {
      if (part !== '') parts.push(part);
      part = '';
    } else part += line;
  }
  return part === '' ? parts : [...parts, part];
}

/** The values of all documents; an empty one is null. Throws GoYamlError. */
export function goYaml(text: string): unknown[] {
  return split(text).map((part) => {
    const document = parseDocument(part, { version: '1.1', schema: 'failsafe', uniqueKeys: false, logLevel: 'silent' });
    const [error] = document.errors;
    if (error) throw new GoYamlError(error.message);
    return valueOf(document.contents);
  });
}
