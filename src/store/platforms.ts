import type { Family } from '../model/resource.js';
import type { Places, Store, StoreOptions } from './store.js';

/** Adding a platform is one folder and one line here: help, checks and the contract tests read this table. */
export interface Platform {
  name: string;
  family: Family;
  /** What `--wait` means when it is not given. */
  defaultWait: 'none' | 'configured';
  /** The host of a listener when none is given. */
  defaultHost(name: string): string;
  /** Flags that mean nothing here, refused when given. */
  lacks: readonly string[];
  open(options: StoreOptions): Promise<Store>;
  /** What a person may choose from. */
  places(options: StoreOptions): Promise<Places>;
}

const system = {
  family: 'system',
  defaultWait: 'none',
  defaultHost: () => '0.0.0.0',
  lacks: ['context', 'contexts', 'all-contexts', 'kubeconfig', 'as', 'as-group', 'request-timeout'],
  open: async (options) => (await import('./system/store.js')).openSystemStore(options),
  places: async (options) => (await import('./system/completion-places.js')).systemPlaces(options),
} satisfies Omit<Platform, 'name'>;

export const PLATFORMS: readonly Platform[] = [
  {
    name: 'kubernetes',
    family: 'kubernetes',
    defaultWait: 'configured',
    defaultHost: (name) => name,
    lacks: ['data-home', 'reload'],
    open: async (options) => (await import('./kubernetes/store.js')).openKubernetesStore(options),
    places: async (options) => (await import('./kubernetes/kubeconfig/completion-places.js')).kubernetesPlaces(options),
  },
  { name: 'podman', ...system },
  { name: 'docker', ...system },
  { name: 'linux', ...system },
];

/** The platform of that name, or undefined. */
export function findPlatform(name: string): Platform | undefined {
  return PLATFORMS.find((platform) => platform.name === name);
}
