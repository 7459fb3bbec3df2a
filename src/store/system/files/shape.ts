import { Failure } from '../../../model/failure.js';
import { API_VERSION, GROUP, KIND, type MultiKeyListener } from '../../../model/resource.js';
import { isData, member, type Data } from './documents.js';

/** What a document of Skupper's says it is. */
export interface Identity {
  kind: string;
  name: string;
}

/** The kind and name of a document of Skupper's API group, or undefined for anything else. */
export function identify(value: unknown): Identity | undefined {
  if (!isData(value) || !isData(value['metadata'])) return undefined;
  const { apiVersion, kind } = value;
  const name = member(value['metadata'], 'name');
  if (typeof apiVersion !== 'string' || !apiVersion.startsWith(`${GROUP}/`)) return undefined;
  return typeof kind === 'string' && typeof name === 'string' && name !== '' ? { kind, name } : undefined;
}

type Check = (value: unknown) => string | undefined;

const text: Check = (value) => (typeof value === 'string' ? undefined : 'must be a string (quote it)');
const integer: Check = (value) => (Number.isSafeInteger(value) ? undefined : 'must be a whole number');
const truth: Check = (value) => (typeof value === 'boolean' ? undefined : 'must be true or false');
const texts: Check = (value) =>
  Array.isArray(value) && value.every((item) => typeof item === 'string') ? undefined : 'must be a list of strings';
const mapOf =
  (check: Check, what: string): Check =>
  (value) =>
    isData(value) && Object.values(value).every((item) => check(item) === undefined) ? undefined : `must map ${what}`;
const map: Check = (value) => (isData(value) ? undefined : 'must be a mapping');

/** The paths that the rest of the program reads, each with the Go type Skupper decodes it into. Parents come first. */
const FIELDS: readonly { path: readonly string[]; check: Check; required?: boolean }[] = [
  { path: ['metadata', 'labels'], check: mapOf(text, 'names to strings') },
  { path: ['metadata', 'annotations'], check: mapOf(text, 'names to strings') },
  { path: ['metadata', 'uid'], check: text },
  { path: ['spec'], check: map, required: true },
  { path: ['spec', 'host'], check: text, required: true },
  { path: ['spec', 'port'], check: integer, required: true },
  { path: ['spec', 'tlsCredentials'], check: text },
  { path: ['spec', 'requireClientCert'], check: truth },
  { path: ['spec', 'observer'], check: text },
  { path: ['spec', 'settings'], check: mapOf(text, 'names to strings') },
  { path: ['spec', 'strategy'], check: map, required: true },
  { path: ['spec', 'strategy', 'priority'], check: map },
  { path: ['spec', 'strategy', 'priority', 'routingKeys'], check: texts },
  { path: ['spec', 'strategy', 'weighted'], check: map },
  { path: ['spec', 'strategy', 'weighted', 'routingKeys'], check: mapOf(integer, 'keys to whole numbers') },
];

/**
 * The document as a resource whose fields have the types they should have.
 * Their values are the business of the model's validation.
 * @throws Failure `damaged-file` with one cause for each field of a wrong type
 */
export function asResource(value: Data, file: string): MultiKeyListener {
  const causes = FIELDS.flatMap(({ path, check, required }) => {
    const found = path.reduce<unknown>(member, value);
    const wrong = found === undefined || found === null ? required && 'is required' : check(found);
    return wrong ? [{ field: path.join('.'), message: wrong }] : [];
  });
  if (value['apiVersion'] !== API_VERSION) causes.unshift({ field: 'apiVersion', message: `must be ${API_VERSION}` });
  const [first] = causes;
  if (first !== undefined) {
    throw new Failure('damaged-file', `${file} does not contain a valid ${KIND}: ${first.field} ${first.message}`, {
      causes,
      hint: 'Repair or remove that file.',
    });
  }
  // Every field that the type names has just been checked.
  return value as unknown as MultiKeyListener;
}
