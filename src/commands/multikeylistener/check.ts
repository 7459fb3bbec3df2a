import { Args, Flags } from '../../cli/oclif.js';
import { BaseCommand } from '../../cli/base-command.js';
import { checkOutput, fleetFlags, selectorFlags } from '../../cli/flags.js';
import { membersOf } from '../../cli/fleet/members.js';
import { namesFrom } from '../../cli/names.js';
import { refuseProblems } from '../../cli/refusals.js';
import { readResources, refuseNamesWith } from '../../cli/read-resources.js';
import { joinFailures } from '../../model/failure.js';
import { parseSelector } from '../../model/selector.js';
import { check } from '../../operations/check.js';
import { checkDocument, checkSummary, renderCheck } from '../../view/check.js';
import { dataFormat } from '../../view/formats.js';

export default class Check extends BaseCommand {
  static override aliases = ['mkl:check'];
  static override usage = '<%= command.id %> [NAME...] [FLAGS]';
  static override summary = 'Diagnose problems of MultiKeyListeners';
  static override description = 'Runs the checks of inspect on every resource. Exits 7 if there is an error.';
  static override examples = [
    '<%= config.bin %> mkl check',
    '<%= config.bin %> mkl check -A --strict',
    "<%= config.bin %> mkl check -A -o json | jq '.resources[] | select(.findings != [])'",
  ];
  static override strict = false;
  static override args = { name: Args.string({ ignoreStdin: true, description: 'names of the resources' }) };
  static override flags = {
    'all-namespaces': Flags.boolean({
      char: 'A',
      description: 'check resources across all namespaces',
      exclusive: ['namespace'],
    }),
    ...selectorFlags,
    strict: Flags.boolean({ description: 'exit 7 for warnings too' }),
    'no-headers': Flags.boolean({ description: 'omit the header row' }),
    ...fleetFlags,
    ...checkOutput,
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Check);
    const context = this.contextOf(flags);
    const names = namesFrom(argv);
    if (flags.selector !== undefined) parseSelector(flags.selector);
    refuseNamesWith(names, flags);
    const members = await membersOf(context, flags);
    if (members) return (await import('../../cli/fleet/check.js')).fleetCheck(this, context, members, names, flags);
    const store = await context.openStore();
    const { signal, platform, io } = context;
    const { resources, failures } = await readResources(store, names, { ...flags, signal });
    this.warnPassedOver(context, store);
    const allNamespaces = flags['all-namespaces'] ?? false;
    const report = await check(store, resources, { family: platform.family, allNamespaces, signal });
    const format = dataFormat(flags.output);
    const missing = joinFailures(failures);
    // With -o a failure leaves stdout empty; the lines show what was found.
    if (format?.value && missing) throw missing;
    if (format?.value) io.out.write(await format.value(checkDocument(report)));
    else if (resources.length > 0) {
      io.out.lines(renderCheck(report, io.out.style, { namespaces: allNamespaces, headers: !flags['no-headers'] }));
      if (!io.out.style.terminal) this.notice(context, checkSummary(report));
      for (const { check: what, why } of report.notes) this.notice(context, `Not checked: ${what} (${why})`);
    }
    if (missing) throw missing;
    if (resources.length === 0 && !format) this.notice(context, 'No multikeylisteners to check.');
    refuseProblems(report, flags.strict);
  }
}
