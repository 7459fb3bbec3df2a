import type { MultiKeyListener, Status } from '../../src/model/resource.js';
import type { Store } from '../../src/store/store.js';

/** What differs between platforms beyond what the Store interface says. */
export interface Capabilities {
  /** Resources have a uid and a generation that grows with the spec. */
  identity: boolean;
  /** The surroundings (other endpoints, Sites) can be read. */
  facts: boolean;
  /** A status can be written beside the spec (`outside.setStatus`). */
  status: boolean;
}

/** Writes by somebody else, past the store under test. */
export interface Outside {
  create(resource: MultiKeyListener): Promise<void>;
  /** Reads the resource as it is kept, changes it and writes it back. */
  change(name: string, change: (resource: MultiKeyListener) => void): Promise<void>;
  /** Needed with the capability `status` only. */
  setStatus?(name: string, status: Status): Promise<void>;
  remove(name: string): Promise<void>;
}

/** One empty namespace of a platform; made anew for every test. */
export interface Harness {
  open(): Promise<Store>;
  outside: Outside;
  capabilities: Capabilities;
  /** A listening host that the platform takes. */
  host: string;
  cleanup(): Promise<void>;
}

/** The versions a write must name. */
export const versionOf = ({ metadata }: MultiKeyListener): { resourceVersion: string; uid?: string } => ({
  resourceVersion: metadata.resourceVersion ?? '',
  ...(metadata.uid === undefined ? {} : { uid: metadata.uid }),
});
