import type { Family } from '../model/resource.js';
import type { Places, Store, StoreOptions } from './store.js';

/** A platform. Help, flag checks and the contract tests read the table below, so a new platform is one row and one folder. */
export interface Platform {
  name: string;
  family: Family;
  /** The default of `--wait`. */
  defaultWait: 'none' | 'configured';
  /** The default of `--host` for a resource of that name. */
  defaultHost(name: string): string;
  /** Flags (without dashes) that this platform does not have and that are refused. */
  lacks: readonly string[];
  open(options: StoreOptions): Promise<Store>;
  /** The contexts and namespaces that a user can choose from. */
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

/** The platform with that name, or undefined. */
export function findPlatform(name: string): Platform | undefined {
  return PLATFORMS.find((platform) => platform.name === name);
}
