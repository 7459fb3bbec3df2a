import { Command } from './oclif.js';
import { isFailure } from '../model/failure.js';
import type { MultiKeyListener } from '../model/resource.js';
import { reference } from '../model/resource.js';
import type { Findings } from '../findings/findings.js';
import type { Store } from '../store/store.js';
import { escapeText } from '../view/text.js';
import { dataFormat, listText } from '../view/formats.js';
import { createContext, type Context, type ContextFlags } from './context.js';
import { toFailure } from './errors.js';
import { globalFlags } from './flags.js';
import { withWritten } from '../operations/write/outcome.js';
import type { Outcome } from '../operations/write/work.js';
import type { Narrator } from './terminal/narrator.js';
import { interruptSignal } from './terminal/signals.js';

type ParsedFlags = Omit<ContextFlags, 'request-timeout'> & {
  'request-timeout'?: string;
  output?: string;
  watch?: boolean;
};

/** The flags that the context takes unchanged. */
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

/** The base of all commands: makes the context, prints results and notices. Errors are thrown; `program/run.ts` reports them. */
export abstract class BaseCommand extends Command implements Narrator {
  static override baseFlags = globalFlags;

  private readonly interrupt = interruptSignal();
  /** The resources that were written so far. */
  private readonly written: string[] = [];
  private flush: () => void = () => undefined;
  private close: () => void = () => undefined;

  /** oclif's own `init` loads a logger to warn about deprecated names, which this program does not have. */
  protected override init(): Promise<void> {
    return Promise.resolve();
  }

  /**
   * Adds the written resources to any failure after their writes, such as a full disk behind stdout. (oclif's own `catch` loads a
   * spinner, which this program does not use, to stop it.)
   */
  protected override catch(error: Error): Promise<never> {
    const isTold = isFailure(error) && error.written.length > 0;
    return Promise.reject(isTold || this.written.length === 0 ? error : withWritten(toFailure(error), this.written));
  }

  protected override async finally(error: Error | undefined): Promise<void> {
    if (!error) this.flush();
    this.close();
    await super.finally(error);
  }

  /** Makes the context from the parsed flags. With `-o json` notices on stderr are buffered until the command succeeds. */
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

  /** Warns about each file or object that the store skipped while reading. The message and the next step become two sentences. */
  warnPassedOver(context: Context, store: Store): void {
    for (const { message, hint } of store.warnings) this.warning(context, hint ? `${message}. ${hint}` : message);
  }

  /** Prints preflight findings that do not stop the write to stderr. */
  warnAbout(context: Context, { findings, notes }: Findings): void {
    for (const finding of findings) this.warning(context, `${finding.message} ${finding.hint}`);
    for (const note of notes) this.notice(context, `Not checked: ${note.check} (${note.why})`);
  }

  /** Prints `multikeylistener/web created`; nothing with -o, whose data is printed instead. */
  done(context: Context, name: string, outcome: Outcome, options: { dryRun: boolean; output?: string }): void {
    if (!options.dryRun && outcome !== 'unchanged' && outcome !== 'deleted') this.written.push(name);
    if (dataFormat(options.output)) return;
    context.io.out.lines([`${escapeText(reference(name))} ${outcome}${options.dryRun ? ' (dry run)' : ''}`]);
  }

  /** Prints the resources in the data format of `-o`: one object, or one List document. Prints nothing without a data format. */
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
