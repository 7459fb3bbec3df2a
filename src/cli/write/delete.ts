import { gitOpsManaged } from '../../findings/object-rules.js';
import { Failure } from '../../model/failure.js';
import { parseSelector } from '../../model/selector.js';
import type { Work, WriteOptions } from '../../operations/write/work.js';
import { write } from '../../operations/write/write.js';
import type { Store } from '../../store/store.js';
import type { Context } from '../context.js';
import { pickNames } from '../input/pick-names.js';
import { readResources } from '../input/resources.js';
import { checkNamed } from '../names.js';
import { checkReload } from './reload.js';
import { nameSuggester } from '../suggest.js';
import type { Narrator } from '../terminal/narrator.js';
import { confirmDeletion, isDryRun, storesOf, writeOptions, type WriteFlags } from './write.js';

export interface DeleteFlags extends WriteFlags {
  filename?: string[];
  recursive?: boolean;
  selector?: string;
  all?: boolean;
  yes?: boolean;
}

/** The resources to delete. */
interface Chosen {
  work: Work[];
  /** True if the user did not name the resources on the command line or in files, so the deletion has to be confirmed. */
  found: boolean;
  /** The store that was listed, with --selector or --all. */
  store?: Store;
}

/**
 * Carries out `delete` for the resources that the names, files, selector or prompt choose.
 *
 * @throws Failure `usage` if no resources are chosen or flags conflict, and what reading files, listing and deleting throw
 */
export async function deleteAll(
  context: Context,
  names: readonly string[],
  flags: DeleteFlags,
  say: Narrator & { warnPassedOver(context: Context, store: Store): void },
): Promise<void> {
  const many = flags.all || flags.selector !== undefined;
  if (flags.selector !== undefined) parseSelector(flags.selector);
  if (flags.filename && names.length > 0)
    throw new Failure('usage', 'names cannot be combined with -f', { hint: 'Use one or the other.' });
  const picks = names.length === 0 && context.io.interactive;
  if (!flags.filename && (many || !picks)) checkNamed(names, many, 'delete', 'skupper multikeylistener delete web');
  if (many && !isDryRun(flags) && !flags.yes && !context.io.interactive) throw mustSayYes();
  await checkReload(context, flags);
  const { work, found, store } = await choose(context, names, flags, say);
  if (store) say.warnPassedOver(context, store);
  if (work.length === 0)
    return say.notice(context, `Nothing to delete${store ? ` in namespace ${store.where.namespace}` : ''}.`);
  if (found && !isDryRun(flags) && !flags.yes && !(await confirmDeletion(context, work)))
    return say.notice(context, 'Nothing was deleted.');
  const options = writeOptions(context, { ...flags, 'ignore-not-found': flags['ignore-not-found'] || many }, say);
  await write(work, new Map(), { ...options, explain: explainer(context.signal) });
}

async function choose(context: Context, names: readonly string[], flags: DeleteFlags, say: Narrator): Promise<Chosen> {
  if (flags.filename) {
    const choice = { recursive: flags.recursive, atLeastOne: true, identityOnly: true };
    const places = await storesOf(context, await readResources(flags.filename, choice, context, say));
    const work = places.map(({ manifest, store }): Work => ({ way: 'delete', store, name: manifest.metadata.name }));
    return { work, found: false };
  }
  const many = flags.all || flags.selector !== undefined;
  const picked = !many && names.length === 0;
  const chosen = picked ? await pickNames(context, { command: 'delete', many: true }) : names;
  const store = await context.openStore();
  const listed = many ? await store.list({ selector: flags.selector, signal: context.signal }) : [];
  // Named resources are not read before their deletion, so there are no findings about them.
  say.warnAbout(context, { findings: listed.flatMap(gitOpsManaged), notes: [] });
  const targets = many ? listed.map(({ metadata }) => metadata) : chosen.map((name) => ({ name, uid: undefined }));
  const work = targets.map(({ name, uid }): Work => ({ way: 'delete', store, name, uid }));
  return { work, found: many || picked, ...(many && { store }) };
}

/** Adds a similar name to a `not-found` failure; each store is listed at most once. */
function explainer(signal: AbortSignal): WriteOptions['explain'] {
  const suggesters = new Map<Store, ReturnType<typeof nameSuggester>>();
  return (store, name, failure) => {
    const suggest = suggesters.get(store) ?? nameSuggester(store, signal);
    suggesters.set(store, suggest);
    return suggest(name, failure);
  };
}

function mustSayYes(): Failure {
  return new Failure('usage', '--selector and --all need --yes when there is no terminal', {
    hint: 'Preview with --dry-run server, then add --yes.',
  });
}
