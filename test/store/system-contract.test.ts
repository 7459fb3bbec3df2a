import { unlink } from 'node:fs/promises';

import type { MultiKeyListener } from '../../src/model/resource.js';
import { dumpYaml } from '../../src/yaml/dump.js';
import { loadYaml } from '../../src/yaml/load.js';
import { systemSite } from '../support/system/system-site.js';
import { storeContract, type Outside } from './contract.js';

storeContract('system', async () => {
  const site = await systemSite();
  const file = (name: string): [string, string, string] => ['input', 'resources', `MultiKeyListener-${name}.yaml`];
  const read = async (name: string): Promise<MultiKeyListener> =>
    loadYaml(await site.read(...file(name)))[0] as MultiKeyListener;
  const outside: Outside = {
    async create(resource) {
      await site.write(dumpYaml(resource), ...file(resource.metadata.name));
    },
    async change(name, change) {
      const resource = await read(name);
      change(resource);
      await site.write(dumpYaml(resource), ...file(name));
    },
    async setStatus(name, status) {
      const resource = { ...(await read(name)), status };
      await site.write(dumpYaml(resource), 'runtime', 'resources', `MultiKeyListener-${name}.yaml`);
    },
    remove: (name) => unlink(site.path(...file(name))),
  };
  const capabilities = { identity: false, facts: true, status: true };
  return { open: () => site.open(), outside, capabilities, host: '0.0.0.0', cleanup: () => site.remove() };
});
