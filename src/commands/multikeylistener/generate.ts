import { Args, Flags } from '../../cli/oclif.js';
import { BaseCommand } from '../../cli/base-command.js';
import type { Context } from '../../cli/context.js';
import { specFlags, valueOutput } from '../../cli/flags.js';
import { resourceFrom } from '../../cli/input/resource-flags.js';
import { getNamed } from '../../cli/suggest.js';
import { nameFrom } from '../../cli/names.js';
import { desired, repositoryManifest } from '../../model/build.js';
import { Failure } from '../../model/failure.js';
import type { MultiKeyListener } from '../../model/resource.js';
import { dataFormat } from '../../view/formats.js';

export default class Generate extends BaseCommand {
  static override aliases = ['mkl:generate'];
  static override usage = [
    '<%= command.id %> NAME PORT (--weighted KEY=WEIGHT,... | --priority KEY,KEY,...) [FLAGS]',
    '<%= command.id %> --from NAME [FLAGS]',
  ];
  static override summary = 'Print the manifest that create would send, offline';
  static override description =
    'Checks the same rules as create and needs no cluster. With --from it prints the manifest of a stored resource instead. ' +
    'The manifest has a namespace only if --namespace is given.';
  static override examples = [
    '<%= config.bin %> multikeylistener generate web 8080 --weighted east=1,west=1',
    '<%= config.bin %> mkl generate db 5432 --priority primary,standby -o json | kubectl apply -f -',
    '<%= config.bin %> mkl generate --from web > web.yaml',
  ];
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'name of the resource' }),
    port: Args.string({ ignoreStdin: true, description: 'port of the listener' }),
  };
  static override flags = {
    from: Flags.string({
      description: 'print the manifest of this stored resource, without status and server fields',
      helpValue: 'NAME',
      exclusive: Object.keys(specFlags),
    }),
    ...specFlags,
    ...valueOutput,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Generate);
    const context = this.contextOf(flags);
    if (flags.from !== undefined && args.name !== undefined) {
      throw new Failure('usage', '--from cannot be combined with NAME and PORT', { hint: 'Use one or the other.' });
    }
    const manifest =
      flags.from === undefined
        ? desired(await resourceFrom({ args, flags, command: 'generate' }, context))
        : await this.stored(context, nameFrom(flags.from));
    const format = dataFormat(flags.output ?? 'yaml');
    context.io.out.write((await format?.one(manifest)) ?? '');
  }

  private async stored(context: Context, name: string): Promise<MultiKeyListener> {
    const store = await context.openStore();
    const resource = await getNamed(store, name, context.signal);
    this.warnPassedOver(context, store);
    return repositoryManifest(resource, context.namespace);
  }
}
