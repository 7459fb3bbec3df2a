import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.js';
import type { Context } from '../../cli/context.js';
import { DEFAULT_TIMEOUT_MS, dataOutput, preflightFlags, specFlags, waitFlag, writeFlags } from '../../cli/flags.js';
import type { SpecFlags } from '../../cli/resource-input.js';
import { tellReload, waitAndTell, type WaitChoice } from '../../cli/waiting.js';
import { parseChange, type ChangeOptions } from '../../model/change.js';
import { Failure } from '../../model/failure.js';
import type { MultiKeyListener } from '../../model/resource.js';
import { preflight } from '../../operations/preflight.js';
import { recreate } from '../../operations/recreate.js';
import { carryOut, invalid, planUpdate, type Plan } from '../../operations/update.js';
import type { Store } from '../../store/store.js';
import { renderDiff } from '../../view/diff.js';
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
  static override args = { name: Args.string({ description: 'the name of the resource', required: true }) };
  static override flags = {
    port: Flags.string({ description: 'the port of the listener', helpValue: 'PORT' }),
    ...specFlags,
    'in-place': Flags.boolean({ description: 'allow other keys or weights within the same kind of strategy' }),
    recreate: Flags.boolean({ description: 'allow a strategy that needs delete and create', exclusive: ['in-place'] }),
    diff: Flags.boolean({ description: 'show what changes' }),
    ...waitFlag,
    ...writeFlags,
    ...preflightFlags,
    ...dataOutput,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Update);
    const context = this.contextOf(flags);
    const change = parseChange(changeOptions(flags));
    if (change.problems.length > 0) throw invalid(`${args.name} can't be changed like that`, change.problems);
    if (Object.keys(change.patch).length === 0 && !change.strategy) throw nothingAsked(args.name);
    const store = await context.openStore();
    const permission = { inPlace: flags['in-place'], recreate: flags.recreate };
    const planFor = (before: MultiKeyListener): Plan => planUpdate(before, change, context.platform.family, permission);
    const plan = planFor(await store.get(args.name, { signal: context.signal }));
    const dryRun = flags['dry-run'] ?? 'none';
    const told = { dryRun: dryRun !== 'none', output: flags.output };
    const differs = flags.diff && this.showDiff(context, plan, flags.output);
    if (plan.way === 'unchanged') {
      this.done(context, args.name, 'unchanged', told);
      return this.print(context, [plan.before], flags.output);
    }
    if (flags.preflight && dryRun !== 'client') {
      const options = {
        system: context.platform.family === 'system',
        force: flags.force ?? false,
        signal: context.signal,
      };
      this.warnAbout(context, await preflight(store, plan.after, options));
    }
    const written =
      dryRun === 'client' ? plan.after : await this.send(context, store, plan, planFor, { dryRun: told.dryRun, flags });
    this.done(context, args.name, plan.way === 'recreate' ? 'recreated' : 'updated', told);
    if (told.dryRun) {
      await this.print(context, [written], flags.output);
      if (differs)
        throw new Failure('difference', `${args.name} would change`, { hint: 'Nothing was written (dry run).' });
      return;
    }
    const goal = (flags.wait ?? context.platform.defaultWait) as WaitChoice['goal'];
    const reached = await waitAndTell(
      store,
      written,
      { goal, timeoutMs: Number(flags.timeout ?? DEFAULT_TIMEOUT_MS) },
      context,
    );
    await this.print(context, [reached], flags.output);
    tellReload(store, context);
  }

  private send(
    context: Context,
    store: Store,
    plan: Plan,
    again: (before: MultiKeyListener) => Plan,
    options: { dryRun: boolean; flags: { timeout?: string } },
  ): Promise<MultiKeyListener> {
    const { dryRun, flags } = options;
    const { signal } = context;
    if (plan.way !== 'recreate') return carryOut(store, plan, again, { dryRun, signal });
    return recreate(store, plan.before, plan.after, {
      dryRun,
      signal,
      timeoutMs: Number(flags.timeout ?? DEFAULT_TIMEOUT_MS),
      manifest: async (resource) => (await dataFormat('yaml')?.one(resource)) ?? '',
      narrate: (text) => this.notice(context, text),
    });
  }

  /** On stdout, unless that is kept for data. True when there is a difference. */
  private showDiff(context: Context, plan: Plan, output: string | undefined): boolean {
    const target = dataFormat(output) ? context.io.err : context.io.out;
    const lines = renderDiff(plan.before, plan.after, target.style);
    target.lines(lines);
    return lines.length > 0;
  }
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
