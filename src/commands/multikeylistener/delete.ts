import { Args, Flags } from '../../cli/oclif.js';
import { BaseCommand } from '../../cli/base-command.js';
import type { Context } from '../../cli/context.js';
import { DEFAULT_TIMEOUT_MS, dataOutput, reloadFlag, selectorFlags, writeFlags } from '../../cli/flags.js';
import { namesFrom } from '../../cli/names.js';
import { checkReload, reloadAfter } from '../../cli/reload.js';
import { nameSuggester } from '../../cli/suggest.js';
import { tellReload } from '../../cli/waiting.js';
import { Failure, isFailure, joinFailures } from '../../model/failure.js';
import { reference } from '../../model/resource.js';
import { parseSelector } from '../../model/selector.js';
import { escapeText } from '../../model/text.js';
import { removeAll, type Target } from '../../operations/write/delete.js';
import type { Store } from '../../store/store.js';

export default class Delete extends BaseCommand {
  static override aliases = ['mkl:delete'];
  static override usage = '<%= command.id %> (NAME... | -l SELECTOR | --all) [FLAGS]';
  static override summary = 'Delete MultiKeyListeners and wait until they are gone';
  static override description = 'With --selector or --all a person is asked first; a script says --yes.';
  static override examples = [
    '<%= config.bin %> mkl delete web db',
    '<%= config.bin %> mkl delete -l app=shop --yes',
    '<%= config.bin %> mkl delete web --ignore-not-found',
  ];
  static override strict = false;
  static override args = { name: Args.string({ ignoreStdin: true, description: 'the names of the resources' }) };
  static override flags = {
    ...selectorFlags,
    all: Flags.boolean({ description: 'all of the namespace', exclusive: ['selector'] }),
    yes: Flags.boolean({ char: 'y', description: 'do not ask' }),
    'ignore-not-found': Flags.boolean({ description: 'a resource that does not exist is no error' }),
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
    if (flags.selector !== undefined) parseSelector(flags.selector);
    checkChoice(names, many);
    const dryRun = (flags['dry-run'] ?? 'none') !== 'none';
    if (many && !dryRun && !flags.yes && !context.io.interactive) throw mustSayYes();
    await checkReload(context, flags);
    const store = await context.openStore();
    const targets = many ? await this.found(context, store, flags.selector) : names.map((name) => ({ name }));
    if (many) this.warnPassedOver(context, store);
    if (targets.length === 0) return this.notice(context, `Nothing to delete in namespace ${store.where.namespace}.`);
    if (many && !dryRun && !flags.yes && !(await this.agreed(context, store, targets)))
      return this.notice(context, 'Nothing was deleted.');
    const suggest = nameSuggester(store, context.signal);
    const failures: Promise<unknown>[] = [];
    const options = {
      dryRun,
      ignoreNotFound: flags['ignore-not-found'] || many,
      wait: flags.wait !== 'none',
      timeoutMs: Number(flags.timeout ?? DEFAULT_TIMEOUT_MS),
      signal: context.signal,
    };
    let deleted = 0;
    const planned = flags['dry-run'] === 'client' && many ? [] : targets;
    if (planned.length === 0) for (const { name } of targets) this.say(context, name, true, flags.output);
    await removeAll(store, planned, options, (removal) => {
      if (removal.outcome === 'failed') failures.push(suggest(removal.name, removal.failure));
      if (removal.outcome !== 'deleted') return;
      deleted += 1;
      this.say(context, removal.name, dryRun, flags.output);
    });
    const failure = joinFailures((await Promise.all(failures)).filter((error) => isFailure(error)));
    // What was deleted is to be applied, whatever became of the others.
    if (deleted > 0 && !dryRun) {
      if (flags.reload) await reloadAfter(context, [store], flags);
      else tellReload(store, context);
    }
    if (failure) throw failure;
  }

  private say(context: Context, name: string, dryRun: boolean, output: string | undefined): void {
    if (output === 'name') context.io.out.lines([escapeText(reference(name))]);
    else this.done(context, name, 'deleted', { dryRun });
  }

  private async found(context: Context, store: Store, selector: string | undefined): Promise<Target[]> {
    const resources = await store.list({ selector, signal: context.signal });
    return resources.map(({ metadata }) => ({ name: metadata.name, uid: metadata.uid }));
  }

  private async agreed(context: Context, store: Store, targets: readonly Target[]): Promise<boolean> {
    const { confirm } = await import('../../cli/prompts.js');
    this.notice(context, targets.map((target) => target.name).join(', '));
    const count = targets.length === 1 ? 'this one' : `these ${targets.length}`;
    return confirm(context.io, `Delete ${count} from namespace ${store.where.namespace}?`);
  }
}

function checkChoice(names: readonly string[], many: boolean): void {
  if (names.length > 0 && many) {
    throw new Failure('usage', "names can't be combined with --selector or --all", { hint: 'Give one or the other.' });
  }
  if (names.length === 0 && !many) {
    throw new Failure('usage', 'nothing to delete was named', {
      causes: [{ field: 'NAME', message: 'is missing: one or more names, --selector or --all' }],
      hint: 'For example: skupper multikeylistener delete web',
    });
  }
}

function mustSayYes(): Failure {
  return new Failure('usage', '--selector and --all delete without asking only with --yes', {
    hint: 'Look first with --dry-run server, then add --yes.',
  });
}
