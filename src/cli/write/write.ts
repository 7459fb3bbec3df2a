import path from 'node:path';
import type { MultiKeyListener } from '../../model/resource.js';
import { reloadCommand } from '../../operations/wait/failures.js';
import { invalid } from '../../operations/write/plan-update.js';
import { check, write } from '../../operations/write/write.js';
import { nameOf, type Work, type WriteEvent, type WriteOptions } from '../../operations/write/work.js';
import type { Store } from '../../store/store.js';
import { completingCommand, restoringCommand } from '../../view/command-line.js';
import { disruptionLines } from '../../view/disruption.js';
import { dataFormat } from '../../view/formats.js';
import { escapeText } from '../../view/text.js';
import type { Context } from '../context.js';
import { DEFAULT_SETTLE_MS, DEFAULT_TIMEOUT_MS } from '../flags.js';
import type { Narrator } from '../terminal/narrator.js';
import { reload } from './reload.js';
import { waitAndTell, waitForReload } from './waiting.js';
import { counted } from '../../model/text.js';
import { KIND } from '../../model/resource.js';

/** The flags that control writes. Each command has only some of them. */
export interface WriteFlags {
  namespace?: string;
  context?: string;
  kubeconfig?: string;
  as?: string;
  'as-group'?: string[];
  'data-home'?: string;
  output?: string;
  'dry-run'?: string;
  wait?: string;
  /** Milliseconds as text, as the duration flags give them. */
  timeout?: string;
  settle?: string;
  'one-step'?: boolean;
  preflight?: boolean;
  force?: boolean;
  reload?: boolean;
  'ignore-not-found'?: boolean;
}

/** True for --dry-run client and server. */
export function isDryRun(flags: Pick<WriteFlags, 'dry-run'>): boolean {
  return (flags['dry-run'] ?? 'none') !== 'none';
}

/** Converts the flags into the options of the write pipeline; its events are printed with `say`. */
export function writeOptions(context: Context, flags: WriteFlags, say: Narrator): WriteOptions {
  const timeoutMs = Number(flags.timeout ?? DEFAULT_TIMEOUT_MS);
  const settleMs = Number(flags.settle ?? DEFAULT_SETTLE_MS);
  const told = { dryRun: isDryRun(flags), output: flags.output };
  return {
    dryRun: (flags['dry-run'] ?? 'none') as WriteOptions['dryRun'],
    system: context.platform.family === 'system',
    goal: (flags.wait ?? context.platform.defaultWait) as WriteOptions['goal'],
    timeoutMs,
    signal: context.signal,
    preflight: flags.preflight ?? true,
    force: flags.force ?? false,
    oneStep: flags['one-step'] ?? false,
    settleMs,
    ignoreNotFound: flags['ignore-not-found'] ?? false,
    tell: (event) => tell(context, event, settleMs, told, say),
    wait: (store, written, goal, signal) => waitAndTell(store, written, goal, timeoutMs, context, signal),
    keep: (store, resource) => keep(context, store, resource, flags),
    completing: ({ before: { metadata }, after }) =>
      completingCommand(metadata.name, after.spec.strategy, { namespace: metadata.namespace }),
    ...(flags.reload ? { reload: (store, what) => reload(context, store, what) } : {}),
    // With --wait the wait for the goal asks the router itself.
    ...(flags.reload && flags.wait === undefined
      ? { reloaded: (store, names) => waitForReload(store, names, timeoutMs, context) }
      : {}),
  };
}

function tell(
  context: Context,
  event: WriteEvent,
  settleMs: number,
  told: { dryRun: boolean; output: string | undefined },
  say: Narrator,
): void {
  switch (event.type) {
    case 'checked':
      return say.warnAbout(context, event.findings);
    case 'disruption':
      for (const { severity, text } of disruptionLines(event.before, event.after, event.disruption, settleMs))
        say[severity](context, text);
      return;
    case 'notice':
      return say.notice(context, event.text);
    case 'done':
      return say.done(context, event.name, event.outcome, told);
    case 'reload-needed':
      return say.notice(context, `To apply it: ${reloadCommand(event.store.where)}`);
  }
}

async function keep(
  context: Context,
  store: Store,
  resource: MultiKeyListener,
  flags: WriteFlags,
): ReturnType<WriteOptions['keep']> {
  const { keepManifest } = await import('../../operations/write/backup.js');
  const { env } = context.io;
  return keepManifest({
    name: resource.metadata.name,
    namespace: store.where.namespace,
    text: (await dataFormat('yaml')?.one(resource)) ?? '',
    env,
    restore: (file) =>
      restoringCommand(file, {
        platform: store.where.platform,
        namespace: store.where.namespace,
        context: store.where.context,
        kubeconfig: absolute(flags.kubeconfig),
        as: flags.as,
        'as-group': flags['as-group'],
        'data-home': absolute(flags['data-home'] ?? env['SKUPPER_MKL_DATA_HOME']),
      }),
  });
}

function absolute(given: string | undefined): string | undefined {
  return given ? path.resolve(given) : undefined;
}

/** Runs the preflight checks, writes, and prints the results. Returns what `write` returns, throws what both throw. */
export async function checkAndWrite(
  context: Context,
  work: readonly Work[],
  flags: WriteFlags,
  say: Narrator,
): Promise<MultiKeyListener[]> {
  const options = writeOptions(context, flags, say);
  return write(work, await check(work, options), options);
}

/**
 * Opens the store of each manifest, one store for each namespace. A manifest without a namespace is in the context's.
 *
 * @throws Failure `invalid` if two manifests define the same resource, for example one with and one without the namespace
 */
export async function storesOf(
  context: Context,
  manifests: readonly MultiKeyListener[],
): Promise<{ manifest: MultiKeyListener; store: Store }[]> {
  const stores = new Map<string, Store>();
  const seen = new Set<string>();
  const found: { manifest: MultiKeyListener; store: Store }[] = [];
  for (const manifest of manifests) {
    const opened = await context.openStore(manifest.metadata.namespace);
    const { namespace } = opened.where;
    const id = `${namespace}/${manifest.metadata.name}`;
    if (seen.has(id)) {
      const message = `${JSON.stringify(manifest.metadata.name)} in namespace ${JSON.stringify(namespace)} is defined in two documents`;
      throw invalid('two documents define the same resource', [{ field: 'metadata.name', message }]);
    }
    seen.add(id);
    const store = stores.get(namespace) ?? opened;
    stores.set(namespace, store);
    found.push({ manifest, store });
  }
  return found;
}

/** The largest number of names that are listed before the confirmation. */
const MOST_NAMED = 50;

/**
 * Lists the resources to delete, and asks for confirmation.
 *
 * @param why a clause after the number of resources: ` that the files no longer contain`
 * @returns true if the user agrees
 */
export async function confirmDeletion(context: Context, work: readonly Work[], why = ''): Promise<boolean> {
  const { confirm } = await import('../terminal/prompts.js');
  const namespaces = [...new Set(work.map(({ store }) => store.where.namespace))];
  const several = namespaces.length > 1;
  const names = work.map((each) => (several ? `${each.store.where.namespace}/${nameOf(each)}` : nameOf(each)));
  const more = names.length > MOST_NAMED ? [`and ${names.length - MOST_NAMED} more`] : [];
  context.io.err.lines([escapeText([...names.slice(0, MOST_NAMED), ...more].join(', '))]);
  const what = counted(work.length, KIND);
  const from = `${several ? 'namespaces' : 'namespace'} ${namespaces.join(', ')}`;
  return confirm(context.io, `Delete ${what}${why} from ${from}${siteOf(work[0]?.store)}?`);
}

/** The cluster or site of a store in parentheses, with a leading space; empty without a store. */
export function siteOf(store: Store | undefined): string {
  if (!store) return '';
  const { context, server, platform, folder } = store.where;
  return ` (${[context === undefined ? `platform ${platform}` : `context ${context}`, server ?? folder].filter(Boolean).join(', ')})`;
}
