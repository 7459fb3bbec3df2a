import { Args, Flags } from '../../cli/oclif.js';
import { BaseCommand } from '../../cli/base-command.js';
import { jsonEvents, preflightFlags, shiftFlags, writeFlags } from '../../cli/flags.js';
import { nameFrom } from '../../cli/names.js';
import { requireCommand } from '../../cli/shift/check-command.js';
import { runShift } from '../../cli/shift/run-shift.js';
import { shiftSettings } from '../../cli/shift/settings.js';
import { getNamed } from '../../cli/suggest.js';
import { isDryRun } from '../../cli/write/write.js';
import { Failure } from '../../model/failure.js';
import { ownCommand } from '../../model/own-command.js';

export default class Shift extends BaseCommand {
  static override aliases = ['mkl:shift'];
  static override usage = '<%= command.id %> NAME --to KEY=SHARE,... [FLAGS]';
  static override summary = 'Shift traffic to new shares in steps, and back if a check fails';
  static override description =
    'Moves a weighted listener from its present shares to others without losing a connection. After each step it waits, then checks ' +
    'that every routing key is reachable, that the status is not Error and that no other client changed the resource, and runs --check. ' +
    'If a check fails, the old shares are restored. Run the same command again to resume a stopped shift.';
  static override examples = [
    '<%= config.bin %> mkl shift web --to east=20,west=80',
    '<%= config.bin %> mkl shift web --to v2=100 --steps 5 --every 2m --check "./smoke-test.sh" --yes',
    '<%= config.bin %> mkl shift web --to east=1,west=1 --dry-run client',
  ];
  static override args = {
    name: Args.string({ ignoreStdin: true, required: true, description: 'name of the resource' }),
  };
  static override flags = {
    ...shiftFlags,
    yes: Flags.boolean({ char: 'y', description: 'skip the confirmation prompt' }),
    force: preflightFlags.force,
    ...writeFlags,
    ...jsonEvents,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Shift);
    const context = this.contextOf({ ...flags, watch: true });
    const settings = shiftSettings(flags);
    const name = nameFrom(args.name);
    if (context.platform.family === 'system') throw notHere(name, context.platform.name);
    if (!flags.yes && !isDryRun(flags) && !context.io.interactive)
      throw new Failure('usage', 'shift needs --yes when there is no terminal', {
        hint: 'Preview with --dry-run client, then add --yes.',
      });
    if (settings.command !== undefined) await requireCommand(settings.command, context.signal);
    const store = await context.openStore();
    await runShift(context, store, await getNamed(store, name, context.signal), settings, flags, this);
  }
}

/** The refusal on system sites: each step would restart the router and cut every connection. */
function notHere(name: string, platform: string): Failure {
  return new Failure(
    'usage',
    `shift is not possible with --platform ${platform}: every step would restart the router`,
    {
      hint: `Change the weights at once: ${ownCommand(`update ${name} --weighted KEY=WEIGHT,… --in-place --reload`)}`,
    },
  );
}
