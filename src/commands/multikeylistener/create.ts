import { Args } from '../../cli/oclif.js';
import { BaseCommand } from '../../cli/base-command.js';
import type { Context } from '../../cli/context.js';
import { dataOutput, filesFlag, preflightFlags, reloadFlag, specFlags, waitFlag, writeFlags } from '../../cli/flags.js';
import { readResources } from '../../cli/input/resources.js';
import { checkReload, reloadAfter } from '../../cli/reload.js';
import { resourceFrom } from '../../cli/input/resource-flags.js';
import { waitChoice } from '../../cli/change-flags.js';
import { sideBySide, tellReload, waitAndTell, type WaitChoice } from '../../cli/waiting.js';
import { desired } from '../../model/build.js';
import { Failure } from '../../model/failure.js';
import type { MultiKeyListener } from '../../model/resource.js';
import { preflight } from '../../operations/preflight.js';

export default class Create extends BaseCommand {
  static override aliases = ['mkl:create'];
  static override usage = [
    '<%= command.id %> NAME PORT (--weighted KEY=WEIGHT,... | --priority KEY,KEY,...) [FLAGS]',
    '<%= command.id %> -f FILE [FLAGS]',
  ];
  static override summary = 'Create a MultiKeyListener, or all of a file';
  static override description =
    'Every rule is checked before anything is sent. The strategy, --weighted or --priority, can not be changed afterwards.';
  static override examples = [
    '<%= config.bin %> multikeylistener create web 8080 --weighted east=3,west=1',
    '<%= config.bin %> mkl create db 5432 --priority primary,standby --wait ready',
    '<%= config.bin %> mkl create backend 9092 --weighted east=1,west=1 --platform linux',
    'cat objects.yaml | <%= config.bin %> mkl create -f -',
  ];
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'the name of the resource' }),
    port: Args.string({ ignoreStdin: true, description: 'the port of the listener' }),
  };
  static override flags = {
    ...specFlags,
    ...filesFlag,
    ...waitFlag,
    ...reloadFlag,
    ...writeFlags,
    ...preflightFlags,
    ...dataOutput,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Create);
    const context = this.contextOf(flags);
    await checkReload(context, flags);
    const resources = flags.filename
      ? await this.fromFiles(flags.filename, context)
      : [await resourceFrom({ args, flags, command: 'create' }, context)];
    const dryRun = flags['dry-run'] ?? 'none';
    const told = { dryRun: dryRun !== 'none', output: flags.output };
    if (dryRun === 'client') {
      for (const resource of resources) this.done(context, resource.metadata.name, 'created', told);
      return this.print(context, resources.map(desired), flags.output, resources.length !== 1);
    }
    await this.check(context, resources, flags);
    const wait = waitChoice(context, flags);
    const written = await this.send(context, resources, told);
    if (told.dryRun) return this.print(context, written, flags.output);
    const stores = await Promise.all(resources.map(({ metadata }) => context.openStore(metadata.namespace)));
    await reloadAfter(context, stores, flags);
    const reached = await this.wait(context, written, wait);
    await this.print(context, reached, flags.output);
    if (stores[0] && !flags.reload) tellReload(stores[0], context);
  }

  private async fromFiles(files: readonly string[], context: Context): Promise<MultiKeyListener[]> {
    const others = [
      'weighted',
      'priority',
      'host',
      'tls-credentials',
      'require-client-cert',
      'observer',
      'setting',
      'label',
      'annotation',
    ];
    const { args, flags } = await this.parse(Create);
    const mixed = [
      ...Object.keys(args).map((name) => name.toUpperCase()),
      ...Object.keys(flags).flatMap((name) => (others.includes(name) ? [`--${name}`] : [])),
    ];
    if (mixed.length > 0) {
      throw new Failure('usage', `-f describes the whole resource; ${mixed.join(' and ')} can't be added to it`, {
        hint: 'Leave them out, or write them into the file.',
      });
    }
    return readResources(files, { recursive: flags.recursive, atLeastOne: true }, context, this);
  }

  /** All surroundings side by side, before the first is sent. */
  private async check(
    context: Context,
    resources: readonly MultiKeyListener[],
    flags: { preflight: boolean; force?: boolean },
  ): Promise<void> {
    if (!flags.preflight) return;
    const options = {
      system: context.platform.family === 'system',
      force: flags.force ?? false,
      signal: context.signal,
    };
    const all = await Promise.all(
      resources.map(async (resource) =>
        preflight(await context.openStore(resource.metadata.namespace), resource, options),
      ),
    );
    for (const findings of all) this.warnAbout(context, findings);
  }

  /** In the order given; a failure says what was done before it. */
  private async send(
    context: Context,
    resources: readonly MultiKeyListener[],
    told: { dryRun: boolean; output?: string },
  ): Promise<MultiKeyListener[]> {
    const written: MultiKeyListener[] = [];
    for (const resource of resources) {
      const { name, namespace } = resource.metadata;
      try {
        const store = await context.openStore(namespace);
        written.push(await store.create(desired(resource), { dryRun: told.dryRun, signal: context.signal }));
      } catch (error) {
        if (error instanceof Failure && resources.length > 1) throw halfDone(error, name, written, resources.length);
        throw error;
      }
      this.done(context, name, 'created', told);
    }
    return written;
  }

  /** Side by side; the first that fails ends the others. */
  private async wait(
    context: Context,
    written: readonly MultiKeyListener[],
    wait: WaitChoice,
  ): Promise<MultiKeyListener[]> {
    return sideBySide(context, (signal) =>
      written.map(async (resource) => {
        const store = await context.openStore(resource.metadata.namespace);
        return waitAndTell(store, resource, wait, context, signal);
      }),
    );
  }
}

function halfDone(error: Failure, name: string, written: readonly MultiKeyListener[], total: number): Failure {
  const done = written.map((resource) => resource.metadata.name).join(', ') || 'none';
  const left = total - written.length - 1;
  return new Failure(error.code, error.message, {
    causes: [
      ...error.causes,
      { field: name, message: 'was not created' },
      { field: 'created', message: done },
      ...(left > 0 ? [{ field: 'not tried', message: `${left} more` }] : []),
    ],
    hint: error.hint,
    cause: error,
  });
}
