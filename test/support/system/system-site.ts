import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { endianness, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { isFailure } from '../../../src/model/failure.js';
import type { MultiKeyListener, Spec } from '../../../src/model/resource.js';
import type { MergePatch, Store } from '../../../src/store/store.js';
import { openSystemStore, type SystemStore } from '../../../src/store/system/store.js';

/** A data home of its own in the temporary folder, with short ways to its files. */
export interface SystemSite {
  home: string;
  /** The absolute path of a file or folder of namespace `default`. */
  path(...parts: string[]): string;
  read(...parts: string[]): Promise<string>;
  write(text: string, ...parts: string[]): Promise<string>;
  open(namespace?: string, platform?: string): Promise<SystemStore>;
  /** Lets the kernel's table say that these ports of 127.0.0.1 are listened on; before that there is no table. */
  listen(...ports: number[]): Promise<void>;
  remove(): Promise<void>;
}

export async function systemSite(): Promise<SystemSite> {
  const home = await mkdtemp(join(tmpdir(), 'mkl-system-'));
  const path = (...parts: string[]): string => join(home, 'namespaces', 'default', ...parts);
  return {
    home,
    path,
    read: (...parts) => readFile(path(...parts), 'utf8'),
    async write(text, ...parts) {
      const file = path(...parts);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
      return file;
    },
    open: (namespace, platform = 'linux') =>
      openSystemStore(
        {
          platform,
          requestTimeoutMs: 60_000,
          dataHome: home,
          env: {},
          ...(namespace === undefined ? {} : { namespace }),
        },
        {
          procNet: join(home, 'proc'),
          settings: join(home, 'settings'),
          uid: 1000,
          addresses: () => ['127.0.0.1', '10.0.0.5'],
        },
      ),
    async listen(...ports) {
      const address = endianness() === 'LE' ? '0100007F' : '7F000001';
      const line = (port: number): string =>
        `0: ${address}:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A x`;
      await mkdir(join(home, 'proc'), { recursive: true });
      await writeFile(join(home, 'proc', 'tcp'), ports.map(line).join('\n'));
    },
    remove: () => rm(home, { recursive: true, force: true }),
  };
}

export function listener(name: string, spec: Partial<Spec> = {}, metadata: object = {}): MultiKeyListener {
  return {
    apiVersion: 'skupper.io/v2alpha1',
    kind: 'MultiKeyListener',
    metadata: { name, ...metadata },
    spec: { host: '0.0.0.0', port: 9092, strategy: { priority: { routingKeys: ['west', 'east'] } }, ...spec },
  };
}

/** The 208 bytes that Skupper's own writer makes of a priority listener. */
export const BACKEND = `apiVersion: skupper.io/v2alpha1
kind: MultiKeyListener
metadata:
  name: backend
  namespace: default
spec:
  host: 0.0.0.0
  port: 9092
  strategy:
    priority:
      routingKeys:
      - west
      - east
`;

/** The same as runtime/resources holds it after a reload, with a status of Skupper's. */
export function applied(text: string, status = 'message: Not Operational\n  status: Pending'): string {
  return `${text.replace('metadata:\n', 'metadata:\n  creationTimestamp: null\n')}status:
  conditions:
  - lastTransitionTime: "2026-11-23T00:34:11Z"
    message: OK
    reason: Ready
    status: "True"
    type: Configured
  ${status}
`;
}

/** Patches what is stored now. */
export async function change(store: Store, name: string, patch: MergePatch): Promise<MultiKeyListener> {
  const { metadata } = await store.get(name);
  return store.patch(name, patch, { resourceVersion: metadata.resourceVersion ?? '' });
}

/** The code of the Failure that the work ends with, or `none`. */
export async function code(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (error) {
    return isFailure(error) ? error.code : `not a Failure: ${String(error)}`;
  }
}
