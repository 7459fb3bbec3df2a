import { addressOf } from '../../model/names.js';
import { isMap } from '../../model/validate/reporter.js';
import type { Family } from '../../model/resource.js';
import type { DocumentRules } from './documents.js';
import type { Remark } from './validation.js';

const WILDCARDS = ['0.0.0.0', '::'];

interface Listening {
  host: string;
  name: string;
  where: string;
}

/** The name and namespace of a document; empty strings where it has none. Takes any value. */
export function identityOf(object: unknown): { name: string; namespace: string } {
  const metadata = isMap(object) && isMap(object['metadata']) ? object['metadata'] : {};
  const stringOrEmpty = (value: unknown): string => (typeof value === 'string' ? value : '');
  return { name: stringOrEmpty(metadata['name']), namespace: stringOrEmpty(metadata['namespace']) };
}

/**
 * Finds documents that conflict with each other: the same name, or the same host
 * and port, in one namespace. Keeps a few strings of each document, not the document.
 */
export class Collisions {
  private readonly names = new Map<string, string>();
  /** The first document of each namespace, port and host. */
  private readonly endpoints = new Map<string, Listening>();
  /** By namespace and port: the first document, and the first that listens on every address. */
  private readonly ports = new Map<string, { first: Listening; wildcard?: Listening }>();
  private readonly family: Family;

  constructor(private readonly rules: DocumentRules) {
    this.family = rules.family;
  }

  /**
   * Remembers a document, and returns a remark for each conflict with an earlier one.
   *
   * @param where the file and line that a message about a later document names
   */
  add(object: unknown, where: string): Remark[] {
    const identity = identityOf(object);
    if (identity.name === '') return [];
    const name = ownText(identity.name);
    const home = ownText(identity.namespace) || this.rules.namespace || (this.family === 'system' ? 'default' : '');
    const first = this.names.get(`${home}/${name}`);
    if (first === undefined) this.names.set(`${home}/${name}`, where);
    const same: Remark[] =
      first === undefined
        ? []
        : [
            {
              field: 'metadata.name',
              message: `"${name}" is already defined in ${first}`,
              rule: 'name-repeated',
              severity: 'error',
            },
          ];
    // A resource that is defined twice is one listener, so its host and port do not conflict.
    return first === undefined ? this.endpoint(object, { home, name, where }) : same;
  }

  private endpoint(object: unknown, { home, name, where }: { home: string; name: string; where: string }): Remark[] {
    const spec = isMap(object) && isMap(object['spec']) ? object['spec'] : {};
    const { port } = spec;
    if (typeof spec['host'] !== 'string' || spec['host'] === '' || typeof port !== 'number') return [];
    const host = ownText(spec['host']);
    const id = `${home}/${port}/${host}`;
    const same = this.endpoints.get(id);
    if (same) return [this.taken(host, port, same)];
    const listening: Listening = { host, name, where };
    this.endpoints.set(id, listening);
    return this.family === 'system' ? this.overlap(`${home}/${port}`, port, listening) : [];
  }

  private overlap(id: string, port: number, listening: Listening): Remark[] {
    const earlier = this.ports.get(id);
    const wildcard = WILDCARDS.includes(listening.host);
    if (!earlier) this.ports.set(id, { first: listening, ...(wildcard ? { wildcard: listening } : {}) });
    else if (wildcard) earlier.wildcard ??= listening;
    const other = wildcard ? earlier?.first : earlier?.wildcard;
    return other && other !== listening ? [overlaps(listening.host, port, other)] : [];
  }

  private taken(host: string, port: number, other: Listening): Remark {
    const message = `${other.name} in ${other.where} has the same host and port, ${addressOf({ host, port })}`;
    const field = 'spec.host';
    const rule = 'host-port-taken';
    if (this.family === 'system') return { field, message, rule, severity: 'error' };
    return { field, message: `${message}: one of them gets no traffic`, rule, severity: 'warning' };
  }
}

/** V8 makes a slice, which keeps the whole string in memory, only from this length on; a shorter substring is a copy. */
const SHORTEST_SLICE = 13;

/** Copies a string that was cut from a file's text, because a slice keeps the whole text in memory. */
function ownText(text: string): string {
  return text.length < SHORTEST_SLICE ? text : Buffer.from(text).toString();
}

function overlaps(host: string, port: number, other: Listening): Remark {
  const message = `${other.name} in ${other.where} listens on ${addressOf({ host: other.host, port })}, which overlaps ${addressOf({ host, port })}`;
  return { field: 'spec.host', message, rule: 'host-port-overlaps', severity: 'warning' };
}
