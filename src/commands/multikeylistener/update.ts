import { Args, Flags } from '../../cli/oclif.js';
import { BaseCommand } from '../../cli/base-command.js';
import { showDiffs, wouldChange } from '../../cli/write/diffs.js';
import {
  dataOutput,
  inPlaceFlags,
  preflightFlags,
  reloadFlag,
  specFlags,
  waitFlag,
  writeFlags,
} from '../../cli/flags.js';
import { pickNames } from '../../cli/input/pick-names.js';
import { specOptions } from '../../cli/input/resource-flags.js';
import { nameFrom } from '../../cli/names.js';
import { checkReload } from '../../cli/write/reload.js';
import { getNamed } from '../../cli/suggest.js';
import { checkAndWrite, isDryRun } from '../../cli/write/write.js';
import { parseChange } from '../../model/change/change.js';
import { Failure } from '../../model/failure.js';
import type { MultiKeyListener } from '../../model/resource.js';
import { invalid, planUpdate, type Plan } from '../../operations/write/plan-update.js';
import type { Work } from '../../operations/write/work.js';

export default class Update extends BaseCommand {
  static override aliases = ['mkl:update'];
  static override usage = '<%= command.id %> NAME [FLAGS]';
  static override summary = 'Change a MultiKeyListener';
  static override description =
    'Changes only the fields that are given; KEY- removes a setting, label or annotation. The strategy is immutable by default: use --in-place to change its keys or weights, ' +
    'or --recreate to change its kind by deleting and recreating the resource. Without NAME it prompts for one on a terminal.';
  static override examples = [
    '<%= config.bin %> mkl update web --port 8081 --host web2 --setting old- --label tier=front',
    '<%= config.bin %> mkl update web --weighted east=5,west=1 --in-place --diff',
    '<%= config.bin %> mkl update web --priority east,west --recreate',
  ];
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'name of the resource' }),
  };
  static override flags = {
    port: Flags.string({ description: 'port of the listener', helpValue: 'PORT' }),
    ...specFlags,
    ...inPlaceFlags,
    diff: Flags.boolean({ description: 'show the differences' }),
    ...waitFlag,
    ...reloadFlag,
    ...writeFlags,
    ...preflightFlags,
    ...dataOutput,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Update);
    const context = this.contextOf(flags);
    const given = args.name === undefined ? undefined : nameFrom(args.name);
    const change = parseChange({ ...specOptions(flags), port: flags.port });
    if (change.problems.length > 0)
      throw invalid(
        given === undefined ? 'invalid change' : `invalid change to ${JSON.stringify(given)}`,
        change.problems,
      );
    if (Object.keys(change.patch).length === 0 && !change.strategy) throw nothingAsked(given);
    await checkReload(context, flags);
    const [name = ''] = given === undefined ? await pickNames(context, { command: 'update' }) : [given];
    const store = await context.openStore();
    if (flags.preflight && flags['dry-run'] !== 'client') store.anticipate?.(name);
    const permission = { inPlace: flags['in-place'], recreate: flags.recreate };
    const again = (before: MultiKeyListener): Plan => planUpdate(before, change, context.platform.family, permission);
    const work: Work[] = [{ store, again, ...again(await getNamed(store, name, context.signal)) }];
    const differs = flags.diff && showDiffs(context, work, flags.output);
    await this.print(context, await checkAndWrite(context, work, flags, this), flags.output);
    if (differs && isDryRun(flags)) throw wouldChange(`${name} would change`);
  }
}

function nothingAsked(name = 'NAME'): Failure {
  return new Failure('usage', 'no change given', {
    hint: `For example: skupper multikeylistener update ${name} --port 8081 (see --help)`,
  });
}
