import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { admit, type Stored } from './api-double-rules.js';
import {
  alreadyExists,
  conflict,
  expired,
  invalid,
  MODIFIED,
  noNamespace,
  notFound,
  Refusal,
} from './api-double-status.js';

export interface Change {
  version: number;
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  plural: string;
  object: Stored;
  /** For selectors: what it was before. */
  before?: Stored;
}

export interface Preconditions {
  uid?: string;
  resourceVersion?: string;
}

const CHECKED = 'multikeylisteners';

/** The objects of the double, with one version counter and the history that watches read, as etcd has. */
export class Storage {
  /** Changes before this version are forgotten (410). */
  oldest = 1;
  /** Lists say that so many more remain than there are. */
  unlisted = 0;
  readonly namespaces = new Set(['default']);
  private version = 100;
  private readonly objects = new Map<string, Stored>();
  private readonly history: Change[] = [];
  private readonly listeners = new Set<(change: Change) => void>();

  get current(): number {
    return this.version;
  }

  /** @returns how to stop listening */
  onChange(listener: (change: Change) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Forgets all history: a watch from an earlier version is answered with 410. */
  compact(): void {
    this.version += 1;
    this.oldest = this.version;
    this.history.length = 0;
  }

  list(plural: string, namespace?: string): Stored[] {
    const prefix = namespace === undefined ? `${plural}/` : `${plural}/${namespace}/`;
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix)).sort();
    return keys.map((key) => this.objects.get(key)).filter((object) => object !== undefined);
  }

  /** @throws Refusal 410 */
  changesSince(version: string): Change[] {
    const from = Number(version);
    if (from < this.oldest) throw expired(version, this.oldest);
    return this.history.filter((change) => change.version > from);
  }

  get(plural: string, namespace: string, name: string): Stored {
    const found = this.objects.get(`${plural}/${namespace}/${name}`);
    if (!found) throw notFound(plural, name);
    return found;
  }

  create(plural: string, namespace: string, object: Partial<Stored>, dryRun = false): Stored {
    const admitted = plural === CHECKED ? admit(object) : (object as Stored);
    if (admitted.metadata.resourceVersion) {
      // Without a reason, as the real server says it.
      throw new Refusal(500, undefined, 'resourceVersion should not be set on objects to be created');
    }
    if (!this.namespaces.has(namespace)) throw noNamespace(namespace);
    const name = admitted.metadata.name || `${admitted.metadata.generateName}${randomUUID().slice(0, 5)}`;
    const taken = this.objects.get(`${plural}/${namespace}/${name}`);
    if (taken) throw alreadyExists(plural, name, taken.metadata.deletionTimestamp !== undefined);
    const created: Stored = {
      ...admitted,
      metadata: {
        ...admitted.metadata,
        deletionTimestamp: undefined,
        name,
        namespace,
        uid: randomUUID(),
        generation: 1,
        creationTimestamp: now(),
        resourceVersion: '',
      },
    };
    // The status of a kind with a status subresource cannot be written here.
    if (plural === CHECKED) delete created.status;
    return this.store('ADDED', plural, created, undefined, dryRun);
  }

  /** PUT and PATCH. `status`: the subresource, which touches nothing else. */
  update(
    plural: string,
    object: Partial<Stored> & Pick<Stored, 'metadata'>,
    before: Stored,
    { dryRun = false, status = false } = {},
  ): Stored {
    const { name, namespace, uid, resourceVersion } = object.metadata;
    if (resourceVersion && resourceVersion !== before.metadata.resourceVersion) throw conflict(plural, name, MODIFIED);
    if (uid && uid !== before.metadata.uid) {
      const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${before.metadata.uid}`;
      throw conflict(
        plural,
        name,
        `StorageError: invalid object, Code: 4, Key: /${plural}/${namespace}/${name}: ${why}`,
      );
    }
    const admitted = plural === CHECKED && !status ? admit(object, before) : (object as Stored);
    const { uid: oldUid, creationTimestamp, generation = 1, resourceVersion: oldVersion } = before.metadata;
    const changed = !status && !isDeepStrictEqual(admitted.spec, before.spec);
    const fixed = {
      name: before.metadata.name,
      namespace: before.metadata.namespace,
      uid: oldUid,
      creationTimestamp,
      generation: changed ? generation + 1 : generation,
      resourceVersion: oldVersion,
      ...(before.metadata.deletionTimestamp && { deletionTimestamp: before.metadata.deletionTimestamp }),
    };
    const after: Stored = status
      ? { ...before, status: admitted.status }
      : { ...admitted, status: before.status, metadata: { ...admitted.metadata, ...fixed } };
    if (after.status === undefined) delete after.status;
    // As in the real server: a write that changes nothing is no write.
    if (isDeepStrictEqual(after, before)) return before;
    const released = after.metadata.deletionTimestamp && !after.metadata.finalizers?.length;
    return this.store(released ? 'DELETED' : 'MODIFIED', plural, after, before, dryRun);
  }

  delete(plural: string, namespace: string, name: string, preconditions: Preconditions = {}, dryRun = false): Stored {
    const found = this.get(plural, namespace, name);
    const { uid, resourceVersion, finalizers = [] } = found.metadata;
    if (preconditions.uid && preconditions.uid !== uid) {
      throw conflict(
        plural,
        name,
        `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid})`,
      );
    }
    if (preconditions.resourceVersion && preconditions.resourceVersion !== resourceVersion) {
      throw conflict(
        plural,
        name,
        `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion})`,
      );
    }
    if (finalizers.length > 0) {
      const marked = { ...found, metadata: { ...found.metadata, deletionTimestamp: now() } };
      return this.store('MODIFIED', plural, marked, found, dryRun);
    }
    return this.store('DELETED', plural, found, found, dryRun);
  }

  private store(
    type: Change['type'],
    plural: string,
    object: Stored,
    before: Stored | undefined,
    dryRun: boolean,
  ): Stored {
    if (dryRun) {
      // Nothing was stored: there is no version of it.
      const resourceVersion = type === 'ADDED' ? (undefined as unknown as string) : object.metadata.resourceVersion;
      return { ...object, metadata: { ...object.metadata, resourceVersion } };
    }
    this.version += 1;
    const stored = structuredClone({
      ...object,
      metadata: { ...object.metadata, resourceVersion: String(this.version) },
    });
    const key = `${plural}/${stored.metadata.namespace}/${stored.metadata.name}`;
    if (type === 'DELETED') this.objects.delete(key);
    else this.objects.set(key, stored);
    const change: Change = { version: this.version, type, plural, object: stored, before };
    this.history.push(change);
    for (const listener of this.listeners) listener(change);
    return stored;
  }
}

/** What a PUT without a resourceVersion gets. */
export const versionRequired = (plural: string, name: string): Error =>
  invalid(plural, name, [
    {
      reason: 'FieldValueInvalid',
      message: 'Invalid value: 0: must be specified for an update',
      field: 'metadata.resourceVersion',
    },
  ]);

const now = (): string => new Date().toISOString().replace(/\.\d+Z$/, 'Z');
