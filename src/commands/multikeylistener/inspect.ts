import { Args } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.js';
import { valueOutput } from '../../cli/flags.js';
import { keyShares } from '../../model/shares.js';
import { dataFormat, shown } from '../../view/formats.js';
import { renderInspect } from '../../view/inspect.js';

export default class Inspect extends BaseCommand {
  static override aliases = ['mkl:inspect'];
  static override usage = '<%= command.id %> NAME [FLAGS]';
  static override summary = 'Show one MultiKeyListener in full';
  static override description =
    'Its endpoint, its routing keys with the share of new connections that each gets now, and its conditions.';
  static override examples = [
    '<%= config.bin %> mkl inspect web',
    '<%= config.bin %> mkl inspect web -o json | jq .routingKeys',
  ];
  static override args = { name: Args.string({ description: 'the name of the resource', required: true }) };
  static override flags = { ...valueOutput };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Inspect);
    const context = this.contextOf(flags);
    const store = await context.openStore();
    const resource = await store.get(args.name, { signal: context.signal });
    const format = dataFormat(flags.output);
    if (format?.value) {
      const document = { resource: shown(resource), routingKeys: keyShares(resource) };
      context.io.out.write(await format.value(document));
      return;
    }
    context.io.out.lines(renderInspect(resource, store.where, context.io.out.style, context.now()));
  }
}
