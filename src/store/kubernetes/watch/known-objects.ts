import { idOf, type MultiKeyListener } from '../../../model/resource.js';
import type { StoreEvent } from '../../store.js';
import { asMultiKeyListener } from '../http/items.js';

type Change = 'ADDED' | 'MODIFIED' | 'DELETED';

/** A resource that exists, by our own write, though the watch has not shown it. */
export interface Known {
  namespace: string;
  name: string;
  resourceVersion: string;
}

const keyOf = ({ metadata }: MultiKeyListener): string => idOf(metadata);

/**
 * What a watch has reported so far: the last object of each name. It turns
 * what a server sends, lists repeated after a loss included, into events that
 * neither repeat nor leave out a change. Its size is that of what exists.
 */
export class Held {
  private readonly objects = new Map<string, MultiKeyListener>();
  /** While a list is read: what it has not shown yet. */
  private unseen: Set<string> | undefined;

  constructor(private known?: Known) {}

  /** From here until endList, what is applied is the present state and not a change. */
  beginList(): void {
    this.unseen = new Set(this.objects.keys());
  }

  /** The list is whole: what it did not show is gone. */
  *endList(): Generator<StoreEvent> {
    const gone = [...(this.unseen ?? [])];
    this.unseen = undefined;
    for (const key of gone) {
      const object = this.objects.get(key);
      this.objects.delete(key);
      if (object) yield { type: 'DELETED', object };
    }
    if (this.known) yield { type: 'DELETED', object: placeholder(this.known) };
    this.known = undefined;
  }

  /** The events that this object is for the reader: none, one, or DELETED and ADDED where another took the name. */
  *apply(type: Change, object: MultiKeyListener): Generator<StoreEvent> {
    const key = keyOf(object);
    const before = this.objects.get(key);
    const listing = this.unseen !== undefined;
    this.unseen?.delete(key);
    const known = this.known && key === `${this.known.namespace}/${this.known.name}` ? this.known : undefined;
    if (known) this.known = undefined;

    if (type === 'DELETED') {
      this.objects.delete(key);
      if (before || known || !listing) yield { type, object };
      return;
    }
    this.objects.set(key, object);
    if (!before) {
      if (known?.resourceVersion === object.metadata.resourceVersion) return;
      yield { type: known ? 'MODIFIED' : listing ? 'ADDED' : type, object };
    } else if (before.metadata.uid !== object.metadata.uid) {
      yield { type: 'DELETED', object: before };
      yield { type: 'ADDED', object };
    } else if (before.metadata.resourceVersion !== object.metadata.resourceVersion) {
      yield { type: 'MODIFIED', object };
    }
  }
}

/** All that is known of a resource that vanished before it was ever seen. */
function placeholder({ namespace, name }: Known): MultiKeyListener {
  return asMultiKeyListener({ metadata: { name, namespace }, spec: { host: '', port: 0, strategy: {} } });
}
