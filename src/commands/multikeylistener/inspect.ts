import { Args } from '../../cli/oclif.js';
import { BaseCommand } from '../../cli/base-command.js';
import { inspectFlags, selectorFlags, valueOutput, watchFlags } from '../../cli/flags.js';
import { inspectAll } from '../../cli/inspect.js';
import { pickNames } from '../../cli/input/pick-names.js';
import { namesFrom } from '../../cli/names.js';
import { emptyText, readResources, refuseNamesWith } from '../../cli/read-resources.js';
import { joinFailures } from '../../model/failure.js';
import { parseSelector } from '../../model/selector.js';
import { dataFormat } from '../../view/formats.js';
import { inspectDocument, inspectDocuments } from '../../view/inspect/inspect-document.js';
import { renderInspect } from '../../view/inspect/inspect.js';

export default class Inspect extends BaseCommand {
  static override aliases = ['mkl:inspect'];
  static override usage = '<%= command.id %> (NAME... | -l SELECTOR) [FLAGS]';
  static override summary = 'Show details of a MultiKeyListener and diagnose problems';
  static override description =
    'Shows whether the listener serves traffic, its endpoint and Service, each routing key with its share of new connections ' +
    'and the sites that serve it, the conditions, and any problems. Reachable means that a connector exists for the key, not that its ' +
    'backend answers. With --router it also shows the share that the router measured. Without NAME it prompts for one on a terminal.';
  static override examples = [
    '<%= config.bin %> mkl inspect web',
    '<%= config.bin %> mkl inspect web --without east',
    '<%= config.bin %> mkl inspect web --router',
    "<%= config.bin %> mkl inspect web -o json | jq '.findings[].code'",
    "<%= config.bin %> mkl inspect -l app=shop -o json | jq '.resources[].verdict'",
  ];
  static override strict = false;
  static override args = { name: Args.string({ ignoreStdin: true, description: 'names of the resources' }) };
  static override flags = { ...inspectFlags, ...selectorFlags, ...watchFlags, ...valueOutput };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Inspect);
    const context = this.contextOf(flags);
    const given = namesFrom(argv);
    if (flags.selector !== undefined) parseSelector(flags.selector);
    refuseNamesWith(given, flags);
    const asked = given.length === 0 && flags.selector === undefined;
    const names = asked ? await pickNames(context, { command: 'inspect' }) : given;
    const store = await context.openStore();
    if (flags.watch) {
      const { watchInspect } = await import('../../cli/live/watch-inspect.js');
      return watchInspect(context, store, names, flags);
    }
    const [name] = names;
    if (name !== undefined && names.length === 1) store.anticipate?.(name);
    const { resources, failures } = await readResources(store, names, { ...flags, signal: context.signal });
    this.warnPassedOver(context, store);
    const missing = joinFailures(failures);
    const format = dataFormat(flags.output);
    // With -o a failure leaves stdout empty; the text shows what was found.
    if (missing && (format || resources.length === 0)) throw missing;
    const inspections = await inspectAll(context, store, resources, flags);
    const { out } = context.io;
    const [only] = inspections;
    if (format?.value)
      out.write(await format.value(only && names.length === 1 ? inspectDocument(only) : inspectDocuments(inspections)));
    else if (!only) this.notice(context, emptyText(store, flags));
    else {
      const texts = inspections.map((each) => renderInspect(each, out.style, context.now()));
      out.lines(texts.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines])));
    }
    if (missing) throw missing;
  }
}
