import { Args } from '../../cli/oclif.js';
import { BaseCommand } from '../../cli/base-command.js';
import { dataOutput, filesFlag, preflightFlags, reloadFlag, specFlags, waitFlag, writeFlags } from '../../cli/flags.js';
import { refuseBesideFiles, resourceFrom } from '../../cli/input/resource-flags.js';
import { readResources } from '../../cli/input/resources.js';
import { checkReload } from '../../cli/write/reload.js';
import { checkAndWrite, storesOf } from '../../cli/write/write.js';
import { desired } from '../../model/build.js';
import type { Work } from '../../operations/write/work.js';

export default class Create extends BaseCommand {
  static override aliases = ['mkl:create'];
  static override usage = [
    '<%= command.id %> NAME PORT (--weighted KEY=WEIGHT,... | --priority KEY,KEY,...) [FLAGS]',
    '<%= command.id %> -f FILE [FLAGS]',
  ];
  static override summary = 'Create MultiKeyListeners from flags or from files';
  static override description =
    'Validates everything before it sends anything. The strategy (--weighted or --priority) is immutable after creation.';
  static override examples = [
    '<%= config.bin %> multikeylistener create web 8080 --weighted east=3,west=1',
    '<%= config.bin %> mkl create db 5432 --priority primary,standby --wait ready',
    '<%= config.bin %> mkl create backend 9092 --weighted east=1,west=1 --platform linux',
    'cat objects.yaml | <%= config.bin %> mkl create -f -',
  ];
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'name of the resource' }),
    port: Args.string({ ignoreStdin: true, description: 'port of the listener' }),
  };
  static override flags = {
    ...specFlags,
    ...filesFlag,
    ...waitFlag,
    ...reloadFlag,
    ...writeFlags,
    ...preflightFlags,
    ...dataOutput,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Create);
    const context = this.contextOf(flags);
    await checkReload(context, flags);
    if (flags.filename) refuseBesideFiles(args, flags);
    const manifests = flags.filename
      ? await readResources(flags.filename, { recursive: flags.recursive, atLeastOne: true }, context, this)
      : [await resourceFrom({ args, flags, command: 'create' }, context)];
    if (flags['dry-run'] === 'client') {
      // A client dry run sends no request, so it works without a cluster.
      for (const { metadata } of manifests) this.done(context, metadata.name, 'created', { ...flags, dryRun: true });
      return this.print(context, manifests.map(desired), flags.output);
    }
    const places = await storesOf(context, manifests);
    const work = places.map(({ manifest, store }): Work => ({ way: 'create', store, after: desired(manifest) }));
    await this.print(context, await checkAndWrite(context, work, flags, this), flags.output);
  }
}
