import { Args, Flags } from '../../cli/oclif.js';
import { BaseCommand } from '../../cli/base-command.js';
import type { Context } from '../../cli/context.js';
import { fleetFlags, selectorFlags, tableOutput, watchFlags } from '../../cli/flags.js';
import { membersOf } from '../../cli/fleet/members.js';
import { labelColumns, labelFlags } from '../../cli/label-flags.js';
import type { Listed } from '../../cli/print-list.js';
import { namesFrom } from '../../cli/names.js';
import { emptyText, readResources, refuseNamesWith } from '../../cli/read-resources.js';
import { refuseUnlessReady } from '../../cli/refusals.js';
import { joinFailures } from '../../model/failure.js';
import { ownCommand } from '../../model/own-command.js';
import { parseSelector } from '../../model/selector.js';
import { isReady, summarise } from '../../model/summary.js';
import { markTwins } from '../../model/twins.js';
import type { Store } from '../../store/store.js';
import { dataFormat, listText } from '../../view/formats.js';
import { CUSTOM_COLUMNS, customColumns, sortedBy } from '../../view/custom-columns.js';
import { renderTable } from '../../view/table.js';
import { renderStatus } from '../../view/status.js';

export default class Status extends BaseCommand {
  static override aliases = ['mkl:status'];
  static override usage = '<%= command.id %> [NAME...] [FLAGS]';
  static override summary = 'List MultiKeyListeners and their status';
  static override description =
    'KEYS is reachable/total. Reachable means that a connector exists for the key, not that its backend answers. ' +
    'STATUS Ready,Error marks a row whose own spec, or another row with its host and port, shows that it cannot serve.';
  static override examples = [
    '<%= config.bin %> mkl status',
    '<%= config.bin %> mkl status -A -l app=shop -o wide',
    '<%= config.bin %> mkl status -L app,tier',
    '<%= config.bin %> mkl status --no-headers | awk \'$2 != "Ready"\'',
    '<%= config.bin %> mkl status web --exit-code',
    '<%= config.bin %> mkl status --contexts east,west',
  ];
  static override strict = false;
  static override args = { name: Args.string({ ignoreStdin: true, description: 'names of the resources' }) };
  static override flags = {
    'all-namespaces': Flags.boolean({ char: 'A', description: 'list across all namespaces', exclusive: ['namespace'] }),
    ...selectorFlags,
    ...labelFlags,
    'no-headers': Flags.boolean({ description: 'omit the header row' }),
    'exit-code': Flags.boolean({ description: 'exit 7 unless all are Ready', exclusive: ['watch'] }),
    ...fleetFlags,
    ...watchFlags,
    ...tableOutput,
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Status);
    const context = this.contextOf(flags);
    const names = namesFrom(argv);
    if (flags.selector !== undefined) parseSelector(flags.selector);
    refuseNamesWith(names, flags);
    const custom = flags.output?.startsWith(CUSTOM_COLUMNS) ? customColumns(flags.output) : undefined;
    const members = await membersOf(context, flags);
    if (flags.watch)
      return (await import('../../cli/live/watch-status.js')).watchStatus(context, members, names, flags);
    if (members) return (await import('../../cli/fleet/status.js')).fleetStatus(this, context, members, names, flags);
    const store = await context.openStore();
    if (names.length === 0 && flags['sort-by'] === undefined) {
      const listed = await this.printAll(context, store, flags);
      if (listed) return this.end(context, store, flags, listed);
    }
    const { resources: found, failures } = await readResources(store, names, { ...flags, signal: context.signal });
    const resources = flags['sort-by'] === undefined ? found : sortedBy(found, flags['sort-by']);
    this.warnPassedOver(context, store);
    const format = dataFormat(flags.output);
    // With -o a failure leaves stdout empty; the table shows what was found.
    if (format && failures.length === 0) {
      const [only] = resources;
      context.io.out.write(names.length === 1 && only ? await format.one(only) : await listText(format, resources));
    } else if (!format && resources.length > 0) {
      const options = {
        ...labelColumns(flags),
        wide: flags.output === 'wide',
        namespaces: flags['all-namespaces'] ?? false,
        headers: !flags['no-headers'],
        now: context.now(),
      };
      const { style } = context.io.out;
      const lines = custom
        ? renderTable(custom, resources, style, { headers: options.headers })
        : renderStatus(resources, style, options);
      context.io.out.lines(lines);
    }
    const failure = joinFailures(failures);
    if (failure) throw failure;
    const unready = markTwins(resources.map(summarise)).filter((row) => !isReady(row));
    return this.end(context, store, flags, { count: resources.length, unready, unmarked: [] });
  }

  /**
   * Prints the list page by page as it arrives.
   *
   * @returns undefined, and prints nothing, if the layout needs the whole list (on a terminal, or columns of managedFields)
   */
  private async printAll(context: Context, store: Store, flags: ListFlags): Promise<Listed | undefined> {
    const { out } = context.io;
    const query = {
      selector: flags.selector,
      allNamespaces: flags['all-namespaces'],
      signal: context.signal,
      router: true,
    };
    const format = dataFormat(flags.output);
    if (!format && (out.style.terminal || flags.output?.includes('managedFields'))) return undefined;
    const options = { headers: !flags['no-headers'], toTheEnd: flags['exit-code'] ?? false };
    const { cellRows, printData, printRows, statusRows } = await import('../../cli/print-list.js');
    const wide = flags.output === 'wide';
    const namespaces = flags['all-namespaces'] ?? false;
    const listed = format
      ? await printData(context, store, query, format)
      : flags.output?.startsWith(CUSTOM_COLUMNS)
        ? await printRows(context, store, query, cellRows(customColumns(flags.output)), options)
        : await printRows(
            context,
            store,
            query,
            statusRows(context, {
              ...labelColumns(flags),
              wide,
              namespaces,
              headers: options.headers,
              now: context.now(),
            }),
            options,
          );
    this.warnPassedOver(context, store);
    return listed;
  }

  /** Prints the notices that follow the list. Throws `not-ready` with --exit-code if a resource is not Ready. */
  private async end(
    context: Context,
    store: Store,
    flags: ListFlags,
    { count, unready, unmarked }: Listed,
  ): Promise<void> {
    if (count === 0 && !dataFormat(flags.output)) await this.tellEmpty(context, store, flags);
    for (const { id } of unmarked)
      this.warning(context, `${id} has the same host and port as a row after it; only one of them is served.`);
    if (flags['exit-code']) refuseUnlessReady(unready, count);
  }

  private async tellEmpty(
    context: Context,
    store: Store,
    flags: { selector?: string; 'all-namespaces'?: boolean },
  ): Promise<void> {
    const problem = flags['all-namespaces'] ? undefined : await store.placeProblem({ signal: context.signal });
    if (problem) return this.warning(context, `${problem.message}. ${problem.hint ?? ''}`);
    const next =
      flags.selector === undefined
        ? `Create the first with: ${ownCommand('create NAME PORT --weighted KEY=WEIGHT,…')}`
        : `List all with: ${ownCommand('status')}`;
    this.notice(context, `${emptyText(store, flags)} ${next}`);
  }
}

interface LabelFlags {
  'label-columns'?: string[];
  'show-labels'?: boolean;
}

interface ListFlags extends LabelFlags {
  selector?: string;
  'all-namespaces'?: boolean;
  output?: string;
  'no-headers'?: boolean;
  'exit-code'?: boolean;
}
