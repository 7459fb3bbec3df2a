import { Args, Flags } from '../../cli/oclif.js';
import { BaseCommand } from '../../cli/base-command.js';
import type { Context } from '../../cli/context.js';
import { deliveryOptions, waitChoice } from '../../cli/change-flags.js';
import {
  dataOutput,
  inPlaceFlags,
  preflightFlags,
  reloadFlag,
  specFlags,
  waitFlag,
  writeFlags,
} from '../../cli/flags.js';
import type { SpecFlags } from '../../cli/input/resource-flags.js';
import { nameFrom } from '../../cli/names.js';
import { checkReload, forgetting, reloadAfter } from '../../cli/reload.js';
import { getNamed } from '../../cli/suggest.js';
import { tellReload, waitAndTell } from '../../cli/waiting.js';
import { parseChange, type ChangeOptions } from '../../model/change.js';
import { Failure } from '../../model/failure.js';
import type { Facts } from '../../model/facts.js';
import type { MultiKeyListener } from '../../model/resource.js';
import { deliver } from '../../operations/write/send.js';
import { foresee } from '../../operations/write/two-writes.js';
import { preflight } from '../../operations/preflight.js';
import { invalid, planUpdate, type Plan } from '../../operations/write/plan-update.js';
import { renderDiff } from '../../view/diff.js';
import { disruptionLines } from '../../view/disruption.js';
import { dataFormat } from '../../view/formats.js';

export default class Update extends BaseCommand {
  static override aliases = ['mkl:update'];
  static override usage = '<%= command.id %> NAME [FLAGS]';
  static override summary = 'Change a MultiKeyListener';
  static override description =
    'What is not named stays as it is. The strategy is immutable: a change of keys or weights needs --in-place, ' +
    'a change of its kind --recreate, which deletes and creates it again.';
  static override examples = [
    '<%= config.bin %> mkl update web --port 8081 --host web2 --setting old- --label tier=front',
    '<%= config.bin %> mkl update web --weighted east=5,west=1 --in-place --diff',
    '<%= config.bin %> mkl update web --priority east,west --recreate',
  ];
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'the name of the resource', required: true }),
  };
  static override flags = {
    port: Flags.string({ description: 'the port of the listener', helpValue: 'PORT' }),
    ...specFlags,
    ...inPlaceFlags,
    diff: Flags.boolean({ description: 'show what changes' }),
    ...waitFlag,
    ...reloadFlag,
    ...writeFlags,
    ...preflightFlags,
    ...dataOutput,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Update);
    const context = this.contextOf(flags);
    const name = nameFrom(args.name);
    const system = context.platform.family === 'system';
    const change = parseChange(changeOptions(flags));
    if (change.problems.length > 0) throw invalid(`${name} can't be changed like that`, change.problems);
    if (Object.keys(change.patch).length === 0 && !change.strategy) throw nothingAsked(name);
    await checkReload(context, flags);
    const present = await context.openStore();
    const permission = { inPlace: flags['in-place'], recreate: flags.recreate };
    const again = (before: MultiKeyListener): Plan => planUpdate(before, change, context.platform.family, permission);
    const plan = again(await getNamed(present, name, context.signal));
    const store = plan.way === 'recreate' ? forgetting(present, context, flags) : present;
    const dryRun = flags['dry-run'] ?? 'none';
    const told = { dryRun: dryRun !== 'none', output: flags.output };
    const differs = flags.diff && this.showDiff(context, plan, flags.output);
    if (plan.way === 'unchanged') {
      this.done(context, name, 'unchanged', told);
      return this.print(context, [plan.before], flags.output);
    }
    let facts: Facts | undefined;
    if (flags.preflight && dryRun !== 'client') {
      const options = { system, force: flags.force ?? false, signal: context.signal };
      const findings = await preflight(store, plan.after, options);
      this.warnAbout(context, findings);
      facts = findings.facts;
    }
    const disruption = foresee(plan, { system, oneStep: flags['one-step'], facts });
    const options = deliveryOptions(context, store, plan, flags, this);
    for (const { severity, text } of disruptionLines(plan.before, plan.after, disruption, options.settleMs)) {
      this[severity](context, text);
    }
    const written =
      dryRun === 'client' ? plan.after : await deliver(store, { change, plan, again, disruption }, options);
    this.done(context, name, plan.way === 'recreate' ? 'recreated' : 'updated', told);
    if (told.dryRun) {
      await this.print(context, [written], flags.output);
      if (differs) throw wouldChange(name);
      return;
    }
    await reloadAfter(context, [store], flags);
    const reached = await waitAndTell(store, written, waitChoice(context, flags), context);
    await this.print(context, [reached], flags.output);
    if (!flags.reload) tellReload(store, context);
  }

  /** On stdout, unless that is kept for data. True when there is a difference. */
  private showDiff(context: Context, plan: Plan, output: string | undefined): boolean {
    const target = dataFormat(output) ? context.io.err : context.io.out;
    const lines = renderDiff(plan.before, plan.after, target.style);
    target.lines(lines);
    return lines.length > 0;
  }
}

function wouldChange(name: string): Failure {
  return new Failure('difference', `${name} would change`, { hint: 'Nothing was written (dry run).' });
}

function changeOptions(flags: SpecFlags & { port?: string }): ChangeOptions {
  return {
    port: flags.port,
    host: flags.host,
    weighted: flags.weighted,
    priority: flags.priority,
    tlsCredentials: flags['tls-credentials'],
    requireClientCert: flags['require-client-cert'],
    observer: flags.observer,
    settings: flags.setting,
    labels: flags.label,
    annotations: flags.annotation,
  };
}

function nothingAsked(name: string): Failure {
  return new Failure('usage', 'nothing to change was given', {
    hint: `For example: skupper multikeylistener update ${name} --port 8081 (see --help)`,
  });
}
