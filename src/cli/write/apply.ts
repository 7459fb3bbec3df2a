import { Failure, isFailure, joinFailures } from '../../model/failure.js';
import type { MultiKeyListener } from '../../model/resource.js';
import { parseSelector } from '../../model/selector.js';
import { counted } from '../../model/text.js';
import { isDesired, planApply, readStored } from '../../operations/write/plan-apply.js';
import {
  nameOf,
  type Deletion,
  type Outcome,
  type Update,
  type Work,
  type WriteEvent,
} from '../../operations/write/work.js';
import { check, write } from '../../operations/write/write.js';
import type { Store } from '../../store/store.js';
import type { Context } from '../context.js';
import { showDiffs, wouldChange } from './diffs.js';
import { readResources } from '../input/resources.js';
import type { Narrator } from '../terminal/narrator.js';
import { checkReload } from './reload.js';
import { confirmDeletion, isDryRun, storesOf, writeOptions, type WriteFlags } from './write.js';

export interface ApplyFlags extends WriteFlags {
  filename: string[];
  recursive?: boolean;
  diff?: boolean;
  prune?: boolean;
  selector?: string;
  yes?: boolean;
  'in-place'?: boolean;
  recreate?: boolean;
}

export interface Applied {
  /** The resources after the writes; in a dry run as they would be. */
  resources: MultiKeyListener[];
  /** Set if a dry run with --diff found a difference; the command throws it after printing the resources. */
  difference?: Failure;
}

/**
 * Carries out `apply`: plans all writes, runs the preflight checks, then writes in the order of the files.
 *
 * @returns undefined, with nothing written, if the user declined the deletions of --prune
 * @throws Failure of reading the files, planning, preflight and writing; `usage` if --prune would have to prompt but cannot
 */
export async function applyAll(context: Context, flags: ApplyFlags, say: Narrator): Promise<Applied | undefined> {
  await checkReload(context, flags);
  const given = await readResources(flags.filename, { recursive: flags.recursive }, context, say);
  const work = await decide(context, chosenOf(given, flags, context, say), flags);
  const differs = flags.diff ? showDiffs(context, work, flags.output) : false;
  const counts = new Map<Outcome, number>();
  const told = writeOptions(context, flags, say);
  const tell = (event: WriteEvent): void => {
    if (event.type === 'done') counts.set(event.outcome, (counts.get(event.outcome) ?? 0) + 1);
    told.tell(event);
  };
  const options = { ...told, tell, ignoreNotFound: true };
  const checked = await check(work, options);
  const doomed = flags.prune ? await toPrune(context, given, flags) : [];
  const dryRun = isDryRun(flags);
  if (doomed.length > 0 && !dryRun && !flags.yes && !(await askPrune(context, doomed))) return undefined;
  const resources = await write([...work, ...doomed], checked, options);
  if (work.length + doomed.length > 1) say.notice(context, `${countLine(counts)}${dryRun ? ' (dry run)' : ''}.`);
  const different = dryRun && (differs || (flags.diff && doomed.length > 0));
  return different
    ? { resources, difference: wouldChange('the stored resources differ from the files') }
    : { resources };
}

/** The manifests that match --selector, as in kubectl; a notice counts the others. */
function chosenOf(
  given: readonly MultiKeyListener[],
  { selector }: ApplyFlags,
  context: Context,
  say: Narrator,
): readonly MultiKeyListener[] {
  if (selector === undefined) return given;
  const matches = parseSelector(selector);
  const chosen = given.filter(({ metadata }) => matches(metadata.labels));
  const others = given.length - chosen.length;
  if (others > 0) say.notice(context, `${counted(others, 'document')} without these labels skipped.`);
  return chosen;
}

/** `3 created, 1 updated, 6 unchanged`. */
function countLine(counts: ReadonlyMap<Outcome, number>): string {
  return [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
}

/** Plans the write for every manifest. Throws one failure with the errors of all of them. */
async function decide(context: Context, manifests: readonly MultiKeyListener[], flags: ApplyFlags): Promise<Work[]> {
  const { family } = context.platform;
  const permission = { inPlace: flags['in-place'], recreate: flags.recreate };
  const places = await storesOf(context, manifests);
  const stored = new Map(
    await Promise.all(
      [...new Set(places.map(({ store }) => store))].map(async (store) => {
        const names = places.filter((each) => each.store === store).map(({ manifest }) => manifest.metadata.name);
        return [store, await readStored(store, names, context.signal)] as const;
      }),
    ),
  );
  const failures: Failure[] = [];
  const work = places.flatMap(({ manifest, store }): Work[] => {
    const again = (before: MultiKeyListener): Update => {
      const step = planApply(before, manifest, family, permission);
      if (step.way === 'create') throw new Failure('internal', 'a stored resource has no create');
      return { ...step, again };
    };
    try {
      const present = stored.get(store)?.get(manifest.metadata.name);
      const step = planApply(present, manifest, family, permission);
      return [step.way === 'create' ? { ...step, store } : { ...step, again, store }];
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

type Doomed = Deletion & { store: Store };

/**
 * The resources to prune: they match the selector, are in a namespace of the files, and are not in any file. Unlike kubectl, a file
 * also keeps the resource if only its own labels do not match.
 */
async function toPrune(context: Context, given: readonly MultiKeyListener[], flags: ApplyFlags): Promise<Doomed[]> {
  const places = await storesOf(context, given);
  const stores = places.length > 0 ? [...new Set(places.map(({ store }) => store))] : [await context.openStore()];
  const lists = await Promise.all(
    stores.map(async (store) => {
      const kept = new Set(places.filter((each) => each.store === store).map(({ manifest }) => manifest.metadata.name));
      const found = await store.list({ selector: flags.selector, signal: context.signal });
      return found
        .filter((resource) => isDesired(resource) && !kept.has(resource.metadata.name))
        .map(({ metadata }): Doomed => ({ way: 'delete', store, name: metadata.name, uid: metadata.uid }));
    }),
  );
  return lists.flat();
}

function askPrune(context: Context, doomed: readonly Doomed[]): Promise<boolean> {
  if (!context.io.interactive) {
    const names = doomed.map(nameOf).join(', ');
    throw new Failure('usage', `--prune would delete ${names} but there is no terminal to confirm it`, {
      hint: 'Nothing was written. Preview with --dry-run server, then add --yes.',
    });
  }
  return confirmDeletion(context, doomed, ' that the files no longer contain');
}
