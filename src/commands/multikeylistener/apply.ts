import { Flags } from '../../cli/oclif.js';
import { applyAll, type ApplyFlags } from '../../cli/write/apply.js';
import { BaseCommand } from '../../cli/base-command.js';
import {
  dataOutput,
  fileArgs,
  filesFlag,
  inPlaceFlags,
  preflightFlags,
  reloadFlag,
  waitFlag,
  writeFlags,
} from '../../cli/flags.js';
import { filesFrom } from '../../cli/names.js';
import { parseSelector } from '../../model/selector.js';

export default class Apply extends BaseCommand {
  static override aliases = ['mkl:apply'];
  static override usage = ['<%= command.id %> FILE... [FLAGS]', '<%= command.id %> -f FILE... [FLAGS]'];
  static override summary = 'Apply files: create or update resources to match';
  static override description =
    'Checks all documents before it sends the first. Removes fields that are no longer in the files if this program set ' +
    'them, and keeps the fields of other clients. Skips documents of other kinds.';
  static override examples = [
    '<%= config.bin %> mkl apply listeners/',
    '<%= config.bin %> mkl apply -f listeners.yaml --dry-run server --diff   # exit 9: there is a difference',
    '<%= config.bin %> mkl apply -f listeners.yaml --prune -l app=shop --yes',
  ];
  static override strict = false;
  static override args = fileArgs;
  static override flags = {
    ...filesFlag,
    ...inPlaceFlags,
    diff: Flags.boolean({ description: 'show the differences' }),
    prune: Flags.boolean({
      description: 'delete resources that match --selector and are not in the files',
      dependsOn: ['selector'],
    }),
    selector: Flags.string({
      char: 'l',
      description: 'apply only the documents with these labels; --prune deletes only resources with them',
      helpValue: 'SELECTOR',
    }),
    yes: Flags.boolean({ char: 'y', description: 'skip the confirmation prompt of --prune' }),
    ...waitFlag,
    ...reloadFlag,
    ...writeFlags,
    ...preflightFlags,
    ...dataOutput,
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Apply);
    const context = this.contextOf(flags);
    const filename = filesFrom(argv, flags, 'apply');
    if (flags.selector !== undefined) parseSelector(flags.selector);
    const applied = await applyAll(context, { ...(flags as ApplyFlags), filename }, this);
    if (!applied) return this.notice(context, 'Nothing was deleted, and nothing was written.');
    await this.print(context, applied.resources, flags.output, true);
    if (applied.difference) throw applied.difference;
  }
}
