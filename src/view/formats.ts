import { reference, type MultiKeyListener } from '../model/resource.js';
import { escapeText, jsonText } from '../model/text.js';

/** Writes a list item by item, so that the resources themselves need not be kept in memory. */
export interface ListFormat {
  /** The text of one resource in the list. */
  item(resource: MultiKeyListener): string;
  /** The whole text in pieces: the items, and the text before, between and after them. */
  text(items: readonly string[]): Iterable<string>;
}

/** A data format of `-o`. The text is the same with and without a terminal. */
export interface DataFormat {
  name: string;
  about: string;
  one(resource: MultiKeyListener): Promise<string>;
  list(): Promise<ListFormat>;
  /** Writes any other documented value; undefined if the format only writes resources. */
  value?(value: unknown): Promise<string>;
}

/** The resource as it is printed: without `managedFields`, as in kubectl. */
export function shown(resource: MultiKeyListener): MultiKeyListener {
  if (!resource.metadata?.managedFields) return resource;
  const metadata = { ...resource.metadata };
  delete metadata.managedFields;
  return { ...resource, metadata };
}

/** A list is one `List` document, as kubectl prints and accepts it, even if it is empty. */
const EMPTY_LIST = { apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '' }, items: [] };

const jsonDocument = (value: unknown): string => `${jsonText(value, 2)}\n`;
const json = (value: unknown): Promise<string> => Promise.resolve(jsonDocument(value));
const yaml = async (value: unknown): Promise<string> => (await import('../yaml/dump.js')).dumpYaml(value);
const name = (resource: MultiKeyListener): string => `${escapeText(reference(resource.metadata.name))}\n`;

/** Puts items into the text of an empty list, in place of its `[]`. */
function* around(
  empty: string,
  items: readonly string[],
  [before, between, after]: readonly string[],
): Generator<string> {
  const [head = '', tail = ''] = items.length === 0 ? [empty] : empty.split(/ ?\[\]/);
  yield head;
  if (items.length === 0) return;
  for (const [index, item] of items.entries()) yield `${index === 0 ? before : between}${item}`;
  yield `${after}${tail}`;
}

const jsonList: ListFormat = {
  item: (resource) => jsonText(shown(resource), 2).replaceAll('\n', '\n    '),
  text: (items) => around(jsonDocument(EMPTY_LIST), items, [' [\n    ', ',\n    ', '\n  ]']),
};

async function yamlList(): Promise<ListFormat> {
  const { dumpYaml } = await import('../yaml/dump.js');
  return {
    item: (resource) =>
      `- ${dumpYaml(shown(resource))
        .slice(0, -1)
        .replace(/\n(?=[^\n])/g, '\n  ')}`,
    text: (items) => around(dumpYaml(EMPTY_LIST), items, ['\n', '\n', '']),
  };
}

const DATA_FORMATS: readonly DataFormat[] = [
  {
    name: 'json',
    about: 'the object as the server holds it; a list is one List document',
    one: (resource) => json(shown(resource)),
    list: () => Promise.resolve(jsonList),
    value: json,
  },
  {
    name: 'yaml',
    about: 'the same as YAML',
    one: (resource) => yaml(shown(resource)),
    list: yamlList,
    value: yaml,
  },
  {
    name: 'name',
    about: 'multikeylistener/NAME, one a line',
    one: (resource) => Promise.resolve(name(resource)),
    list: () => Promise.resolve({ item: name, text: (items) => items }),
  },
];

/** True for kubectl's template formats, which this program does not support. */
export function isTemplate(format: string): boolean {
  return /^(jsonpath|go-template)/.test(format);
}

/** The data formats of `-o`, for flags and help. */
export const DATA_FORMAT_NAMES: readonly string[] = DATA_FORMATS.map((format) => format.name);
/** The formats of a command whose document is more than the resource. */
export const VALUE_FORMAT_NAMES: readonly string[] = DATA_FORMATS.filter((format) => format.value).map((f) => f.name);
/** The formats of a command that prints a table. */
export const TABLE_FORMAT_NAMES: readonly string[] = ['table', 'wide', ...DATA_FORMAT_NAMES];

/** The data format with this name; undefined for `table`, `wide` and no name. */
export function dataFormat(name: string | undefined): DataFormat | undefined {
  return DATA_FORMATS.find((format) => format.name === name);
}

/** The text of a list whose resources are all in memory. */
export async function listText(format: DataFormat, resources: readonly MultiKeyListener[]): Promise<string> {
  const list = await format.list();
  return [...list.text(resources.map((resource) => list.item(resource)))].join('');
}
