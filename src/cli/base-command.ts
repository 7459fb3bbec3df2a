import { Command } from './oclif.js';
import type { MultiKeyListener } from '../model/resource.js';
import { reference } from '../model/resource.js';
import type { Findings } from '../findings/findings.js';
import type { Store } from '../store/store.js';
import { escapeText } from '../view/text.js';
import { dataFormat, listText } from '../view/formats.js';
import { createContext, type Context, type ContextFlags } from './context.js';
import { globalFlags } from './flags.js';
import type { Outcome } from '../operations/write/work.js';
import type { Narrator } from './terminal/narrator.js';
import { interruptSignal } from './terminal/signals.js';

type ParsedFlags = Omit<ContextFlags, 'request-timeout'> & {
  'request-timeout'?: string;
  output?: string;
  watch?: boolean;
};

/** What the context takes as it is parsed. */
const CONTEXT_FLAGS = [
  'platform',
  'namespace',
  'context',
  'contexts',
  'all-contexts',
  'kubeconfig',
  'as',
  'as-group',
  'data-home',
  'no-color',
  'no-input',
] as const;

/** Parse and context, and how results and notices reach the two streams. Errors are thrown; `cli/run.ts` says them. */
export abstract class BaseCommand extends Command implements Narrator {
  static override baseFlags = globalFlags;

  private readonly interrupt = interruptSignal();
  private flush: () => void = () => undefined;
  private close: () => void = () => undefined;

  /** oclif's own warns of deprecated names, of which there are none, and loads a logger for it. */
  protected override init(): Promise<void> {
    return Promise.resolve();
  }

  /** oclif's own ends a spinner of its own first, and loads it for that. */
  protected override catch(error: Error): Promise<never> {
    return Promise.reject(error);
  }

  protected override async finally(error: Error | undefined): Promise<void> {
    if (!error) this.flush();
    this.close();
    await super.finally(error);
  }

  /** The context of the parsed flags. */
  protected contextOf(flags: ParsedFlags): Context {
    const timeout = flags['request-timeout'];
    const given = Object.fromEntries(
      CONTEXT_FLAGS.flatMap((name) => {
        const value = flags[name];
        return value === undefined || value === false ? [] : [[name, value]];
      }),
    ) as ContextFlags;
    if (timeout !== undefined) given['request-timeout'] = Number(timeout);
    const holdNarration = flags.output === 'json' && !flags.watch;
    const context = createContext(given, { signal: this.interrupt, holdNarration });
    this.flush = () => context.io.err.flush();
    this.close = () => context.close();
    return context;
  }

  /** One line to stderr. */
  notice(context: Context, text: string): void {
    context.io.err.lines([escapeText(text)]);
  }

  warning(context: Context, text: string): void {
    context.io.err.lines([`${context.io.err.style.warn('Warning:')} ${escapeText(text)}`]);
  }

  /** What the store passed over while reading. */
  warnPassedOver(context: Context, store: Store): void {
    for (const failure of store.warnings)
      this.warning(context, [failure.message, failure.hint].filter(Boolean).join(' '));
  }

  /** What preflight found that does not stop the write, on stderr. */
  warnAbout(context: Context, { findings, notes }: Findings): void {
    for (const finding of findings) this.warning(context, `${finding.message} ${finding.hint}`);
    for (const note of notes) this.notice(context, `Not checked: ${note.check} (${note.why})`);
  }

  /** `multikeylistener/web created`: nothing where the data itself is asked for with -o. */
  done(context: Context, name: string, outcome: Outcome, options: { dryRun: boolean; output?: string }): void {
    if (dataFormat(options.output)) return;
    context.io.out.lines([`${escapeText(reference(name))} ${outcome}${options.dryRun ? ' (dry run)' : ''}`]);
  }

  /** The resources as `-o` asks for them: one object, or one List document. Nothing for the human formats. */
  protected async print(
    context: Context,
    resources: readonly MultiKeyListener[],
    output: string | undefined,
    asList = resources.length !== 1,
  ): Promise<void> {
    const format = dataFormat(output);
    if (!format) return;
    const [first] = resources;
    context.io.out.write(first && !asList ? await format.one(first) : await listText(format, resources));
  }
}
