import type { MultiKeyListener } from '../../../model/resource.js';
import { isData, without, type Data } from './documents.js';

/** What a file never holds: it belongs to an API server. */
const SERVER_FIELDS = ['resourceVersion', 'generation', 'managedFields', 'selfLink'];
/** What makes one object of an API server that object, and would mean nothing in a new file. */
const OBJECT_FIELDS = ['uid', 'creationTimestamp', 'deletionTimestamp', 'ownerReferences', 'finalizers'];
/** Go's `omitempty`: the fields of the spec that are left out when empty. Unknown fields are left alone. */
const OMIT_EMPTY = ['tlsCredentials', 'requireClientCert', 'observer', 'settings'];

function isEmpty(value: unknown): boolean {
  return !value || (typeof value === 'object' && Object.keys(value).length === 0);
}

/** A spec without the empty values that Go would not write either. */
export function tidySpec(spec: Data): Data {
  return without(spec, ...OMIT_EMPTY.filter((name) => isEmpty(spec[name])));
}

/**
 * The document as it is written: without status, what a server adds, and empty
 * values. Fields this program does not know stay as they are.
 */
export function tidy(document: Data): Data {
  const metadata = isData(document['metadata']) ? document['metadata'] : {};
  const empty = Object.keys(metadata).filter((name) => isEmpty(metadata[name]));
  return {
    ...without(document, 'status'),
    metadata: without(metadata, ...SERVER_FIELDS, ...empty),
    ...(isData(document['spec']) ? { spec: tidySpec(document['spec']) } : {}),
  };
}

/** The document of a new resource: tidied, in this namespace, and nobody else's. */
export function manifest(resource: MultiKeyListener, namespace: string): Data {
  return tidy({ ...resource, metadata: { ...without(resource.metadata, ...OBJECT_FIELDS), namespace } });
}
