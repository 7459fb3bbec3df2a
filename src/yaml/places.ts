import { pairsOf, plainSource, startOf, type YamlNode } from './node.js';

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

/** What aliases mean: for each map and list of a document the node that came first with it. */
export type Anchors = ReadonlyMap<unknown, YamlNode>;

/** Empty for a text without anchors. */
export function anchorsOf(root: YamlNode, text: string): Anchors {
  const anchors = new Map<unknown, YamlNode>();
  const remember = (node: YamlNode): void => {
    if (typeof node.value !== 'object' || node.value === null) return;
    if (!anchors.has(node.value)) anchors.set(node.value, node);
    node.children.forEach(remember);
  };
  if (text.includes('&')) remember(root);
  return anchors;
}

/** The nodes in `items` of a document that is a List. */
export function itemsOf(root: YamlNode, text: string): readonly YamlNode[] {
  return pairsOf(root, text).find(({ key }) => key.value === 'items')?.value?.children ?? [];
}

/** Where the fields of one document, or of an item of the List that it is, stand. */
export class Places {
  readonly entries: Entry[] = [];
  /** Every name an entry may be called by: maps of strings are written `labels[app]`. */
  private readonly byField = new Map<string, Entry>();
  private readonly start: number;

  /** @param text of the whole document */
  constructor(
    top: YamlNode,
    private readonly text: string,
    anchors: Anchors,
  ) {
    this.start = startOf(top, text);
    const open = [{ node: top, path: '' }];
    // Breadth first: of two members that share a name, as `a.b` and b in a, the outer one is meant.
    for (let at = 0; at < open.length && this.entries.length < MOST_ENTRIES; at += 1) {
      const { node, path } = open[at] ?? { node: top, path: '' };
      const target = anchors.get(node.value) ?? node;
      if (Array.isArray(target.value)) {
        target.children.forEach((child, index) => {
          const field = `${path}[${index}]`;
          this.keep({ field, parent: path, value: this.spotOf(child) }, [field]);
          open.push({ node: child, path: field });
        });
      } else if (typeof target.value === 'object' && target.value !== null) this.addMap(target, path, open);
    }
  }

  private addMap(map: YamlNode, path: string, open: { node: YamlNode; path: string }[]): void {
    const seen = new Map<string, Entry>();
    const values = new Map<string, YamlNode>();
    const merged: YamlNode[] = [];
    for (const { key: node, value } of pairsOf(map, this.text)) {
      if (node.tag === 'tag:yaml.org,2002:merge') {
        if (value) merged.push(...(Array.isArray(value.value) ? value.children : [value]));
        continue;
      }
      const text = String(node.value);
      const field = path === '' ? text : `${path}.${text}`;
      const key = { ...this.spotOf(node), text };
      const entry: Entry = { field, parent: path, key, value: value && this.written(value), repeats: seen.get(text) };
      if (!entry.repeats) seen.set(text, entry);
      this.keep(entry, [field, `${path}[${text}]`, ...(key.plain === undefined ? [] : [`${path}[${key.plain}]`])]);
      if (value) values.set(field, value);
    }
    // Of a key given twice the last one counts, as for the reader.
    for (const [field, node] of values) open.push({ node, path: field });
    // What is merged in stands behind what the map itself says.
    for (const node of merged) open.push({ node, path });
  }

  private spotOf(node: YamlNode): Spot {
    const plain = plainSource(node, this.text);
    return { offset: startOf(node, this.text), ...(plain !== undefined && { plain }) };
  }

  /** The value's own place when it is a scalar or an alias; a collection stands at its key, and nothing has no place. */
  private written(node: YamlNode): Spot | undefined {
    const spot = this.spotOf(node);
    const collection = typeof node.value === 'object' && node.value !== null && this.text[spot.offset] !== '*';
    return collection || spot.plain === '' ? undefined : spot;
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
