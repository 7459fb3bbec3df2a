import { Failure } from '../model/failure.js';
import type { MultiKeyListener } from '../model/resource.js';
import type { Store } from '../store/store.js';
import type { Context } from './context.js';
import type { Ended } from './handover/run-other.js';

export interface ReloadFlags {
  reload?: boolean;
  'dry-run'?: string;
  'data-home'?: string;
}

const wordsFor = ({ where }: Store): string[] => ['system', 'reload', '-n', where.namespace, '-p', where.platform];
const typed = (store: Store): string => ['skupper', ...wordsFor(store)].join(' ');

/**
 * What has to be known before anything is written: that there is something to
 * reload, and somebody to do it. Throws `usage` on Kubernetes, `preflight` where no other skupper is on the PATH.
 */
export async function checkReload(context: Context, flags: ReloadFlags): Promise<void> {
  if (!flags.reload) return;
  const { name, lacks } = context.platform;
  if (lacks.includes('reload')) {
    throw new Failure('usage', `--reload means nothing on platform ${name}`, {
      causes: [
        { field: '--reload', message: `not for platform ${name}: the controller applies every change by itself` },
      ],
    });
  }
  if ((flags['dry-run'] ?? 'none') !== 'none') return;
  await refuseWithoutOther();
  if (flags['data-home'] ?? context.io.env['SKUPPER_MKL_DATA_HOME']) {
    context.io.err.lines([
      'Note: skupper system reload reads the data home of Skupper itself, whatever --data-home says.',
    ]);
  }
}

/** Throws `preflight` where no other skupper is on the PATH. */
async function refuseWithoutOther(): Promise<void> {
  const { lookForOther } = await import('./handover/handover.js');
  const { found, passedOver } = lookForOther(['system', 'reload']);
  if (found !== undefined) return;
  throw new Failure('preflight', '--reload needs the skupper command of Skupper itself, and the PATH has none', {
    causes: passedOver.map(({ file, why }) => ({ field: file, message: why })),
    hint: 'Nothing was written. Install it, or leave out --reload and apply the change some other way.',
  });
}

/** With --reload: makes each site notice what was written. Throws `partial` where that fails; the write stays. */
export async function reloadAfter(context: Context, stores: Iterable<Store>, flags: ReloadFlags): Promise<void> {
  if (!flags.reload) return;
  for (const store of new Set(stores)) {
    await reload(context, store, {
      holds: 'what was written stays, and the site goes on with what it ran before',
      next: `When the cause is mended: ${typed(store)}`,
    });
  }
}

/** It was there before the write. */
const GONE: Ended = { status: null, signal: null, error: Object.assign(new Error(), { code: 'ENOENT' }) };

/** Runs exactly `skupper system reload -n NS -p PLATFORM` through the hand-over, its output on our stderr. */
async function reload(context: Context, store: Store, told: { holds: string; next: string }): Promise<void> {
  const words = wordsFor(store);
  const { lookForOther, runOther } = await import('./handover/handover.js');
  context.io.err.lines([`Running ${typed(store)}`]);
  const { found } = lookForOther(words);
  const { status, signal, error } = found === undefined ? GONE : await runOther(found, words);
  if (status === 0) return;
  const why = error
    ? `can't be run (${error.code})`
    : signal
      ? `was ended by ${signal}`
      : `failed with exit status ${status}`;
  const code = context.signal.aborted ? 'interrupted' : 'partial';
  throw new Failure(code, `${typed(store)} ${why}: ${told.holds}`, { hint: told.next });
}

/**
 * The store for `--recreate --reload`: between the delete and the create the
 * site is reloaded, so that it forgets the old kind of strategy.
 */
export function forgetting(store: Store, context: Context, flags: ReloadFlags): Store {
  if (!flags.reload) return store;
  let forgotten = false;
  const derived = Object.create(store) as Store;
  return Object.assign(derived, {
    changesKind: false,
    facts: async (resource, options) => ({ ...(await store.facts(resource, options)), appliedKind: null }),
    released: async (name) => {
      await reload(context, store, {
        holds: `the site still runs the old ${name}`,
        next: 'When the cause is mended, run the same command again.',
      });
      forgotten = true;
    },
    create: async (resource, options) => {
      try {
        return await store.create(resource, options);
      } catch (error) {
        if (forgotten) {
          const { name } = (resource as MultiKeyListener).metadata;
          context.io.err.lines([
            `The site was reloaded without ${name}. What is put back is applied by: ${typed(store)}`,
          ]);
        }
        throw error;
      }
    },
  } satisfies Pick<Store, 'changesKind' | 'facts' | 'released' | 'create'>);
}
