import { Args } from '../../cli/oclif.js';
import { BaseCommand } from '../../cli/base-command.js';
import { specFlags, valueOutput } from '../../cli/flags.js';
import { resourceFrom } from '../../cli/input/resource-flags.js';
import { desired } from '../../model/build.js';
import { dataFormat } from '../../view/formats.js';

export default class Generate extends BaseCommand {
  static override aliases = ['mkl:generate'];
  static override usage = '<%= command.id %> NAME PORT (--weighted KEY=WEIGHT,... | --priority KEY,KEY,...) [FLAGS]';
  static override summary = 'Print the manifest that create would send, offline';
  static override description =
    'Checks the same rules as create and needs no cluster. The manifest has a namespace only when one is given.';
  static override examples = [
    '<%= config.bin %> multikeylistener generate web 8080 --weighted east=1,west=1',
    '<%= config.bin %> mkl generate db 5432 --priority primary,standby -o json | kubectl apply -f -',
  ];
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'the name of the resource' }),
    port: Args.string({ ignoreStdin: true, description: 'the port of the listener' }),
  };
  static override flags = { ...specFlags, ...valueOutput };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Generate);
    const context = this.contextOf(flags);
    const resource = await resourceFrom({ args, flags, command: 'generate' }, context);
    const format = dataFormat(flags.output ?? 'yaml');
    context.io.out.write((await format?.one(desired(resource))) ?? '');
  }
}
