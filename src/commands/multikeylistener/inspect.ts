import { Args } from '../../cli/oclif.js';
import { BaseCommand } from '../../cli/base-command.js';
import type { Context } from '../../cli/context.js';
import type { Store } from '../../store/store.js';
import { valueOutput, watchFlags, withoutFlag } from '../../cli/flags.js';
import { Failure } from '../../model/failure.js';
import { keysOf } from '../../model/strategy.js';
import type { MultiKeyListener } from '../../model/resource.js';
import { inspect } from '../../operations/inspect.js';
import { nameFrom } from '../../cli/names.js';
import { placeOf } from '../../cli/live/namespace-watch.js';
import { getNamed } from '../../cli/suggest.js';
import { dataFormat } from '../../view/formats.js';
import { inspectDocument } from '../../view/inspect-document.js';
import { renderInspect } from '../../view/inspect.js';

export default class Inspect extends BaseCommand {
  static override aliases = ['mkl:inspect'];
  static override usage = '<%= command.id %> NAME [FLAGS]';
  static override summary = 'Show details of a MultiKeyListener and diagnose problems';
  static override description =
    'Whether it serves, its endpoint and Service, the share of new connections of each routing key and the sites that ' +
    'serve it, its conditions, and what is wrong with it. Reachable means that a connector exists for the key, not that its backend answers.';
  static override examples = [
    '<%= config.bin %> mkl inspect web',
    '<%= config.bin %> mkl inspect web --without east',
    "<%= config.bin %> mkl inspect web -o json | jq '.findings[].code'",
  ];
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'name of the resource', required: true }),
  };
  static override flags = { ...withoutFlag, ...watchFlags, ...valueOutput };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Inspect);
    const context = this.contextOf(flags);
    const name = nameFrom(args.name);
    const store = await context.openStore();
    if (flags.watch) return this.watch(context, store, name, flags);
    const resource = await getNamed(store, name, context.signal, true);
    this.warnPassedOver(context, store);
    const without = lostKeys(resource, flags.without);
    const diagnosis = await inspect(store, resource, context.platform.family, context.signal);
    const inspection = { ...diagnosis, without, place: store.where };
    const format = dataFormat(flags.output);
    if (format?.value) context.io.out.write(await format.value(inspectDocument(inspection)));
    else context.io.out.lines(renderInspect(inspection, context.io.out.style, context.now()));
  }

  /** The same screen, live; in a pipe it is printed again with every change. */
  private async watch(
    context: Context,
    store: Store,
    name: string,
    flags: { without?: string[]; output?: string; timeout?: string },
  ): Promise<void> {
    const timeoutMs = flags.timeout === undefined ? undefined : Number(flags.timeout);
    const { family } = context.platform;
    if (flags.output === undefined && context.io.drawable) {
      const { LiveScreen } = await import('../../cli/live/live-table.js');
      // Only the keys of --without need the resource to be there already.
      const without = flags.without ? lostKeys(await store.get(name, { signal: context.signal }), flags.without) : [];
      const place = placeOf(store, false, context.io.out.style.unicode);
      const options = { query: { name }, names: [name], place, namespaces: false, wide: false, family, timeoutMs };
      return new LiveScreen(store, context, { ...options, inspect: { name, without } }).run();
    }
    const { followInspect } = await import('../../cli/live/follow-inspect.js');
    const lost = (resource: MultiKeyListener): string[] => lostKeys(resource, flags.without);
    return followInspect(store, context, { name, output: flags.output, family, lost, timeoutMs });
  }
}

/** The keys of --without; one that the strategy does not have is a slip. */
function lostKeys(resource: MultiKeyListener, given: readonly string[] | undefined): string[] {
  const keys = keysOf(resource.spec.strategy);
  const lost = (given ?? []).flatMap((value) => value.split(',')).filter((key) => key !== '');
  const foreign = lost.filter((key) => !keys.includes(key));
  if (foreign.length === 0) return lost;
  throw new Failure('usage', `${resource.metadata.name} has no routing key ${foreign.join(', ')}`, {
    causes: foreign.map((key) => ({
      field: '--without',
      message: `${JSON.stringify(key)} is not one of ${keys.join(', ')}`,
    })),
  });
}
