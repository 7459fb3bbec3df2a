import type { MultiKeyListener } from './resource.js';

/** The name under which this program writes; the server keeps what each manager set (managedFields). */
export const FIELD_MANAGER = 'skupper-multikeylistener';

interface ManagedEntry {
  manager?: string;
  subresource?: string;
  fieldsV1?: Record<string, unknown>;
}

/** The entries of managedFields, undefined where there are none. The API server takes null for one in a manifest. */
function entriesOf({ metadata }: MultiKeyListener): ManagedEntry[] | undefined {
  const entries = metadata.managedFields as (ManagedEntry | null)[] | undefined;
  return Array.isArray(entries) ? entries.filter((entry) => entry !== null) : undefined;
}

/**
 * The paths of a FieldsV1 set: `f:NAME` are fields, list items end a path. A set that holds
 * only `.` owns the map but none of its entries, so it yields no path.
 */
function paths(fields: Record<string, unknown>, prefix: readonly string[]): string[][] {
  const keys = Object.keys(fields);
  const names = keys.filter((key) => key.startsWith('f:'));
  const leaf = prefix.length > 0 && !(keys.length === 1 && keys[0] === '.');
  if (names.length === 0) return leaf ? [[...prefix]] : [];
  return names.flatMap((key) => {
    const inner = fields[key];
    const map = typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : {};
    return paths(map, [...prefix, key.slice(2)]);
  });
}

/**
 * The fields that this program wrote before and nobody else claims, as paths of keys; undefined
 * where nobody keeps such a record (system sites). Source: the API server's
 * `metadata.managedFields` (structured-merge-diff FieldsV1).
 */
export function ownedPaths(resource: MultiKeyListener): string[][] | undefined {
  const entries = entriesOf(resource);
  if (!entries) return undefined;
  const of = (ours: boolean): string[][] =>
    entries
      .filter((entry) => (entry.manager === FIELD_MANAGER) === ours && !entry.subresource)
      .flatMap((entry) => paths(entry.fieldsV1 ?? {}, []));
  const shared = new Set(of(false).map((path) => JSON.stringify(path)));
  return of(true).filter((path) => !shared.has(JSON.stringify(path)));
}

/** A tool that applies a resource from elsewhere and puts back what others change. */
export interface GitOpsOwner {
  tool: 'Argo CD' | 'Flux' | 'Helm';
  /** The application, Kustomization, HelmRelease or release, where the marks tell its name. */
  owner?: string;
}

interface Mark {
  tool: GitOpsOwner['tool'];
  /** Labels or annotations: the first that is there names the owner, with its namespace before it where a second key tells it. */
  keys: readonly (readonly [name: string, namespace?: string])[];
  /** Names under which the tool itself writes. */
  managers: readonly string[];
}

/**
 * What each tool leaves on the objects that it applies. Sources: Argo CD, "Resource Tracking"; Flux, "Kustomization" and
 * "HelmRelease" (origin labels); Helm, "Labels and Annotations". Flux stands before Helm, which it uses underneath.
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
 * Which GitOps tool applies a resource that exists, read from its labels, annotations and managedFields.
 *
 * @returns undefined where nothing tells of one
 */
export function gitOpsOwner(resource: MultiKeyListener): GitOpsOwner | undefined {
  const { metadata } = resource;
  const marks = { ...metadata.labels, ...metadata.annotations };
  const entries = entriesOf(resource) ?? [];
  for (const { tool, keys, managers } of MARKS) {
    const found = keys.find(([name]) => marks[name]);
    if (found) {
      const [name, space] = found;
      // A tracking id of Argo CD is APPLICATION:GROUP/KIND:NAMESPACE/NAME.
      const owner = (marks[name] ?? '').split(':')[0];
      const namespace = space === undefined ? undefined : marks[space];
      return { tool, owner: namespace ? `${namespace}/${owner}` : owner };
    }
    if (entries.some(({ manager, subresource }) => !subresource && managers.includes(manager ?? ''))) return { tool };
  }
  return undefined;
}
