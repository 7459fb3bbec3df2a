import {
  isLabel,
  isNamespaceName,
  isSubdomain,
  labelValueProblem,
  MAX_ANNOTATION_BYTES,
  MAX_NAME_KUBERNETES,
  qualifiedNameProblem,
} from '../names.js';
import { isMap, show, type Reporter } from './reporter.js';
import { validateMachinery } from './server-metadata.js';
import type { Family } from '../resource.js';

const FIELDS = [
  'name',
  'namespace',
  'labels',
  'annotations',
  'generateName',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'finalizers',
  'ownerReferences',
  'managedFields',
  'selfLink',
];

/** Checks names, labels and annotations by the rules of the API server, and names also by those of Skupper. */
export function validateMetadata(report: Reporter, metadata: unknown, family: Family): void {
  if (metadata !== undefined && metadata !== null && !isMap(metadata)) {
    report.add('metadata', `must be a mapping, not ${show(metadata)}`);
    return;
  }
  const given = metadata ?? {};
  report.known('metadata', given, FIELDS);
  validateMachinery(report, given);
  validateName(report, given, family);
  const namespace = given['namespace'];
  if (namespace !== undefined && namespace !== null) {
    if (typeof namespace !== 'string') report.add('metadata.namespace', `must be a string, not ${show(namespace)}`);
    else if (namespace !== '' && !isNamespaceName(namespace)) {
      report.add('metadata.namespace', `invalid namespace ${show(namespace)}; ${LABEL_RULE}`);
    }
  }
  for (const [key, value] of report.stringMap('metadata.labels', given['labels'])) {
    const wrong = qualifiedNameProblem(key);
    if (wrong) report.addKey(`metadata.labels[${key}]`, `the key ${show(key)} ${wrong}`);
    const wrongValue = labelValueProblem(value);
    if (wrongValue) report.add(`metadata.labels[${key}]`, `the value ${show(value)} ${wrongValue}`);
  }
  const annotations = report.stringMap('metadata.annotations', given['annotations']);
  for (const [key] of annotations) {
    // Like the API server, check the key in lower case. Go turns U+0130 into `i`; JavaScript would turn it into two characters.
    const wrong = qualifiedNameProblem(key.replaceAll('\u0130', 'i').toLowerCase());
    if (wrong) report.addKey(`metadata.annotations[${key}]`, `the key ${show(key)} ${wrong}`);
  }
  const bytes = annotations.reduce((sum, [key, value]) => sum + utf8Length(key) + utf8Length(value), 0);
  if (bytes > MAX_ANNOTATION_BYTES) {
    report.add('metadata.annotations', `must not exceed ${MAX_ANNOTATION_BYTES} bytes in total, but have ${bytes}`);
  }
}

const LABEL_RULE = 'use at most 63 lower-case letters, digits and "-", starting and ending with a letter or digit';

function validateName(report: Reporter, { name, generateName }: Record<string, unknown>, family: Family): void {
  const field = 'metadata.name';
  const generated = typeof generateName === 'string' && generateName !== '';
  // The API server appends random characters, so the prefix may end with a dash. It checks the prefix only in a create.
  if (generated && (/[/%]/.test(generateName) || !isSubdomain(generateName.replace(/[\0-\x7f]-$/, 'a')))) {
    const message = `invalid prefix of a name ${show(generateName)}; ${LABEL_RULE}`;
    report.add('metadata.generateName', message, 'generate-name');
  }
  if (name === undefined || name === null || name === '') {
    const why = generated ? ': generateName is not enough, the name must be known in advance' : '';
    report.add(field, `is required${why}`, generated ? 'generate-name' : undefined);
  } else if (typeof name !== 'string') report.add(field, `must be a string, not ${show(name)}`);
  else if (!isSubdomain(name)) report.add(field, `invalid name ${show(name)}; ${LABEL_RULE}`);
  else if (name.includes('.')) {
    const why = family === 'kubernetes' ? 'it names a port of a Service' : 'system sites allow none';
    report.add(field, `${show(name)} has a dot; ${why}`, 'name-without-dots');
  } else if (family === 'kubernetes' && name.length > MAX_NAME_KUBERNETES) {
    const why = 'the controller names a Service port multiaddress-NAME after it, which has 63';
    report.add(
      field,
      `has ${name.length} characters; at most ${MAX_NAME_KUBERNETES} are allowed: ${why}`,
      'name-length',
    );
  } else if (!isLabel(name)) report.add(field, `invalid name ${show(name)}; ${LABEL_RULE}`, 'name-length');
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
