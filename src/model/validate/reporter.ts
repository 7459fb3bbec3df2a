import { closest } from '../closest.js';
import type { Problem } from '../failure.js';
import { isLabel, isSubdomain } from '../names.js';
import type { Family } from '../resource.js';

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value in a message: strings are quoted, long texts are cut at 80 characters, and lists and maps are only named as such. */
export function show(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/**
 * The name of the rule for a number that is not whole but that the API server accepts as whole, because it ignores a fraction
 * below a billionth of the number (kube-openapi, IsFloat64AJSONInteger). Undefined for values that the server refuses too.
 */
export function nearlyWhole(value: unknown): 'integer-exact' | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  const whole = Math.round(value);
  const difference = Math.abs(value - whole);
  return difference > 0 && difference < 1e-9 * Math.min(Math.abs(value), Math.abs(whole)) ? 'integer-exact' : undefined;
}

/** Collects the problems of one resource. */
export class Reporter {
  readonly problems: Problem[] = [];

  add(field: string, message: string, rule?: string): void {
    this.problems.push(rule ? { field, message, rule } : { field, message });
  }

  /** Adds a problem of the field's key, not of its value. */
  addKey(field: string, message: string, rule?: string): void {
    this.problems.push({ field, message, ...(rule && { rule }), part: 'key' });
  }

  /** Reports the fields of a map that are not in `names`, as the API server's strict decoding does. */
  known(field: string, value: Record<string, unknown>, names: readonly string[]): void {
    for (const name of Object.keys(value)) {
      if (names.includes(name)) continue;
      const meant = closest(name, names);
      const next = meant === undefined ? `expected one of ${names.join(', ')}` : `did you mean "${meant}"?`;
      this.addKey(field ? `${field}.${name}` : name, `unknown field; ${next}`);
    }
  }

  /** Checks an optional map of strings. Returns its valid entries. */
  stringMap(field: string, value: unknown): [string, string][] {
    if (value === undefined || value === null) return [];
    if (!isMap(value)) {
      this.add(field, `must be a mapping of strings, not ${show(value)}`);
      return [];
    }
    const entries: [string, string][] = [];
    for (const [key, item] of Object.entries(value)) {
      const path = `${field}[${key}]`;
      if (typeof item !== 'string') {
        this.add(path, `must be a string, not ${show(item)}`, item === null ? 'text-null' : undefined);
      } else if (!key.isWellFormed() || !item.isWellFormed()) {
        this.add(path, 'contains an unpaired surrogate, which cannot be stored', 'text-characters');
      } else entries.push([key, item]);
    }
    return entries;
  }

  /** Checks tlsCredentials: a Secret's name on Kubernetes, the name of a folder under input/certs on system sites. */
  credentialsName(field: string, name: string, family: Family): void {
    if (family === 'kubernetes' ? isSubdomain(name) : isLabel(name)) return;
    const what = family === 'kubernetes' ? 'Secret name' : 'directory name under input/certs';
    this.add(field, `invalid ${what} ${show(name)}; use lower-case letters, digits and "-"`, 'tls-credentials-name');
  }
}
