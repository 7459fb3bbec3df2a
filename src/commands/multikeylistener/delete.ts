import { Args, Flags } from '../../cli/oclif.js';
import { BaseCommand } from '../../cli/base-command.js';
import type { Context } from '../../cli/context.js';
import { dataOutput, reloadFlag, selectorFlags, writeFlags } from '../../cli/flags.js';
import { checkNamed, namesFrom } from '../../cli/names.js';
import { checkReload } from '../../cli/reload.js';
import { nameSuggester } from '../../cli/suggest.js';
import { confirmDeletion, isDryRun, writeOptions } from '../../cli/write.js';
import { Failure } from '../../model/failure.js';
import { reference } from '../../model/resource.js';
import { parseSelector } from '../../model/selector.js';
import { escapeText } from '../../model/text.js';
import type { Outcome, Work } from '../../operations/write/work.js';
import { write } from '../../operations/write/write.js';

export default class Delete extends BaseCommand {
  static override aliases = ['mkl:delete'];
  static override usage = '<%= command.id %> (NAME... | -l SELECTOR | --all) [FLAGS]';
  static override summary = 'Delete MultiKeyListeners and wait until they are gone';
  static override description = 'Prompts before --selector or --all; use --yes in scripts.';
  static override examples = [
    '<%= config.bin %> mkl delete web db',
    '<%= config.bin %> mkl delete -l app=shop --yes',
    '<%= config.bin %> mkl delete web --ignore-not-found',
  ];
  static override strict = false;
  static override args = { name: Args.string({ ignoreStdin: true, description: 'names of the resources' }) };
  static override flags = {
    ...selectorFlags,
    all: Flags.boolean({ description: 'all resources of the namespace', exclusive: ['selector'] }),
    yes: Flags.boolean({ char: 'y', description: 'skip the confirmation prompt' }),
    'ignore-not-found': Flags.boolean({ description: 'treat a missing resource as deleted' }),
    wait: Flags.string({
      description: 'none: do not wait until they are gone',
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
    const context = this.contextOf(flags);
    const names = namesFrom(argv);
    const many = flags.all || flags.selector !== undefined;
    const asks = many && !isDryRun(flags) && !flags.yes;
    if (flags.selector !== undefined) parseSelector(flags.selector);
    checkNamed(names, many, 'delete', 'skupper multikeylistener delete web');
    if (asks && !context.io.interactive) throw mustSayYes();
    await checkReload(context, flags);
    const store = await context.openStore();
    const found = many ? await store.list({ selector: flags.selector, signal: context.signal }) : [];
    const targets = many
      ? found.map(({ metadata: { name, uid } }) => ({ name, uid }))
      : names.map((name) => ({ name }));
    const work = targets.map((target): Work => ({ way: 'delete', store, ...target }));
    if (many) this.warnPassedOver(context, store);
    if (work.length === 0) return this.notice(context, `Nothing to delete in namespace ${store.where.namespace}.`);
    if (asks && !(await confirmDeletion(context, work, ` from namespace ${store.where.namespace}`)))
      return this.notice(context, 'Nothing was deleted.');
    const suggest = nameSuggester(store, context.signal);
    const options = writeOptions(context, { ...flags, 'ignore-not-found': flags['ignore-not-found'] || many }, this);
    await write(work, new Map(), { ...options, explain: (_store, name, failure) => suggest(name, failure) });
  }

  /** A name is printed for -o name too. */
  override done(context: Context, name: string, outcome: Outcome, options: { dryRun: boolean; output?: string }): void {
    if (options.output === 'name') context.io.out.lines([escapeText(reference(name))]);
    else super.done(context, name, outcome, { dryRun: options.dryRun });
  }
}

function mustSayYes(): Failure {
  return new Failure('usage', '--selector and --all delete without asking only with --yes', {
    hint: 'Look first with --dry-run server, then add --yes.',
  });
}
