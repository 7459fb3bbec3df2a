import { isAlias, isMap, isScalar, isSeq, type Pair } from 'yaml';

/** Members of one document that are looked at, aliases followed: far above any manifest. */
const MOST_ENTRIES = 100_000;

/** A key or a value as it stands in the text. */
export interface Spot {
  /** In UTF-16 units from the start of the chunk. */
  offset: number;
  /** What a scalar without quotes is written as; undefined for everything else. */
  plain?: string;
}

/** A member of a map or a list. */
export interface Entry {
  /** `spec.port`, `spec.strategy.priority.routingKeys[0]`. */
  field: string;
  /** The same for the map or list it stands in. */
  parent: string;
  key?: Spot & { text: string };
  /** Undefined where nothing is written, as in `host:`. */
  value?: Spot;
  /** The first entry with the same key of the same map. */
  repeats?: Entry;
}

interface Open {
  node: unknown;
  path: string;
}

function spotOf(node: unknown): Spot | undefined {
  const { range, source, type } = (node ?? {}) as { range?: [number, number, number]; source?: string; type?: string };
  if (!range) return undefined;
  return type === 'PLAIN' ? { offset: range[0], plain: source ?? '' } : { offset: range[0] };
}

function keyText(pair: Pair): string {
  if (isScalar(pair.key)) return String(pair.key.value ?? pair.key.source ?? '');
  return pair.key === null ? 'null' : String(pair.key);
}

function isMerge(pair: Pair): boolean {
  return isScalar(pair.key) && pair.key.source === '<<' && pair.key.type === 'PLAIN';
}

/** Where the fields of one document stand. */
export class LocatedDocument {
  readonly entries: Entry[] = [];
  /** Every name an entry may be called by: maps of strings are written `labels[app]`. */
  private readonly byField = new Map<string, Entry>();
  private readonly start: number;

  /** @param targets what each alias of the document means */
  constructor(root: unknown, targets: ReadonlyMap<unknown, unknown>) {
    this.start = spotOf(root)?.offset ?? 0;
    const open: Open[] = [{ node: root, path: '' }];
    // Breadth first: of two members that share a name, as `a.b` and b in a, the outer one is meant.
    for (let at = 0; at < open.length && this.entries.length < MOST_ENTRIES; at += 1) {
      const { node, path } = open[at] as Open;
      const target = isAlias(node) ? targets.get(node) : node;
      if (isMap(target)) this.addMap(target.items, path, open);
      else if (isSeq(target)) target.items.forEach((item, index) => this.addItem({ item, index, path }, open));
    }
  }

  private addMap(pairs: readonly Pair[], path: string, open: Open[]): void {
    const seen = new Map<string, Entry>();
    const values = new Map<string, unknown>();
    for (const pair of pairs) {
      if (isMerge(pair)) continue;
      const text = keyText(pair);
      const field = path === '' ? text : `${path}.${text}`;
      const key = { offset: 0, ...spotOf(pair.key), text };
      const entry: Entry = { field, parent: path, key, value: written(pair.value), repeats: seen.get(text) };
      if (!entry.repeats) seen.set(text, entry);
      this.keep(entry, [field, `${path}[${text}]`, ...(key.plain === undefined ? [] : [`${path}[${key.plain}]`])]);
      values.set(field, pair.value);
    }
    // Of a key given twice the last one counts, as for the reader.
    for (const [field, node] of values) open.push({ node, path: field });
    // What is merged in stands behind what the map itself says.
    for (const pair of pairs) {
      const merged = isMerge(pair) ? (isSeq(pair.value) ? pair.value.items : [pair.value]) : [];
      for (const node of merged) open.push({ node, path });
    }
  }

  private addItem({ item, index, path }: { item: unknown; index: number; path: string }, open: Open[]): void {
    const field = `${path}[${index}]`;
    this.keep({ field, parent: path, value: spotOf(item) }, [field]);
    open.push({ node: item, path: field });
  }

  private keep(entry: Entry, names: readonly string[]): void {
    this.entries.push(entry);
    for (const name of names) if (!this.byField.has(name) || entry.repeats) this.byField.set(name, entry);
  }

  /**
   * The offset of a field's key or value. A map or list as value is found at its
   * key; a field that is not there at the key of the map it is missing from, or at the document's start.
   */
  offsetOf(field: string, part: 'key' | 'value'): number {
    const entry = this.byField.get(field);
    if (entry) return (part === 'key' ? entry.key : undefined)?.offset ?? (entry.value ?? entry.key)?.offset ?? 0;
    for (let parent = field; parent !== '';) {
      parent = parent.replace(/(?:^|\.)[^.[\]]*$|\[[^[\]]*\]?$|\]$|[^.[\]]+$/, '');
      const found = this.byField.get(parent);
      if (found) return (found.key ?? found.value)?.offset ?? this.start;
    }
    return this.start;
  }
}

/** The value's own place when it is a scalar; a collection stands at its key, and nothing has no place. */
function written(value: unknown): Spot | undefined {
  if (isMap(value) || isSeq(value)) return undefined;
  if (isScalar(value) && value.source === '' && value.type === 'PLAIN') return undefined;
  return spotOf(value);
}
