import { Args, Flags } from '../../cli/oclif.js';
import { BaseCommand } from '../../cli/base-command.js';
import type { Context } from '../../cli/context.js';
import { deleteAll } from '../../cli/write/delete.js';
import { dataOutput, filesFlag, reloadFlag, selectorFlags, writeFlags } from '../../cli/flags.js';
import { namesFrom } from '../../cli/names.js';
import { reference } from '../../model/resource.js';
import { escapeText } from '../../model/text.js';
import type { Outcome } from '../../operations/write/work.js';

export default class Delete extends BaseCommand {
  static override aliases = ['mkl:delete'];
  static override usage = '<%= command.id %> (NAME... | -f FILE... | -l SELECTOR | --all) [FLAGS]';
  static override summary = 'Delete MultiKeyListeners and wait until they are gone';
  static override description =
    'Prompts before --selector or --all; use --yes in scripts. With -f only the kind, name and namespace in the files are read. ' +
    'Without NAME it prompts for names on a terminal.';
  static override examples = [
    '<%= config.bin %> mkl delete web db',
    '<%= config.bin %> mkl delete -l app=shop --yes',
    '<%= config.bin %> mkl delete -f listeners.yaml',
    '<%= config.bin %> mkl delete web --ignore-not-found',
  ];
  static override strict = false;
  static override args = { name: Args.string({ ignoreStdin: true, description: 'names of the resources' }) };
  static override flags = {
    ...filesFlag,
    selector: { ...selectorFlags.selector, exclusive: ['filename'] },
    all: Flags.boolean({ description: 'delete all resources of the namespace', exclusive: ['selector', 'filename'] }),
    yes: Flags.boolean({ char: 'y', description: 'skip the confirmation prompt' }),
    'ignore-not-found': Flags.boolean({ description: 'treat a missing resource as deleted' }),
    wait: Flags.string({
      description: 'none: do not wait for the deletion to finish',
      helpValue: 'STATE',
      options: ['none', 'deleted'],
      default: 'deleted',
    }),
    ...reloadFlag,
    ...writeFlags,
    output: { ...dataOutput.output, options: ['name'], description: 'name' },
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Delete);
    await deleteAll(this.contextOf(flags), namesFrom(argv), flags, this);
  }

  /** With -o name prints only the name, also for a deletion, which has no resource to print. */
  override done(context: Context, name: string, outcome: Outcome, options: { dryRun: boolean; output?: string }): void {
    if (options.output === 'name') context.io.out.lines([escapeText(reference(name))]);
    else super.done(context, name, outcome, { dryRun: options.dryRun });
  }
}
