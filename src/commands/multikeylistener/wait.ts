import { Args, Flags } from '../../cli/oclif.js';
import { BaseCommand } from '../../cli/base-command.js';
import { DEFAULT_TIMEOUT_MS, dataOutput, selectorFlags, timeoutFlag } from '../../cli/flags.js';
import { checkNamed, namesFrom } from '../../cli/names.js';
import { GOAL_FORMS, goalText, parseGoal } from '../../operations/wait/goals.js';
import { Failure } from '../../model/failure.js';
import { reference, type MultiKeyListener } from '../../model/resource.js';
import { parseSelector } from '../../model/selector.js';
import { escapeText } from '../../model/text.js';
import { dataFormat } from '../../view/formats.js';
import { waitFor } from '../../operations/wait/wait.js';

export default class Wait extends BaseCommand {
  static override aliases = ['mkl:wait'];
  static override usage = '<%= command.id %> (NAME... | -l SELECTOR | --all) [--for GOAL...] [FLAGS]';
  static override summary = 'Wait for MultiKeyListeners to reach a state';
  static override description =
    'Waits for all resources with one deadline. Fails at once if a state cannot be reached, and names every resource ' +
    'that is late. Reachable means that a connector exists for a key, not that its backend answers.';
  static override examples = [
    '<%= config.bin %> mkl wait web --for ready --timeout 2m',
    '<%= config.bin %> mkl wait web --for create --for key=east',
    '<%= config.bin %> mkl wait -l app=shop --for keys=2',
  ];
  static override strict = false;
  static override args = { name: Args.string({ description: 'names of the resources', ignoreStdin: true }) };
  static override flags = {
    for: Flags.string({
      description: `state to wait for: ${GOAL_FORMS.join(', ')}; may repeat to require several [default: ready]`,
      helpValue: 'GOAL',
      multiple: true,
      multipleNonGreedy: true,
    }),
    ...selectorFlags,
    all: Flags.boolean({ description: 'wait for all resources of the namespace', exclusive: ['selector'] }),
    ...timeoutFlag,
    ...dataOutput,
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Wait);
    const context = this.contextOf(flags);
    const names = namesFrom(argv);
    const goals = (flags.for ?? ['ready']).map(parseGoal);
    if (flags.selector !== undefined) parseSelector(flags.selector);
    const many = flags.all || flags.selector !== undefined;
    checkNamed(names, many, 'wait for', 'skupper multikeylistener wait web --for ready');
    if (goals.length > 1 && goals.some((goal) => goal.kind === 'delete')) {
      throw new Failure('usage', '--for delete cannot be combined with other states', {
        hint: 'Use a separate wait command for it.',
      });
    }
    const store = await context.openStore();
    const text = goals
      .filter((goal) => goal.kind !== 'create' || goals.length === 1)
      .map(goalText)
      .join(' and ');
    const reached = await waitFor(store, { names, selector: flags.selector }, goals, {
      timeoutMs: Number(flags.timeout ?? DEFAULT_TIMEOUT_MS),
      signal: context.signal,
      routers: context.platform.family === 'kubernetes',
      onReached: (name) => {
        if (!dataFormat(flags.output)) context.io.out.lines([escapeText(`${reference(name)} ${text}`)]);
      },
      onLost: (why) => this.notice(context, `Connection lost: ${why}; reconnecting.`),
    });
    const positionOf = (resource: MultiKeyListener): number => names.indexOf(resource.metadata.name);
    reached.sort((a, b) => positionOf(a) - positionOf(b) || (a.metadata.name < b.metadata.name ? -1 : 1));
    await this.print(context, reached, flags.output, names.length !== 1);
  }
}
