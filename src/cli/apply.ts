import { Failure, isFailure, joinFailures } from '../model/failure.js';
import type { MultiKeyListener } from '../model/resource.js';
import { halfDone, isDesired, planApply, readStored, type Step } from '../operations/write/plan-apply.js';
import { deliver } from '../operations/write/send.js';
import { foresee } from '../operations/write/two-writes.js';
import { preflight } from '../operations/preflight.js';
import { removeAll, type Target } from '../operations/write/delete.js';
import { invalid } from '../operations/write/plan-update.js';
import type { Store } from '../store/store.js';
import { renderDiff } from '../view/diff.js';
import { disruptionLines } from '../view/disruption.js';
import { dataFormat } from '../view/formats.js';
import type { Context } from './context.js';
import { deliveryOptions, waitChoice, type ChangeFlags } from './change-flags.js';
import { readResources } from './input/resources.js';
import type { Narrator } from './narrator.js';
import { checkReload, forgetting, reloadAfter, type ReloadFlags } from './reload.js';
import { sideBySide, tellReload, waitAndTell } from './waiting.js';

export interface ApplyFlags extends ChangeFlags, Pick<ReloadFlags, 'reload' | 'data-home'> {
  filename: string[];
  recursive?: boolean;
  diff?: boolean;
  prune?: boolean;
  selector?: string;
  yes?: boolean;
  'in-place'?: boolean;
  recreate?: boolean;
  preflight: boolean;
  force?: boolean;
}

/** One manifest with the store of its namespace and what is to be done. */
interface Work {
  store: Store;
  step: Step;
}

export interface Applied {
  /** What is stored then; with a dry run what would be. */
  resources: MultiKeyListener[];
  /** A dry run with --diff found one: to be thrown when the resources are printed. */
  difference?: Failure;
}

/** Carries out `apply`: decide everything, then check, then write in order. */
export async function applyAll(context: Context, flags: ApplyFlags, say: Narrator): Promise<Applied> {
  await checkReload(context, flags);
  const manifests = await readResources(flags.filename, { recursive: flags.recursive }, context, say);
  const work = await decide(context, manifests, flags);
  const differs = flags.diff ? showDiffs(context, work, flags.output) : false;
  await check(context, work, flags, say);
  const doomed = flags.prune ? await toPrune(context, work, flags) : [];
  const dryRun = (flags['dry-run'] ?? 'none') !== 'none';
  if (doomed.length > 0 && !dryRun && !flags.yes) await askPrune(context, doomed, say);
  const written = await send(context, work, flags, say);
  await prune(context, doomed, flags, say);
  if (dryRun) {
    const hint = 'Nothing was written (dry run).';
    const difference = new Failure('difference', 'what is stored differs from the files', { hint });
    return differs || (flags.diff && doomed.length > 0) ? { resources: written, difference } : { resources: written };
  }
  const touched = [...work.filter(({ step }) => step.way !== 'unchanged'), ...doomed].map(({ store }) => store);
  await reloadAfter(context, touched, flags);
  return { resources: await settle(context, work, written, flags) };
}

/**
 * The store of each manifest, one for each namespace: a manifest without one means the same place as one that names the
 * context's. Throws `invalid` when two of them are one resource then.
 */
async function placesOf(
  context: Context,
  manifests: readonly MultiKeyListener[],
): Promise<Map<MultiKeyListener, Store>> {
  const stores = new Map<string, Store>();
  const places = new Map<MultiKeyListener, Store>();
  const seen = new Set<string>();
  for (const manifest of manifests) {
    const store = await context.openStore(manifest.metadata.namespace);
    const { namespace } = store.where;
    const id = `${namespace}/${manifest.metadata.name}`;
    if (seen.has(id)) {
      const message = `${manifest.metadata.name} of namespace ${namespace} stands in two documents`;
      throw invalid('two documents are one resource', [{ field: 'metadata.name', message }]);
    }
    seen.add(id);
    if (!stores.has(namespace)) stores.set(namespace, store);
    places.set(manifest, stores.get(namespace) ?? store);
  }
  return places;
}

/** Every manifest against what is stored; all refusals at once. */
async function decide(context: Context, manifests: readonly MultiKeyListener[], flags: ApplyFlags): Promise<Work[]> {
  const permission = { inPlace: flags['in-place'], recreate: flags.recreate };
  const places = await placesOf(context, manifests);
  const stored = new Map(
    await Promise.all(
      [...new Set(places.values())].map(async (store) => {
        const names = manifests.filter((each) => places.get(each) === store).map(({ metadata }) => metadata.name);
        return [store, await readStored(store, names, context.signal)] as const;
      }),
    ),
  );
  const failures: Failure[] = [];
  const work = manifests.flatMap((manifest): Work[] => {
    const store = places.get(manifest);
    if (!store) return [];
    try {
      const present = stored.get(store)?.get(manifest.metadata.name);
      return [{ store, step: planApply(present, manifest, context.platform.family, permission) }];
    } catch (error) {
      if (!isFailure(error)) throw error;
      failures.push(error);
      return [];
    }
  });
  const failure = joinFailures(failures);
  if (failure) throw failure;
  return work;
}

/** The surroundings of all that changes, side by side. */
async function check(context: Context, work: readonly Work[], flags: ApplyFlags, say: Narrator): Promise<void> {
  if (!flags.preflight || flags['dry-run'] === 'client') return;
  const options = { system: context.platform.family === 'system', force: flags.force ?? false, signal: context.signal };
  const changing = work.filter(({ step }) => step.way !== 'unchanged');
  const results = await Promise.allSettled(
    changing.map(({ store, step }) => {
      const at = step.way === 'recreate' ? forgetting(store, context, flags) : store;
      return preflight(at, step.after, options);
    }),
  );
  const failures: Failure[] = [];
  for (const result of results) {
    if (result.status === 'fulfilled') say.warnAbout(context, result.value);
    else if (isFailure(result.reason)) failures.push(result.reason);
    else throw result.reason;
  }
  const failure = joinFailures(failures);
  if (failure) throw failure;
}

function showDiffs(context: Context, work: readonly Work[], output: string | undefined): boolean {
  const target = dataFormat(output) ? context.io.err : context.io.out;
  const lines = work.flatMap(({ step }) =>
    step.way === 'unchanged'
      ? []
      : renderDiff(step.way === 'create' ? undefined : step.before, step.after, target.style),
  );
  target.lines(lines);
  return lines.length > 0;
}

const DONE = { create: 'created', patch: 'updated', recreate: 'recreated', unchanged: 'unchanged' } as const;

/** In the order of the files; a failure says what was done before it. */
async function send(
  context: Context,
  work: readonly Work[],
  flags: ApplyFlags,
  say: Narrator,
): Promise<MultiKeyListener[]> {
  const told = { dryRun: (flags['dry-run'] ?? 'none') !== 'none', output: flags.output };
  const written: MultiKeyListener[] = [];
  const names = work.map(({ step }) => step.after.metadata.name);
  for (const [index, each] of work.entries()) {
    const name = names[index] ?? '';
    try {
      written.push(await write(context, each, flags, say));
    } catch (error) {
      if (!isFailure(error) || work.length === 1) throw error;
      throw halfDone(error, name, names.slice(0, index), names.slice(index + 1));
    }
    say.done(context, name, DONE[each.step.way], told);
  }
  return written;
}

async function write(
  context: Context,
  { store, step }: Work,
  flags: ApplyFlags,
  say: Narrator,
): Promise<MultiKeyListener> {
  const dryRun = (flags['dry-run'] ?? 'none') !== 'none';
  const client = flags['dry-run'] === 'client';
  if (step.way === 'unchanged') return step.before;
  if (step.way === 'create') return client ? step.after : store.create(step.after, { dryRun, signal: context.signal });
  const { family } = context.platform;
  const permission = { inPlace: flags['in-place'], recreate: flags.recreate };
  const disruption = foresee(step, { system: family === 'system', oneStep: flags['one-step'] ?? false });
  const options = deliveryOptions(context, store, step, flags, say);
  for (const { severity, text } of disruptionLines(step.before, step.after, disruption, options.settleMs))
    say[severity](context, text);
  if (client) return step.after;
  const { spec, ...rest } = step.patch;
  const { strategy, ...fields } = (spec ?? {}) as { strategy?: unknown };
  const patch = Object.keys(fields).length > 0 ? { ...rest, spec: fields } : rest;
  const change = { patch, strategy: strategy === undefined ? undefined : step.after.spec.strategy, problems: [] };
  const again = (before: MultiKeyListener): Exclude<Step, { way: 'create' }> => {
    const next = planApply(before, step.manifest, family, permission);
    if (next.way === 'create') throw new Failure('internal', 'a stored resource has no create');
    return next;
  };
  const at = step.way === 'recreate' ? forgetting(store, context, flags) : store;
  return deliver(at, { change, plan: step, again, disruption }, options);
}

interface Doomed extends Target {
  store: Store;
}

/** Those that the selector finds in the namespaces of the files and that no file holds. */
async function toPrune(context: Context, work: readonly Work[], flags: ApplyFlags): Promise<Doomed[]> {
  const stores = work.length > 0 ? [...new Set(work.map(({ store }) => store))] : [await context.openStore()];
  const lists = await Promise.all(
    stores.map(async (store) => {
      const kept = new Set(work.flatMap((each) => (each.store === store ? [each.step.after.metadata.name] : [])));
      const found = await store.list({ selector: flags.selector, signal: context.signal });
      return found
        .filter((resource) => isDesired(resource) && !kept.has(resource.metadata.name))
        .map(({ metadata }) => ({ store, name: metadata.name, uid: metadata.uid }));
    }),
  );
  return lists.flat();
}

async function askPrune(context: Context, doomed: readonly Doomed[], say: Narrator): Promise<void> {
  const names = doomed.map(({ name }) => name).join(', ');
  if (!context.io.interactive) {
    throw new Failure('usage', `--prune would delete ${names} and asks only on a terminal`, {
      hint: 'Look with --dry-run server, then add --yes. Nothing was written.',
    });
  }
  const { confirm } = await import('./prompts.js');
  say.notice(context, names);
  if (!(await confirm(context.io, `Delete these ${doomed.length}, which the files no longer hold?`))) {
    throw new Failure('interrupted', 'nothing was written: the deletion was not confirmed');
  }
}

async function prune(context: Context, doomed: readonly Doomed[], flags: ApplyFlags, say: Narrator): Promise<void> {
  const dryRun = (flags['dry-run'] ?? 'none') !== 'none';
  const failures: Failure[] = [];
  const { timeoutMs } = waitChoice(context, flags);
  const options = { dryRun, ignoreNotFound: true, wait: flags.wait !== 'none', timeoutMs, signal: context.signal };
  for (const store of new Set(doomed.map((each) => each.store))) {
    const targets = doomed.filter((each) => each.store === store);
    await removeAll(store, targets, options, (removal) => {
      if (removal.outcome === 'failed') failures.push(removal.failure);
      else say.done(context, removal.name, 'deleted', { dryRun, output: flags.output });
    });
  }
  const failure = joinFailures(failures);
  if (failure) throw failure;
}

/** Waits for all that was written, side by side; the first that fails ends the others. */
async function settle(
  context: Context,
  work: readonly Work[],
  written: readonly MultiKeyListener[],
  flags: ApplyFlags,
): Promise<MultiKeyListener[]> {
  const choice = waitChoice(context, flags);
  const reached = await sideBySide(context, (signal) =>
    work.map(({ store, step }, index) => {
      const resource = written[index] ?? step.after;
      return step.way === 'unchanged' ? resource : waitAndTell(store, resource, choice, context, signal);
    }),
  );
  const changed = work.find(({ step }) => step.way !== 'unchanged');
  if (changed && !flags.reload) tellReload(changed.store, context);
  return reached;
}
