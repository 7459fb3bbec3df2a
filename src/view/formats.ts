import { reference, type MultiKeyListener } from '../model/resource.js';
import { escapeText, jsonText } from '../model/text.js';

/** How a list is written: its resources can be given one after another, and be forgotten. */
export interface ListFormat {
  /** What the resource becomes in the list. */
  item(resource: MultiKeyListener): string;
  /** All of the text, in pieces: the items and what stands around them. */
  text(items: readonly string[]): Iterable<string>;
}

/** How a resource, or several, are written as data: the same with and without a terminal. */
export interface DataFormat {
  name: string;
  about: string;
  one(resource: MultiKeyListener): Promise<string>;
  list(): Promise<ListFormat>;
  /** Anything else that a command documents as its data. */
  value?(value: unknown): Promise<string>;
}

/** `managedFields` is the server's bookkeeping; kubectl leaves it out as well. */
export function shown(resource: MultiKeyListener): MultiKeyListener {
  if (!resource.metadata?.managedFields) return resource;
  const metadata = { ...resource.metadata };
  delete metadata.managedFields;
  return { ...resource, metadata };
}

/** One document for a list, also when it is empty: a `List` as kubectl prints and takes it. */
const EMPTY_LIST = { apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '' }, items: [] };

const text = (value: unknown): string => `${jsonText(value, 2)}\n`;
const json = (value: unknown): Promise<string> => Promise.resolve(text(value));
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
  text: (items) => around(text(EMPTY_LIST), items, [' [\n    ', ',\n    ', '\n  ]']),
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

/** Whether it is one of kubectl's templates, which this program does not have. */
export function isTemplate(format: string): boolean {
  return /^(jsonpath|go-template)/.test(format);
}

/** The data formats of `-o`, for flags and help. */
export const DATA_FORMAT_NAMES: readonly string[] = DATA_FORMATS.map((format) => format.name);
/** Those of a command that shows more than the object. */
export const VALUE_FORMAT_NAMES: readonly string[] = DATA_FORMATS.filter((format) => format.value).map((f) => f.name);
/** Those of a table. */
export const TABLE_FORMAT_NAMES: readonly string[] = ['table', 'wide', ...DATA_FORMAT_NAMES];

/** The format of that name, or undefined for the human ones. */
export function dataFormat(name: string | undefined): DataFormat | undefined {
  return DATA_FORMATS.find((format) => format.name === name);
}

/** The text of a list that is there already. */
export async function listText(format: DataFormat, resources: readonly MultiKeyListener[]): Promise<string> {
  const list = await format.list();
  return [...list.text(resources.map((resource) => list.item(resource)))].join('');
}
