import type { MultiKeyListener } from './resource.js';

/** The field manager of this program. The server records the fields that each manager has set (managedFields). */
export const FIELD_MANAGER = 'skupper-multikeylistener';

interface ManagedEntry {
  manager?: string;
  subresource?: string;
  fieldsV1?: Record<string, unknown>;
}

/** The entries of managedFields without null, which the API server accepts in a manifest. Undefined without managedFields. */
function entriesOf({ metadata }: MultiKeyListener): ManagedEntry[] | undefined {
  const entries = metadata.managedFields as (ManagedEntry | null)[] | undefined;
  return Array.isArray(entries) ? entries.filter((entry) => entry !== null) : undefined;
}

/**
 * The paths of the leaves in a FieldsV1 set. Only members `f:NAME` are followed, so a path ends at a list. A set that
 * holds only `.` owns the map but none of its entries, so it yields no path.
 */
function leafPaths(fields: Record<string, unknown>, prefix: readonly string[]): string[][] {
  const keys = Object.keys(fields);
  const names = keys.filter((key) => key.startsWith('f:'));
  const leaf = prefix.length > 0 && !(keys.length === 1 && keys[0] === '.');
  if (names.length === 0) return leaf ? [[...prefix]] : [];
  return names.flatMap((key) => {
    const inner = fields[key];
    const map = typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : {};
    return leafPaths(map, [...prefix, key.slice(2)]);
  });
}

/**
 * The fields that this program has written and no other manager owns, as paths of keys, from `metadata.managedFields`
 * (FieldsV1 of the API server's structured-merge-diff). Undefined without managedFields, as on system sites.
 */
export function ownedPaths(resource: MultiKeyListener): string[][] | undefined {
  const entries = entriesOf(resource);
  if (!entries) return undefined;
  const pathsOf = (ours: boolean): string[][] =>
    entries
      .filter((entry) => (entry.manager === FIELD_MANAGER) === ours && !entry.subresource)
      .flatMap((entry) => leafPaths(entry.fieldsV1 ?? {}, []));
  const others = new Set(pathsOf(false).map((path) => JSON.stringify(path)));
  return pathsOf(true).filter((path) => !others.has(JSON.stringify(path)));
}

/** A tool that applies a resource from a source such as a Git repository, and reverts changes made by others. */
export interface GitOpsOwner {
  tool: 'Argo CD' | 'Flux' | 'Helm';
  /** The Argo CD application, Kustomization, HelmRelease or Helm release; `NAMESPACE/NAME` if its namespace is known. */
  owner?: string;
}

interface Mark {
  tool: GitOpsOwner['tool'];
  /** Labels or annotations. The first one present holds the owner's name; the second of its pair holds the owner's namespace. */
  keys: readonly (readonly [name: string, namespace?: string])[];
  /** Field managers of the tool. */
  managers: readonly string[];
}

/**
 * The marks of each tool on the objects that it applies. Sources: Argo CD, "Resource Tracking"; Flux, "Kustomization" and
 * "HelmRelease" (origin labels); Helm, "Labels and Annotations". Flux comes before Helm, because it uses Helm and then both
 * have left their marks.
 */
const MARKS: readonly Mark[] = [
  {
    tool: 'Argo CD',
    keys: [['argocd.argoproj.io/tracking-id'], ['argocd.argoproj.io/instance']],
    managers: ['argocd-controller', 'argocd-application-controller'],
  },
  {
    tool: 'Flux',
    keys: [
      ['kustomize.toolkit.fluxcd.io/name', 'kustomize.toolkit.fluxcd.io/namespace'],
      ['helm.toolkit.fluxcd.io/name', 'helm.toolkit.fluxcd.io/namespace'],
    ],
    managers: ['kustomize-controller', 'helm-controller'],
  },
  { tool: 'Helm', keys: [['meta.helm.sh/release-name', 'meta.helm.sh/release-namespace']], managers: ['helm'] },
];

/**
 * Finds the GitOps tool that applies a stored resource, from its labels, annotations and managedFields.
 *
 * @returns undefined if no tool has left its marks
 */
export function gitOpsOwner(resource: MultiKeyListener): GitOpsOwner | undefined {
  const { metadata } = resource;
  const marks = { ...metadata.labels, ...metadata.annotations };
  const entries = entriesOf(resource) ?? [];
  for (const { tool, keys, managers } of MARKS) {
    const found = keys.find(([name]) => marks[name]);
    if (found) {
      const [name, space] = found;
      // Argo CD's tracking id is APPLICATION:GROUP/KIND:NAMESPACE/NAME.
      const owner = (marks[name] ?? '').split(':')[0];
      const namespace = space === undefined ? undefined : marks[space];
      return { tool, owner: namespace ? `${namespace}/${owner}` : owner };
    }
    if (entries.some(({ manager, subresource }) => !subresource && managers.includes(manager ?? ''))) return { tool };
  }
  return undefined;
}
