import { Failure } from './failure.js';
import { labelValueProblem, qualifiedNameProblem } from './names.js';

export type Labels = Readonly<Record<string, string>>;

/** One term of kubectl's syntax: `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b,c)`, `a`, `!a`, `a>5`, `a<5`. */
const TERM = /^(?:(!)\s*)?([^\s=!,()<>]+)(?:\s*(==|=|!=|<|>)\s*([^\s=!,()<>]*)|\s+(in|notin)\s*\(([^()]*)\))?$/;

/** Splits a selector at the commas outside parentheses. */
function termsOf(text: string): string[] {
  const found: string[] = [];
  let start = 0;
  let depth = 0;
  for (let at = 0; at <= text.length; at += 1) {
    const char = text[at];
    if (char === '(') depth += 1;
    else if (char === ')') depth -= 1;
    if (at < text.length && (char !== ',' || depth > 0)) continue;
    found.push(text.slice(start, at).trim());
    start = at + 1;
  }
  return found;
}

function parseTerm(term: string, text: string): (labels: Labels) => boolean {
  const bad = (why: string): never => {
    throw new Failure('usage', `invalid label selector ${JSON.stringify(text)}: ${why}`, {
      causes: [{ field: '--selector', message: why }],
      hint: 'Use the syntax of kubectl: -l app=web, -l "env in (prod,test)", -l \'!old\'.',
    });
  };
  const match = TERM.exec(term);
  if (!match) return bad(term === '' ? 'empty term' : `invalid term ${JSON.stringify(term)}`);
  const [, not, key = '', operator, value = '', set, list = ''] = match;
  if (not && (operator || set)) return bad(`${JSON.stringify(term)} mixes "!" with a value`);
  const wrongKey = qualifiedNameProblem(key);
  if (wrongKey) return bad(`${JSON.stringify(key)} ${wrongKey}`);
  const values = set ? list.split(',').map((item) => item.trim()) : [value];
  for (const item of values) {
    const wrong = labelValueProblem(item);
    if (wrong) return bad(`${JSON.stringify(item)} ${wrong}`);
  }
  if (operator === '<' || operator === '>') {
    if (!/^-?[0-9]+$/.test(value)) return bad(`${JSON.stringify(value)} is not a whole number`);
    const sign = operator === '<' ? -1 : 1;
    return (labels) => /^-?[0-9]+$/.test(labels[key] ?? '') && (Number(labels[key]) - Number(value)) * sign > 0;
  }
  const has = (labels: Labels): boolean => Object.hasOwn(labels, key);
  if (not) return (labels) => !has(labels);
  if (!operator && !set) return has;
  const among = (labels: Labels): boolean => has(labels) && values.includes(labels[key] ?? '');
  return operator === '!=' || set === 'notin' ? (labels) => !among(labels) : among;
}

/**
 * Parses a label selector in kubectl's syntax.
 *
 * @returns a test that is true for labels that match every term; an empty selector matches everything
 * @throws Failure `usage` for a selector that the API server refuses
 */
export function parseSelector(text: string): (labels: Labels | undefined) => boolean {
  if (text.trim() === '') return () => true;
  const tests = termsOf(text).map((term) => parseTerm(term, text));
  return (labels = {}) => tests.every((test) => test(labels));
}
