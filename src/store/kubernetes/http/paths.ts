import { API_VERSION } from '../../../model/resource.js';

/** encodeURIComponent throws for an unpaired surrogate, which a server or a kubeconfig may contain. */
const segment = (text: string): string => encodeURIComponent(text.toWellFormed());

/** The path of a collection in the API group skupper.io, or of one object in it. Without a namespace: of all namespaces. */
export function skupperPath(plural: string, namespace?: string, name?: string): string {
  return `/apis/${API_VERSION}${scoped(plural, namespace, name)}`;
}

/** The path of a collection in the core API, or of one object in it. Without a namespace: of all namespaces. */
export function corePath(plural: string, namespace?: string, name?: string): string {
  return `/api/v1${scoped(plural, namespace, name)}`;
}

function scoped(plural: string, namespace?: string, name?: string): string {
  const scope = namespace === undefined ? '' : `/namespaces/${segment(namespace)}`;
  return `${scope}/${plural}${name === undefined ? '' : `/${segment(name)}`}`;
}

/** False for a text that would change the meaning of a path. No object can have such a name. */
export function isPathName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !name.includes('/') && !name.includes('%');
}
