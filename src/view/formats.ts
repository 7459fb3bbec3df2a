import { reference, type MultiKeyListener } from '../model/resource.js';
import { escapeText, jsonText } from '../model/text.js';

/** How a resource, or several, are written as data: the same with and without a terminal. */
interface DataFormat {
  name: string;
  about: string;
  one(resource: MultiKeyListener): Promise<string>;
  many(resources: readonly MultiKeyListener[]): Promise<string>;
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
export function listOf(resources: readonly MultiKeyListener[]): object {
  return { apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '' }, items: resources.map(shown) };
}

const json = (value: unknown): Promise<string> => Promise.resolve(`${jsonText(value, 2)}\n`);
const yaml = async (value: unknown): Promise<string> => (await import('../yaml/dump.js')).dumpYaml(value);
const name = (resource: MultiKeyListener): string => `${escapeText(reference(resource.metadata.name))}\n`;

const DATA_FORMATS: readonly DataFormat[] = [
  {
    name: 'json',
    about: 'the object as the server holds it; a list is one List document',
    one: (resource) => json(shown(resource)),
    many: (resources) => json(listOf(resources)),
    value: json,
  },
  {
    name: 'yaml',
    about: 'the same as YAML',
    one: (resource) => yaml(shown(resource)),
    many: (resources) => yaml(listOf(resources)),
    value: yaml,
  },
  {
    name: 'name',
    about: 'multikeylistener/NAME, one a line',
    one: (resource) => Promise.resolve(name(resource)),
    many: (resources) => Promise.resolve(resources.map(name).join('')),
  },
];

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
