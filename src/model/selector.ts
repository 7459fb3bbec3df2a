import { Failure } from './failure.js';
import { labelValueProblem, qualifiedNameProblem } from './names.js';

export type Labels = Readonly<Record<string, string>>;

/** `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b,c)`, `a`, `!a`: kubectl's syntax. */
const TERM = /^(?:(!)\s*)?([^\s=!,()]+)(?:\s*(==|=|!=)\s*([^\s=!,()]*)|\s+(in|notin)\s*\(([^()]*)\))?$/;

/** Splits at the commas that stand outside parentheses. */
function terms(text: string): string[] {
  return text.split(/,(?![^(]*\))/).map((term) => term.trim());
}

function parseTerm(term: string, text: string): (labels: Labels) => boolean {
  const bad = (why: string): never => {
    throw new Failure('usage', `the selector ${JSON.stringify(text)} can't be used: ${why}`, {
      causes: [{ field: '--selector', message: why }],
      hint: 'Write it as kubectl does: -l app=web, -l "env in (prod,test)", -l \'!old\'.',
    });
  };
  const match = TERM.exec(term);
  if (!match) return bad(term === '' ? 'a term is empty' : `${JSON.stringify(term)} is not a term`);
  const [, not, key = '', operator, value = '', set, list = ''] = match;
  if (not && (operator || set)) return bad(`${JSON.stringify(term)} mixes "!" with a value`);
  const wrongKey = qualifiedNameProblem(key);
  if (wrongKey) return bad(`${JSON.stringify(key)} ${wrongKey}`);
  const values = set ? list.split(',').map((item) => item.trim()) : [value];
  for (const item of values) {
    const wrong = labelValueProblem(item);
    if (wrong) return bad(`${JSON.stringify(item)} ${wrong}`);
  }
  const has = (labels: Labels): boolean => Object.hasOwn(labels, key);
  if (not) return (labels) => !has(labels);
  if (!operator && !set) return has;
  const among = (labels: Labels): boolean => has(labels) && values.includes(labels[key] ?? '');
  return operator === '!=' || set === 'notin' ? (labels) => !among(labels) : among;
}

/**
 * A test for a label selector in kubectl's syntax; all its terms must hold.
 * Throws `usage` for one that the API server would refuse too. An empty text matches all.
 */
export function parseSelector(text: string): (labels: Labels | undefined) => boolean {
  if (text.trim() === '') return () => true;
  const tests = terms(text).map((term) => parseTerm(term, text));
  return (labels = {}) => tests.every((test) => test(labels));
}
