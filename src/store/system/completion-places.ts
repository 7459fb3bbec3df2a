import { isNamespaceName } from '../../model/names.js';
import type { Places, StoreOptions } from '../store.js';
import { dataHome, namespacesFolder } from './files/paths.js';
import { folderNames } from './files/read-resources.js';

/** The namespaces that have a folder. System sites have no contexts. */
export async function systemPlaces(options: StoreOptions): Promise<Places> {
  const folder = namespacesFolder(dataHome(options));
  return { contexts: [], namespaces: async () => (await folderNames(folder)).filter(isNamespaceName).sort() };
}
