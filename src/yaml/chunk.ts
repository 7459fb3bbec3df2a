import { FAILSAFE_SCHEMA, Type, YAMLException, loadAll, types, type Schema } from 'js-yaml';
import type { Failure } from '../model/failure.js';
import { merge, refuseExcess } from './load.js';
import { keyDiffers } from './plain.js';
import { readSimple } from './simple.js';

declare module 'js-yaml' {
  /** The types of the core schema, which the published types leave out. */
  export const types: Readonly<Record<'null' | 'bool' | 'int' | 'float', Type>>;
}

/** Characters that can't hold more nodes than are allowed. */
const SHORT = 1_000_000;

/** What one chunk of a file holds. */
export interface ChunkContent {
  /** Without the empty ones; empty when it could not be read. */
  documents: unknown[];
  /** Some scalar without quotes is read differently by YAML 1.1: a closer look is needed. */
  unclear: boolean;
  /** Why it could not be read, or could be read only with the last of several equal keys. */
  error?: { kind: 'syntax' | 'duplicate' | 'excess'; reason: string; offset: number };
}

/** Each key of JSON is followed by a colon; strings may hold more of them, so this is at least their number. */
function countColons(text: string): number {
  let count = 0;
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) {
    let before = at - 1;
    while (' \t\r\n'.includes(text[before] ?? '"')) before -= 1;
    if (text[before] === '"') count += 1;
  }
  return count;
}

function countKeys(value: unknown): number {
  const open = [value];
  let keys = 0;
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (typeof node !== 'object' || node === null) continue;
    const members = Object.values(node);
    if (!Array.isArray(node)) keys += members.length;
    for (const member of members) if (typeof member === 'object' && member !== null) open.push(member);
  }
  return keys;
}

/** JSON with no key twice in a map, or undefined: that is for the YAML reader, which says where. */
function strictJson(text: string): unknown {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return countKeys(value) === countColons(text) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Letters that null, the booleans and YAML 1.1's other ones start with. */
const WORDS = new Set('tTfFnNyYoO');

/** Most scalars without quotes are plainly text: words that are longer than, or start unlike, those with a meaning. */
function isPlainText(text: string): boolean {
  const first = text.charCodeAt(0) | 0x20;
  return first >= 0x61 && first <= 0x7a && (text.length > 5 || !WORDS.has(text.charAt(0)));
}

/** Reads chunks with js-yaml, and notices what only a reader with positions can judge. */
export class ChunkReader {
  private unclear = false;
  private readonly schema: Schema;

  constructor() {
    // The first implicit type is asked about every scalar without quotes. This one answers for most of them, which
    // saves asking the others, and remembers what a reader of YAML 1.1 would take for something else.
    const text = new Type('!text', {
      kind: 'scalar',
      resolve: (source: unknown) => {
        if (typeof source !== 'string') return false;
        if (isPlainText(source)) return true;
        this.unclear ||= keyDiffers(source);
        return false;
      },
    });
    this.schema = FAILSAFE_SCHEMA.extend({ implicit: [text, types.null, types.bool, types.int, types.float, merge] });
  }

  /** All documents of the chunk. Never throws: what is wrong with it is its `error`. */
  read(text: string): ChunkContent {
    this.unclear = false;
    const simple = readSimple(text);
    if (simple) return { documents: [simple], unclear: false };
    const json = strictJson(text);
    if (json !== undefined) return this.judged([json]);
    try {
      const documents = loadAll(text, null, { schema: this.schema });
      // Without an alias there are no more nodes than characters, and the reader itself bounds the depth.
      return text.includes('*') || text.length > SHORT ? this.judged(documents) : this.kept(documents);
    } catch (error) {
      const { reason, offset } = complaint(error);
      if (!/^duplicated mapping key/.test(reason)) return this.failed('syntax', reason, offset);
      return this.readRepeated(text, { kind: 'duplicate', reason, offset });
    }
  }

  /** The rest of a document with a key given twice is judged too, as readers take it: the last one counts. */
  private readRepeated(text: string, error: NonNullable<ChunkContent['error']>): ChunkContent {
    try {
      const content = this.judged(loadAll(text, null, { schema: this.schema, json: true }));
      return content.error ? content : { ...content, error };
    } catch (second) {
      const { reason, offset } = complaint(second);
      return this.failed('syntax', reason, offset);
    }
  }

  private judged(documents: unknown[]): ChunkContent {
    try {
      refuseExcess(documents, 'the document');
    } catch (error) {
      return this.failed('excess', (error as Failure).message, 0);
    }
    return this.kept(documents);
  }

  private kept(documents: unknown[]): ChunkContent {
    const present = documents.filter((document) => document !== null && document !== undefined);
    return { documents: present, unclear: this.unclear };
  }

  private failed(kind: 'syntax' | 'excess', reason: string, offset: number): ChunkContent {
    return { documents: [], unclear: false, error: { kind, reason, offset } };
  }
}

function complaint(error: unknown): { reason: string; offset: number } {
  if (!(error instanceof YAMLException)) return { reason: 'it is nested too deeply', offset: 0 };
  // An exception without a mark has no place; the types do not say so.
  const mark = error.mark as YAMLException['mark'] | undefined;
  return { reason: error.reason, offset: mark?.position ?? 0 };
}
