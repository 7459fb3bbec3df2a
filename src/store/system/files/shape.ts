import { Failure } from '../../../model/failure.js';
import { API_VERSION, GROUP, KIND, type MultiKeyListener } from '../../../model/resource.js';
import { isData, member, type Data } from './documents.js';

/** The kind and name of a Skupper resource. */
export interface Identity {
  kind: string;
  name: string;
}

/** The kind and name of a document in Skupper's API group; undefined for anything else. */
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

/** The fields that this program reads, with a check for the Go type into which Skupper decodes each. Parents come first. */
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
 * Checks that the fields of a document have the types of a MultiKeyListener. Values are checked by `validate` in src/model.
 *
 * @param file path of the document's file, for the message
 * @throws Failure `damaged-file` with one cause for each missing field and each field with a wrong type
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
  // The fields of the type have been checked above.
  return value as unknown as MultiKeyListener;
}
