import { idOf, type MultiKeyListener } from '../../../model/resource.js';
import type { StoreEvent } from '../../store.js';
import { asMultiKeyListener } from '../http/items.js';

type Change = 'ADDED' | 'MODIFIED' | 'DELETED';

/** A resource that our own write has stored and that the watch has not reported yet. */
export interface Known {
  namespace: string;
  name: string;
  resourceVersion: string;
}

const keyOf = ({ metadata }: MultiKeyListener): string => idOf(metadata);

/**
 * Remembers the last reported object of each name, and with it turns the server's objects (lists that are repeated after a lost
 * connection included) into events without repetitions or gaps. It holds only objects that exist.
 */
export class Held {
  private readonly objects = new Map<string, MultiKeyListener>();
  /** While a list is read: the remembered objects that have not appeared in it yet. */
  private unseen: Set<string> | undefined;

  constructor(private written?: Known) {}

  /** Begins a list: until endList, objects passed to `apply` are the present state and not changes. */
  beginList(): void {
    this.unseen = new Set(this.objects.keys());
  }

  /** Ends a list: remembered objects that did not appear in it have been deleted. */
  *endList(): Generator<StoreEvent> {
    const gone = [...(this.unseen ?? [])];
    this.unseen = undefined;
    for (const key of gone) {
      const object = this.objects.get(key);
      this.objects.delete(key);
      if (object) yield { type: 'DELETED', object };
    }
    if (this.written) yield { type: 'DELETED', object: placeholder(this.written) };
    this.written = undefined;
  }

  /** The events for the reader of the watch: none, one, or DELETED and ADDED if another object has taken the name. */
  *apply(type: Change, object: MultiKeyListener): Generator<StoreEvent> {
    const key = keyOf(object);
    const before = this.objects.get(key);
    const listing = this.unseen !== undefined;
    this.unseen?.delete(key);
    const written = this.written && key === idOf(this.written) ? this.written : undefined;
    if (written) this.written = undefined;

    if (type === 'DELETED') {
      this.objects.delete(key);
      if (before || written || !listing) yield { type, object };
      return;
    }
    this.objects.set(key, object);
    if (!before) {
      if (written?.resourceVersion === object.metadata.resourceVersion) return;
      yield { type: written ? 'MODIFIED' : listing ? 'ADDED' : type, object };
    } else if (before.metadata.uid !== object.metadata.uid) {
      yield { type: 'DELETED', object: before };
      yield { type: 'ADDED', object };
    } else if (before.metadata.resourceVersion !== object.metadata.resourceVersion) {
      yield { type: 'MODIFIED', object };
    }
  }
}

/** The object for a resource that was deleted before the watch reported it: only its name and namespace are known. */
function placeholder({ namespace, name }: Known): MultiKeyListener {
  return asMultiKeyListener({ metadata: { name, namespace }, spec: { host: '', port: 0, strategy: {} } });
}
