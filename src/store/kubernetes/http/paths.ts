import { API_VERSION } from '../../../model/resource.js';

/** Half a character, as a server or a kubeconfig may hold it, has no encoding. */
const segment = (text: string): string => encodeURIComponent(text.toWellFormed());

/** The path of a collection of skupper.io, or of one object; without a namespace, of all namespaces. */
export function skupperPath(plural: string, namespace?: string, name?: string): string {
  return `/apis/${API_VERSION}${scoped(plural, namespace, name)}`;
}

/** The same for the core API. */
export function corePath(plural: string, namespace?: string, name?: string): string {
  return `/api/v1${scoped(plural, namespace, name)}`;
}

function scoped(plural: string, namespace?: string, name?: string): string {
  const scope = namespace === undefined ? '' : `/namespaces/${segment(namespace)}`;
  return `${scope}/${plural}${name === undefined ? '' : `/${segment(name)}`}`;
}

/** False for what cannot be an object's name and would make the path mean something else. */
export function isPathName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !name.includes('/') && !name.includes('%');
}
