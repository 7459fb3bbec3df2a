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

/** What of a document could collide with another: nothing of its shape is assumed. */
export function identityOf(object: unknown): { name: string; namespace: string } {
  const metadata = isMap(object) && isMap(object['metadata']) ? object['metadata'] : {};
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return { name: text(metadata['name']), namespace: text(metadata['namespace']) };
}

/**
 * Finds documents that can't stand together: the same name, or the same host
 * and port, in one namespace. Keeps a line of text for each document, not the document.
 */
export class Collisions {
  private readonly names = new Map<string, string>();
  /** By namespace, port and host: the first of each. */
  private readonly endpoints = new Map<string, Listening>();
  /** By namespace and port: the first of all, and the first that listens on every address. */
  private readonly ports = new Map<string, { first: Listening; wildcard?: Listening }>();
  private readonly family: Family;

  constructor(private readonly rules: DocumentRules) {
    this.family = rules.family;
  }

  /**
   * What the document has in common with those before it.
   *
   * @param where how the document is called when a later one collides with it
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
    // The same resource twice is one listener, not two that collide.
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
    const known = this.ports.get(id);
    const wildcard = WILDCARDS.includes(listening.host);
    if (!known) this.ports.set(id, { first: listening, ...(wildcard ? { wildcard: listening } : {}) });
    else if (wildcard) known.wildcard ??= listening;
    const other = wildcard ? known?.first : known?.wildcard;
    return other && other !== listening ? [overlaps(listening.host, port, other)] : [];
  }

  private taken(host: string, port: number, other: Listening): Remark {
    const message = `${other.name} in ${other.where} has the same host and port, ${host}:${port}`;
    const field = 'spec.host';
    const rule = 'host-port-taken';
    if (this.family === 'system') return { field, message, rule, severity: 'error' };
    return { field, message: `${message}: one of them gets no traffic`, rule, severity: 'warning' };
  }
}

/** V8 copies shorter pieces of a text by itself. */
const SHORTEST_PIECE = 13;

/** A copy: a piece cut from a file's text would keep all of that text in memory. */
function ownText(text: string): string {
  return text.length < SHORTEST_PIECE ? text : Buffer.from(text).toString();
}

function overlaps(host: string, port: number, other: Listening): Remark {
  const message = `${other.name} in ${other.where} listens on ${other.host}:${port}, which overlaps ${host}:${port}`;
  return { field: 'spec.host', message, rule: 'host-port-overlaps', severity: 'warning' };
}
