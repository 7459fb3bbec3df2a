import { Args, Flags } from '../../cli/oclif.js';
import { BaseCommand } from '../../cli/base-command.js';
import { fleetFlags, selectorFlags, valueOutput, watchFlags } from '../../cli/flags.js';
import { membersOf } from '../../cli/fleet/members.js';
import { namesFrom } from '../../cli/names.js';
import { emptyText, readResources, refuseNamesWith } from '../../cli/read-resources.js';
import { trafficFlags } from '../../cli/traffic-flags.js';
import { Failure, joinFailures } from '../../model/failure.js';
import { parseSelector } from '../../model/selector.js';
import { dataFormat } from '../../view/formats.js';

export default class Traffic extends BaseCommand {
  static override aliases = ['mkl:traffic'];
  static override usage = '<%= command.id %> [NAME...] [FLAGS]';
  static override summary = 'Show how many connections the router gave to each routing key';
  static override description =
    'Reads the connection counters of the routers: totals, or with --window the new connections in that time, next to the share that the ' +
    'reachable routing keys should get. --probe opens real connections to find routing keys whose backend refuses them. ' +
    'On Kubernetes it needs permission to list pods and to get and create pods/portforward.';
  static override examples = [
    '<%= config.bin %> mkl traffic',
    '<%= config.bin %> mkl traffic web --window 30s',
    '<%= config.bin %> mkl traffic --watch',
    '<%= config.bin %> mkl traffic web --probe 20',
    "<%= config.bin %> mkl traffic web -o json | jq '.resources[].routingKeys[] | {key, measured}'",
  ];
  static override strict = false;
  static override args = { name: Args.string({ ignoreStdin: true, description: 'names of the resources' }) };
  static override flags = {
    'all-namespaces': Flags.boolean({
      char: 'A',
      description: 'show resources across all namespaces',
      exclusive: ['namespace'],
    }),
    ...selectorFlags,
    ...trafficFlags,
    'no-headers': Flags.boolean({ description: 'omit the header row' }),
    ...fleetFlags,
    ...watchFlags,
    ...valueOutput,
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Traffic);
    const context = this.contextOf(flags);
    const names = namesFrom(argv);
    if (flags.selector !== undefined) parseSelector(flags.selector);
    refuseNamesWith(names, flags);
    const count = flags.probe === undefined ? undefined : Number(flags.probe);
    if (count !== undefined && names.length === 0)
      throw new Failure('usage', '--probe needs at least one NAME', { hint: 'It opens real connections to each.' });
    const window = flags.window === undefined ? undefined : Number(flags.window);
    const members = await membersOf(context, flags);
    if (members) {
      const { fleetTraffic } = await import('../../cli/fleet/traffic.js');
      return fleetTraffic(this, context, members, names, { ...flags, window });
    }
    const store = await context.openStore();
    if (flags.watch) {
      const { watchTraffic } = await import('../../cli/live/follow-traffic.js');
      return watchTraffic(this, context, store, names, { ...flags, window });
    }
    const { resources, failures } = await readResources(store, names, {
      ...flags,
      signal: context.signal,
      router: false,
    });
    this.warnPassedOver(context, store);
    const missing = joinFailures(failures);
    const format = dataFormat(flags.output);
    // With -o a failure leaves stdout empty; the table shows what was found. No probe is made if a name is missing.
    if (missing && (format || count !== undefined || resources.length === 0)) throw missing;
    if (count !== undefined) {
      const { printProbes } = await import('../../cli/probe.js');
      return printProbes(this, context, store, resources, { ...flags, probe: count });
    }
    if (resources.length === 0 && !format) return this.notice(context, emptyText(store, flags));
    const { printTraffic } = await import('../../cli/traffic.js');
    await printTraffic(this, context, store, resources, { ...flags, window });
    if (missing) throw missing;
  }
}
