import { pairsOf, plainSource, startOf, type YamlNode } from './node.js';

/** Limit for the members of one document that are indexed, with aliases expanded: more than any manifest has. */
const MOST_ENTRIES = 100_000;

/** The position of a key or a value in the text. */
export interface Spot {
  /** In UTF-16 code units from the start of the chunk. */
  offset: number;
  /** The source text of a scalar without quotes; undefined for anything else. */
  plain?: string;
}

/** A member of a map or a list. */
export interface Entry {
  /** Field path, such as `spec.port` or `spec.strategy.priority.routingKeys[0]`. */
  field: string;
  /** Field path of the map or list that contains the member. */
  parent: string;
  key?: Spot & { text: string };
  /** Undefined if a key has no value, as in `host:`, or has a map or list as its value. */
  value?: Spot;
  /** The first entry with the same key of the same map. */
  repeats?: Entry;
}

/** For each map and list of a document the first node that has it as value. Aliases are later nodes with the same value. */
export type Anchors = ReadonlyMap<unknown, YamlNode>;

/** The anchors of a document; empty if the text has none. */
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

/** The nodes under `items` of a document whose kind is List: of the last `items`, if there are several. */
export function itemsOf(root: YamlNode, text: string): readonly YamlNode[] {
  return pairsOf(root, text).findLast(({ key }) => key.value === 'items')?.value?.children ?? [];
}

/** The positions of all fields of one resource: a whole document, or one item of a List. */
export class Places {
  readonly entries: Entry[] = [];
  /** Entries by each of their field paths: a member of a map is found as `labels.app` and as `labels[app]`. */
  private readonly byField = new Map<string, Entry>();
  private readonly start: number;

  /**
   * @param top the resource's node
   * @param text the text of the whole document
   */
  constructor(
    top: YamlNode,
    private readonly text: string,
    anchors: Anchors,
  ) {
    this.start = startOf(top, text);
    const open = [{ node: top, path: '' }];
    // Breadth first, so that of two members with the same field path (key `a.b`, and key `b` in `a`) the outer one is found.
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
      const entry: Entry = {
        field,
        parent: path,
        key,
        value: value && this.scalarSpot(value),
        repeats: seen.get(text),
      };
      if (!entry.repeats) seen.set(text, entry);
      this.keep(entry, [field, `${path}[${text}]`, ...(key.plain === undefined ? [] : [`${path}[${key.plain}]`])]);
      if (value) values.set(field, value);
    }
    // As in `readDocument`, the last of two duplicate keys counts.
    for (const [field, node] of values) open.push({ node, path: field });
    // Merged maps come last, because the map's own members take precedence over theirs.
    for (const node of merged) open.push({ node, path });
  }

  private spotOf(node: YamlNode): Spot {
    const plain = plainSource(node, this.text);
    return { offset: startOf(node, this.text), ...(plain !== undefined && { plain }) };
  }

  /** The position of a scalar or an alias; undefined for a map or list, which is reported at its key, and for an absent value. */
  private scalarSpot(node: YamlNode): Spot | undefined {
    const spot = this.spotOf(node);
    const collection = typeof node.value === 'object' && node.value !== null && this.text[spot.offset] !== '*';
    return collection || spot.plain === '' ? undefined : spot;
  }

  private keep(entry: Entry, names: readonly string[]): void {
    this.entries.push(entry);
    for (const name of names) if (!this.byField.has(name) || entry.repeats) this.byField.set(name, entry);
  }

  /**
   * The offset, in UTF-16 code units, of a field's key or value. For a map or list it is that of the key; for a missing
   * field it is that of the nearest parent that exists, or else the start of the resource.
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
