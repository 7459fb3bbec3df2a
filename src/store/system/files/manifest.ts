import type { MultiKeyListener } from '../../../model/resource.js';
import { isData, without, type Data } from './documents.js';

/** Metadata of an API server that is never written to a file. */
const SERVER_FIELDS = ['resourceVersion', 'generation', 'managedFields', 'selfLink'];
/** Metadata of one object on an API server, which is not copied to a new file. */
const OBJECT_FIELDS = ['uid', 'creationTimestamp', 'deletionTimestamp', 'ownerReferences', 'finalizers'];
/** The fields of the spec with Go's `omitempty`, which are left out if empty. Unknown fields are not changed. */
const OMIT_EMPTY = ['tlsCredentials', 'requireClientCert', 'observer', 'settings'];

function isEmpty(value: unknown): boolean {
  return !value || (typeof value === 'object' && Object.keys(value).length === 0);
}

/** A spec without the empty values that Go does not write. */
export function tidySpec(spec: Data): Data {
  return without(spec, ...OMIT_EMPTY.filter((name) => isEmpty(spec[name])));
}

/**
 * The document as it is written to a file: without status, server fields and empty values. Unknown fields are not changed.
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

/** The document of a new resource in a namespace: tidied, and without metadata that identifies an object on a server. */
export function manifest(resource: MultiKeyListener, namespace: string): Data {
  return tidy({ ...resource, metadata: { ...without(resource.metadata, ...OBJECT_FIELDS), namespace } });
}
